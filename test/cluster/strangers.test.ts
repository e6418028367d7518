import { setTimeout as pause } from 'node:timers/promises';
import { Client, type Room } from '@colyseus/sdk';
import { expect, test } from 'vitest';
import { retry } from '../../harness/party.ts';
import { Process } from '../../harness/process.ts';
import { Random } from '../../simulation/random.ts';
import { closeCodes } from '../../src/protocol/errors.ts';
import { redisForFile } from './redisForFile.ts';
import { Known, Strangers } from './strangers.ts';

const redis = await redisForFile();
const secret = 'a secret of more than thirty-two characters';
const seed = Number(process.env.STRANGERS_SEED ?? Date.now());
const returns = Number(process.env.STRANGERS_RETURNS ?? 24);

type Reservation = Parameters<Client['consumeSeatReservation']>[0] & { processId: string };

async function reserve(client: Client, roomId: string): Promise<Reservation> {
  const { data } = await client.http.post(`/matchmake/joinById/${roomId}` as never, { body: {} } as never);
  return data as Reservation;
}

const passOf = ({ processId }: Reservation) => processId.slice(processId.lastIndexOf('-') + 1);
const tokenOf = ({ reconnectionToken }: Room) => reconnectionToken.split(':')[1] as string;

/** The network fails. */
async function cutOff(room: Room): Promise<void> {
  room.reconnection.enabled = false;
  const gone = new Promise((resolve) => room.onLeave(resolve));
  (room.connection.transport as unknown as { ws: { terminate?(): void; close(): void } }).ws.close();
  await gone;
}

test.each([
  ['two processes on one Redis', 2, { REDIS_URL: redis.url, LEASE_S: '1' }],
  ['one process and its file', 1, {}],
])(
  'strangers get nothing of a seat, whatever they know, while its player drops, comes back and is replaced: %s (never again 44)',
  async (_where, size, settings) => {
    const random = new Random(seed, `strangers ${size}`);
    const processes: Process[] = [];
    while (processes.length < size) processes.push(await Process.start({ ...settings, JWT_SECRET: secret }));
    const anywhere = () => random.pick(processes);
    const first = processes[0] as Process;
    const owner = await first.guest('Owner');
    const table = await owner.create('recall', { max_players: 4 });
    const elsewhere = await (await first.guest('Stranger')).create('recall', {});
    const known = new Known();
    known.others.push(table.roomId, elsewhere.roomId, 'constructor');
    known.sessions.push(table.sessionId, elsewhere.sessionId);
    known.tokens.push(tokenOf(elsewhere));
    const strangers = new Strangers(
      random,
      processes.map(({ port }) => port),
      table.roomId,
      known,
    );

    const people = await Promise.all(['Ann', 'Ben'].map((name) => anywhere().guest(name)));
    /** The same person, on a device that knows whichever process. */
    const device = (person: Client) => {
      const client = new Client(anywhere().url);
      client.auth.token = person.auth.token as string;
      return client;
    };
    const seats = await Promise.all(people.map((person) => person.joinById(table.roomId)));
    known.sessions.push(...seats.map(({ sessionId }) => sessionId));
    strangers.begin(8);
    const kicks = new Map<number, number>();

    for (let i = 0; i < returns; i++) {
      const who = i % people.length;
      const [person, seat] = [people[who] as Client, seats[who] as Room];
      known.target = seat.sessionId;
      const client = device(person);
      const ways = ['id', 'id', 'token', 'replaced', 'replaced by token'];
      // Nobody comes into a room oftener within a minute, the first time included.
      if ((kicks.get(who) ?? 0) < 4) ways.push('kicked');
      const way = random.pick(ways);
      if (way === 'kicked') {
        kicks.set(who, (kicks.get(who) ?? 0) + 1);
        await table.request('kick', { session_id: seat.sessionId });
        known.tokens.push(tokenOf(seat));
        const { kicked } = await table.request('get_kicked', {});
        await table.request('unkick', { user_id: kicked[0].user_id });
      } else if (way === 'id' || way === 'token') await cutOff(seat);
      let back: Room;
      if (way.includes('token')) back = await retry(() => client.reconnect(seat.reconnectionToken));
      else {
        const reservation = await reserve(client, table.roomId);
        known.target = reservation.sessionId;
        await pause(random.below(5));
        back = await client.consumeSeatReservation(reservation);
        known.passes.push(passOf(reservation));
        known.tokens.push(tokenOf(seat));
      }
      if (way !== 'kicked') expect(back.sessionId, way).toBe(seat.sessionId);
      else known.sessions.push(back.sessionId);
      await back.request('ping', {});
      seats[who] = back;
    }
    await strangers.stop();
    const context = `seed ${seed}: of ${strangers.tries} connections ${JSON.stringify([...strangers.ends])}`;
    console.log(context);
    expect(strangers.leaks, context).toEqual([]);
    for (const seat of seats) await seat.request('ping', {});
    const allowed = [401, closeCodes.seatGone, closeCodes.replaced, closeCodes.kicked];
    expect(
      [...strangers.ends.keys()].filter((end) => !allowed.includes(end)),
      context,
    ).toEqual([]);
    expect(strangers.tries, context).toBeGreaterThan(returns);
  },
);
