import { afterEach, expect, test, vi } from 'vitest';
import { createHooks, type HookName } from '../../src/hooks.ts';
import { openDatabase } from '../../src/journal/database.ts';
import type { Journal } from '../../src/journal/journal.ts';
import { SqliteJournal } from '../../src/journal/sqlite.ts';
import { createLog } from '../../src/ops/log.ts';
import { temporaryFolder } from '../people/folder.ts';
import { manualClock } from '../support/clock.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { TestPlayer } from './player.ts';

/** The embedded default: one process, one file. test/cluster/hooks.test.ts has the same for many on Redis. */

let server: TestServer;
afterEach(() => server.stop());

/** The hooks, as they come. */
function hooksSoFar(): string[] {
  const told: string[] = [];
  const names: readonly HookName[] = ['room_created', 'room_joined', 'leave_room', 'room_closed'];
  for (const name of names) {
    server.services.hooks.on(name, (payload) => {
      told.push('reason' in payload ? `${name} ${payload.reason}` : name);
    });
  }
  return told;
}

const totals = async (client: { auth: { token?: string } }) => {
  const headers = { Authorization: `Bearer ${client.auth.token}` };
  const paths = ['/users/me/rooms', '/rooms/public'];
  const answers = await Promise.all(paths.map((path) => fetch(`${server.url}${path}`, { headers })));
  return Promise.all(answers.map(async (answer) => ((await answer.json()) as { total: number }).total));
};

test('an idle room with somebody in it expires: they are told, and the hook fires once (never again 32)', async () => {
  server = await startServer({ ROOM_TTL_S: '2' });
  const closings: string[] = [];
  server.services.hooks.on('room_closed', ({ room_id, reason }) => void closings.push(`${room_id} ${reason}`));
  const clients = await Promise.all(Array.from({ length: 10 }, () => server.guest()));
  const players = await Promise.all(clients.map(async (client) => new TestPlayer(await client.create('recall'))));
  for (const player of players) {
    expect(await player.closed).toBe(4105);
    expect(player.told('room_closed')).toEqual([{ room_id: player.roomId, reason: 'expired' }]);
  }
  const expected = players.map(({ roomId }) => `${roomId} expired`).sort();
  await vi.waitFor(() => expect(closings.toSorted()).toEqual(expected));
  for (const client of clients) await vi.waitFor(async () => expect(await totals(client)).toEqual([0, 0]));
  expect(closings.toSorted()).toEqual(expected);
});

test('an idle room whose people have dropped expires, and the hook fires once', async () => {
  server = await startServer({ ROOM_TTL_S: '2' });
  const told = hooksSoFar();
  const client = await server.guest();
  const player = new TestPlayer(await client.create('recall'));
  player.cutOff();
  await vi.waitFor(() => expect(told.at(-1)).toBe('room_closed expired'), { timeout: 5_000 });
  await vi.waitFor(async () => expect(await totals(client)).toEqual([0, 0]));
  expect(told).toEqual(['room_created', 'room_joined', 'room_closed expired']);
});

test('a room that finds its time over only when it wants to close is told of once, by the next look', async () => {
  const clock = manualClock(Date.now());
  server = await startServer({ ROOM_TTL_S: '600' }, { clock });
  const told = hooksSoFar();
  const client = await server.guest();
  const player = new TestPlayer(await client.create('recall'));
  await player.message('room_joined');
  // Timers are never late here, so that the journal's time is over in the very moment in which the room's own is.
  await clock.advance(600_000);
  expect(await player.closed).toBe(4105);
  expect(player.told('room_closed')).toEqual([{ room_id: player.roomId, reason: 'expired' }]);
  await clock.advance(30_000);
  await vi.waitFor(async () => expect(await totals(client)).toEqual([0, 0]));
  await clock.advance(600_000);
  expect(told).toEqual(['room_created', 'room_joined', 'room_closed expired']);
});

test('a room that is looked at for an hour, and in which something happens in time, does not expire', async () => {
  const clock = manualClock(Date.now());
  server = await startServer({ ROOM_TTL_S: '600' }, { clock });
  const told = hooksSoFar();
  const player = new TestPlayer(await (await server.guest()).create('recall', { max_players: 8 }));
  for (let i = 0; i < 6; i++) {
    await clock.advance(599_000);
    await player.ask('add_bot');
  }
  expect(told).toEqual(['room_created', 'room_joined']);
});

test('a room that was closed, but not forgotten, is not told of as expired too', async () => {
  const clock = manualClock(Date.now());
  const database = openDatabase(temporaryFolder());
  const kept = new SqliteJournal(database, { now: clock.now });
  server = await startServer({ ROOM_TTL_S: '600', EMPTY_ROOM_S: '0' }, { clock, journal: forgetsNothing(kept) });
  const told = hooksSoFar();
  const player = new TestPlayer(await (await server.guest()).create('recall'));
  await player.connection.leave();
  await vi.waitFor(() => clock.advance(1_000).then(() => expect(told.at(-1)).toBe('room_closed empty')));
  expect((await kept.list()).map(({ roomId }) => roomId)).toEqual([player.roomId]);
  await clock.advance(700_000);
  await vi.waitFor(async () => expect((await kept.expiriesOf([player.roomId])).size).toBe(0));
  await clock.advance(60_000);
  expect(told).toEqual(['room_created', 'room_joined', 'leave_room left', 'room_closed empty']);
  expect(await kept.sweep()).toEqual([]);
  database.close();
});

test('rooms that have expired are told of each by itself, also after one whose last entry is broken', async () => {
  const clock = manualClock(Date.now());
  const database = openDatabase(temporaryFolder());
  const kept = new SqliteJournal(database, { now: clock.now });
  const last = ['{"type":', 'null', '', '{"type":"room_closed"}', '{"type":"drew"}'];
  for (const [i, entry] of last.entries()) await kept.create(`room_${i}`, ['{}', entry], 1);
  await clock.advance(1_000);

  const lines: { msg: string; roomId?: string }[] = [];
  const log = createLog('warn', { write: (line) => void lines.push(JSON.parse(line)) });
  const closed: string[] = [];
  const hooks = createHooks(() => {});
  hooks.on('room_closed', ({ room_id, reason }) => void closed.push(`${room_id} ${reason}`));
  server = await startServer({}, { clock, journal: kept, hooks, log });
  await vi.waitFor(() => expect(closed).toEqual([0, 1, 2, 4].map((i) => `room_${i} expired`)));
  const broken = lines.filter(({ msg }) => msg === 'the last entry of an expired room can not be read');
  expect(broken.map(({ roomId }) => roomId)).toEqual(['room_0', 'room_1', 'room_2']);
  database.close();
});

/** Its process always dies between the end of a room and what comes after it. */
const forgetsNothing = (journal: Journal): Journal => ({
  create: async (...args) => ({ ...(await journal.create(...args)), forget: async () => {} }),
  open: (...args) => journal.open(...args),
  list: () => journal.list(),
  expiriesOf: (roomIds) => journal.expiriesOf(roomIds),
  sweep: () => journal.sweep(),
  replay: (...args) => journal.replay(...args),
  people: (roomId) => journal.people(roomId),
  erase: (userId) => journal.erase(userId),
  close: () => journal.close(),
});
