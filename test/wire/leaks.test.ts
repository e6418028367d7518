import './tap.ts';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from '@colyseus/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PlayerOptions, SdkPlayer } from '../../harness/player.ts';
import type { TableRoom } from '../../harness/table.ts';
import type { MessageType, Payload } from '../../src/protocol/fromClient.ts';
import type { GameRoom } from '../../src/protocol/sdk.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { type Audit, audit, expectNone } from './audit.ts';
import { takeFrames, tappedFetch } from './tap.ts';
import { truthOf } from './truth.ts';

/** Of four seats each, one half with computer players. */
const matches = Number(process.env.MATCHES ?? 20);
const sideBySide = 20;

/** How many nonces players have revealed. */
let revealed = 0;

let server: TestServer;
let database: DatabaseSync;

beforeAll(async () => {
  server = await startServer({
    ...{ INITIAL_PEEK_S: '1', SAME_RANK_WINDOW_S: '0.03', POWER_S: '1', SHOW_S: '0.1', MAX_TURNS: '40' },
    ...{ BOT_DELAY_MIN_S: '0', BOT_DELAY_MAX_S: '0.02', MESSAGES_PER_S: '1000' },
  });
  database = new DatabaseSync(join(server.config.dataDir, 'recall.sqlite'), { readOnly: true });
});

afterAll(async () => {
  database.close();
  await server.stop();
});

test(`in ${matches} matches each seat is sent the cards that the rules show it, and nothing tells of another (never again 1, 2, 3, 4)`, {
  timeout: 300_000,
}, async () => {
  const seats: Audit[][] = [];
  let next = 0;
  const playOn = async () => {
    for (let i = next++; i < matches; i = next++) seats.push(...(await playAndAudit(i)));
  };
  await Promise.all(Array.from({ length: sideBySide }, playOn));

  const audits = seats.flat();
  const sum = (of: (found: Audit) => number) => audits.reduce((total, found) => total + of(found), 0);
  const [frames, bytes] = [sum((one) => one.frames), sum((one) => one.bytes)];
  const [told, states] = [sum((one) => one.told), sum((one) => one.states)];
  const peeked = sum(({ shown }) => shown.initial_peek ?? 0);
  const drawn = sum(({ shown }) => shown.drawn ?? 0);
  const looked = sum(({ shown }) => shown.queen_peek ?? 0);
  console.log(
    `${matches} matches, ${seats.length} seats, ${audits.length} connections: ${bytes} bytes in ${frames} frames. ` +
      `Cards shown to one seat: ${peeked} by the initial peek, ${drawn} drawn, ${looked} by queens; to all: ${told}. ` +
      `${states} states are like the table.`,
  );
  expect(audits.length).toBeGreaterThan(seats.length);
  expect(peeked).toBeGreaterThanOrEqual(2 * seats.length);
  expect(drawn).toBeGreaterThan(seats.length);
  expect(revealed).toBeGreaterThan(0);
  if (matches >= 20) expect(looked).toBeGreaterThan(0);
});

/** Somebody at the table. */
interface Seat {
  client: Client;
  sessionId: string;
  /** The present connection. */
  room: TableRoom;
  /** What HTTP has answered. */
  answers: Uint8Array[];
}

/** @returns what each connection of each seat was sent. */
async function playAndAudit(i: number): Promise<Audit[][]> {
  const password = i % 20 === 0 ? `the password of match ${i}` : undefined;
  const seats = await playMatch(i, password);
  const { roomId = '' } = seats[0]?.room ?? {};
  const truth = truthOf(roomId, journalOf(roomId), await server.services.journal.people(roomId));
  revealed += truth.nonces.length;
  const audits = seats.map(({ sessionId, answers }) => {
    const others = seats.filter((seat) => seat.sessionId !== sessionId);
    const theirTokens = others.flatMap((seat) => [
      seat.client.auth.token as string,
      ...(truth.sittings.get(seat.sessionId) ?? []).map(({ token }) => token),
    ]);
    const secrets = [...truth.secrets, ...theirTokens, ...(password ? [password] : [])];
    expectNone(answers, secrets);
    const sittings = truth.sittings.get(sessionId) ?? [];
    const connections = takeFrames(sessionId);
    // One more may have come when the match was over.
    expect(connections.length).toBeGreaterThanOrEqual(sittings.length);
    return sittings.map((sitting, at) => {
      const connection = { sitting, frames: connections[at] ?? [], isCut: at < connections.length - 1 };
      return audit(connection, truth, secrets);
    });
  });
  await Promise.all(seats.map(({ room }) => room.leave()));
  return audits;
}

