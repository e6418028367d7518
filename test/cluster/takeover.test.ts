import { Client } from '@colyseus/sdk';
import { expect, test, vi } from 'vitest';
import { Process } from '../../harness/process.ts';
import { TestPlayer } from '../rooms/player.ts';
import { drawn, reconnects } from './drawn.ts';
import { redisForFile } from './redisForFile.ts';

const redis = await redisForFile();

const secret = 'a secret of more than thirty-two characters';

/** Two processes on one Redis. The client knows the address of the first one. */
async function two() {
  // A queen or a jack that is not used is no reason to wait.
  const settings = { REDIS_URL: redis.url, JWT_SECRET: secret, LEASE_S: '1', POWER_S: '0.5' };
  return [await Process.start(settings), await Process.start(settings)] as const;
}

/** On another device, which knows another address. */
function sameUser(url: string, { auth }: Client): Client {
  const client = new Client(url);
  client.auth.token = auth.token ?? '';
  return client;
}

async function goesOn(ann: TestPlayer): Promise<void> {
  await ann.sees((state) => state.players.get(ann.id)?.connected === true);
  await ann.ask('call_recall');
  await ann.ask('play_card', { slot: -1 });
  await ann.event('match_ended');
}

test('a living process takes over the rooms of one that is killed, and client.reconnect gets in there', async () => {
  const [first, second] = await two();
  const client = await first.guest();
  const { ann, shown } = await drawn(client);
  await first.end('SIGKILL');
  await ann.closed;

  const other = sameUser(second.url, client);
  const back = new TestPlayer(await other.reconnect(ann.connection.reconnectionToken));
  expect(back.id).toBe(ann.id);
  const again = await back.message('cards_shown', ({ reason }) => reason === 'drawn');
  expect(again.cards).toEqual(shown.cards);
  await goesOn(back);
});

test('a reserved seat is taken by its pass, and by nothing else, where its room was taken over meanwhile (never again 44)', async () => {
  const processes = await two();
  const table = await (await processes[0].guest()).create('recall', { max_players: 2 });
  const ben = await processes[0].guest('Ben');
  const { data } = await ben.http.post(`/matchmake/joinById/${table.roomId}` as never, { body: {} } as never);
  const reservation = data as Parameters<Client['consumeSeatReservation']>[0] & { processId: string };
  const keys = redis.client();
  const address = await keys.get(`recall:process:${await keys.hget(`recall:{${table.roomId}}:head`, 'owner')}`);
  const home = processes.find(({ port }) => address?.endsWith(`:${port}`));
  const other = processes.find((one) => one !== home) as Process;
  await home?.end('SIGKILL');

  const there = sameUser(other.url, ben);
  await expect(there.consumeSeatReservation({ ...reservation, processId: 'made-up' })).rejects.toThrow();
  const seat = new TestPlayer(await there.consumeSeatReservation(reservation));
  expect(seat.id).toBe(reservation.sessionId);
  await seat.message('join_room_success');
  await expect(there.consumeSeatReservation(reservation)).rejects.toThrow();
  await seat.ask('ping');
});

test('a process that lives and is on no list any more is on one again, so that its death is noticed', async () => {
  const [first, second] = await two();
  const client = await first.guest();
  const ann = new TestPlayer(await client.create('recall'));
  const keys = redis.client();
  const owner = (await keys.hget(`recall:{${ann.roomId}}:head`, 'owner')) as string;
  const isListed = () => keys.sismember('recall:processes', owner);
  // Colyseus writes its own when a room or a connection comes, a second later.
  await vi.waitFor(async () => expect(await keys.hget('roomcount', owner)).toBe('1,1'), { timeout: 5000 });
  await keys.del('roomcount', 'recall:processes');
  await vi.waitFor(async () => expect(await isListed()).toBe(1), { timeout: 5000 });
  const address = await keys.get(`recall:process:${owner}`);
  const home = [first, second].find(({ port }) => address?.endsWith(`:${port}`)) as Process;
  await home.end('SIGKILL');
  await vi.waitFor(async () => expect(await isListed()).toBe(0), { timeout: 5000 });
  expect(await keys.hget(`recall:{${ann.roomId}}:head`, 'owner')).not.toBe(owner);
});

test('every process is a proxy for every room', async () => {
  const [first, second] = await two();
  const client = await first.guest();
  const { ann } = await drawn(client);
  const other = sameUser(second.url, client);
  const back = new TestPlayer(await other.joinById(ann.roomId));
  expect(back.id).toBe(ann.id);
  expect(await ann.closed).toBe(4101);
  await goesOn(back);
});

test('a process that ends hands its rooms over, and the SDK finds them by itself', async () => {
  const [, second] = await two();
  const { ann } = await drawn(await second.guest());
  const reconnected = reconnects(ann);
  expect(await second.end('SIGTERM')).toBe(0);
  await second.start();
  await reconnected;
  await goesOn(ann);
});

test('who sits quietly in a room that a living process was wrongly taken to have left is led to where it lives', async () => {
  const [first, second] = await two();
  const client = await first.guest();
  const ann = new TestPlayer(await client.create('recall', { max_players: 2 }));
  const back = reconnects(ann);
  const keys = redis.client();
  const ownerOf = () => keys.hget(`recall:{${ann.roomId}}:head`, 'owner');
  const owner = (await ownerOf()) as string;
  // As if nobody had heard of the first one for a moment. It may be heard again before the second one looks.
  await vi.waitFor(
    async () => {
      await keys.del(`recall:process:${owner}`);
      expect(await ownerOf()).not.toBe(owner);
    },
    { timeout: 20_000 },
  );
  await back;
  const ben = await (await second.guest('Ben')).joinById(ann.roomId);
  await ann.sees((state) => state.players.has(ben.sessionId));
});