/** @returns the people, when each of them has seen the end. */
async function playMatch(i: number, password: string | undefined): Promise<Seat[]> {
  const people = i % 2 === 0 ? 4 : 1 + (i % 3);
  const takes = i % 8 < 4 ? 0.3 : 0;
  const settings = {
    ...(password && { permission: 'private', password }),
    game_type: i % 4 < 2 ? 'classic' : 'clear',
    bots: 4 - people,
    turn_time_limit: 5,
    allow_discard_take: takes > 0,
    red_king_points: i % 16 < 8 ? 10 : 0,
  };
  const seats: Seat[] = [];
  const ends: Promise<void>[] = [];
  for (let at = 0; at < people; at++) {
    const { client, answers } = await newClient(`user ${i} ${at}`);
    const room = seats[0]
      ? await client.joinById<GameRoom>(seats[0].room.roomId, password ? { password } : {})
      : await client.create<GameRoom>('recall', settings);
    const seat = { client, answers, room, sessionId: room.sessionId };
    seats.push(seat);
    // The last one loses the connection now and then, and comes back.
    ends.push(play(seat, i * 4 + at, takes, i % 5 === 0 && at === people - 1));
  }
  await seats[0]?.room.request('start_match', {});
  await Promise.all(ends);
  return seats;
}

async function newClient(userId: string): Promise<{ client: Client; answers: Uint8Array[] }> {
  const answers: Uint8Array[] = [];
  const client = new Client(server.url, { fetchFn: tappedFetch(answers) });
  client.auth.token = await server.token({ sub: userId });
  return { client, answers };
}

/** Plays the seat. @returns when the match is over. */
async function play(seat: Seat, seed: number, takes: number, isRestless: boolean): Promise<void> {
  const style = { guesses: 0.1, takes, callsAt: 4 };
  for (let connection = 0; ; connection++) {
    // Each time it holds out longer; what it is being shown then is sent again.
    const shows = isRestless ? connection * 2 + 1 : Number.POSITIVE_INFINITY;
    if (await playOn(seat.room, { seed, style }, shows)) return;
    seat.room = await seat.client.reconnect<GameRoom>(seat.room.reconnectionToken);
  }
}

/**
 * @param shows so many times somebody draws, or it is shown a card itself, and then it loses the connection
 * @returns whether it has seen the end.
 */
function playOn(room: TableRoom, options: PlayerOptions, shows: number): Promise<boolean> {
  let left = shows;
  let turns = options.seed;
  room.reconnection.enabled = false;
  return new Promise((resolve) => {
    const onMessage: PlayerOptions['onMessage'] = (type, payload) => {
      const event = type === 'match_event' ? payload : null;
      if ((event?.type === 'drew' || type === 'cards_shown') && --left === 0) room.connection.close();
      if (event?.type === 'turn_started' && event.session_id !== room.sessionId) trySomething(room, turns++);
      if (event?.type === 'match_ended') resolve(true);
    };
    new SdkPlayer(room, { ...options, onMessage });
    room.onStateChange.once(async ({ phase }) => {
      if (phase !== 'finished') return;
      // It ended while nobody was connected here. What was on its way comes before the answer.
      await room.request('ping', {}).catch(() => {});
      resolve(true);
    });
    room.onLeave(() => resolve(false));
  });
}

/**
 * Asks for what is refused at that time, as a rule: a refusal tells of no card either. The owner does not ask for a match:
 * where this one is over when that comes, there would be another.
 */
function trySomething(room: TableRoom, i: number): void {
  const own = { session_id: room.sessionId, slot: 0 };
  const requests = Object.entries({
    draw_card: {},
    take_from_discard: {},
    play_card: { slot: 0 },
    same_rank_play: { slot: 0 },
    collect_from_discard: {},
    collect_drawn: {},
    call_recall: {},
    queen_peek: own,
    jack_swap: { first: own, second: { ...own, slot: 1 } },
    skip_power: {},
    completed_initial_peek: { slots: [0, 1] },
    ...(room.state.ownerId !== room.sessionId && { start_match: {} }),
    get_room: {},
    ping: {},
  } satisfies { [T in MessageType]?: Payload<T> });
  const [type, payload] = requests[i % requests.length] as [MessageType, Payload<MessageType>];
  if (i % 2 === 0) room.send(type, payload);
  else room.request(type, payload).catch(() => {});
}

function journalOf(roomId: string): string[] {
  const rows = database.prepare('SELECT entry FROM entries JOIN rooms USING (room) WHERE room_id = ? ORDER BY n');
  return rows.all(roomId).map(({ entry }) => entry as string);
}
