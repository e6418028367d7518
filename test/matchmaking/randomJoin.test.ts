import { matchMaker } from '@colyseus/core';
import type { Room } from '@colyseus/sdk';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type ManualClock, manualClock } from '../support/clock.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let clock: ManualClock;
beforeAll(async () => {
  clock = manualClock(Date.now());
  server = await startServer({}, { clock });
});
afterAll(() => server.stop());

/** Comes in by random join, and keeps when it saw matches begin. */
async function comeIn(userId: string, options: object = {}): Promise<{ room: Room; starts: number[] }> {
  const client = await server.client(userId);
  const room = await client.joinOrCreate('recall', { random: true, ...options });
  const starts: number[] = [];
  room.onMessage('*', (type, message) => {
    if (type === 'match_event' && message.type === 'match_started') starts.push(clock.now());
  });
  return { room, starts };
}

/** No room of one test is found by the next. */
async function leaveAll(...rooms: Room[]): Promise<void> {
  await Promise.all(rooms.map((room) => room.leave()));
  await vi.waitFor(async () => {
    await clock.advance(server.config.emptyRoomMs);
    expect(await matchMaker.query({})).toEqual([]);
  });
}

test('ten who come at the same instant sit in rooms of 4, 4 and 2, each started once (never again 19)', async () => {
  const cameAt = clock.now();
  const players = await Promise.all(Array.from({ length: 10 }, (_, i) => comeIn(`player ${i}`)));
  const rooms = Map.groupBy(players, ({ room }) => room.roomId);
  const parties = [...rooms.values()].sort((a, b) => b.length - a.length);
  expect(parties.map(({ length }) => length)).toEqual([4, 4, 2]);

  const [first, second, third] = parties as [typeof players, typeof players, typeof players];
  await vi.waitFor(() => {
    for (const { starts } of [...first, ...second]) expect(starts).toEqual([cameAt]);
  });
  await vi.waitFor(() => {
    for (const { room } of third) expect(room.state.startsAt).toBe(cameAt + 5000);
  });
  await clock.advance(4999);
  for (const { starts } of third) expect(starts).toEqual([]);
  await clock.advance(1);
  await vi.waitFor(() => {
    for (const { starts } of third) expect(starts).toEqual([cameAt + 5000]);
  });

  for (const { room } of players) {
    expect(room.state.players.size).toBe(4);
    expect([...room.state.players.values()].filter(({ isBot }) => isBot)).toHaveLength(
      rooms.get(room.roomId)?.length === 2 ? 2 : 0,
    );
  }
  await clock.advance(10_000);
  expect(players.map(({ starts }) => starts.length)).toEqual(Array(10).fill(1));
  await leaveAll(...players.map(({ room }) => room));
});

test('only public rooms that wait and start by themselves are entered (never again 8, 24)', async () => {
  const olaf = await server.client('olaf');
  const rooms = [
    await olaf.create('recall', { permission: 'private', password: 'open sesame', auto_start: true }),
    await olaf.create('recall', { permission: 'private', allowed_users: ['ann'], auto_start: true }),
    await olaf.create('recall', {}),
    await olaf.create('recall', { auto_start: true, game_type: 'clear' }),
    await olaf.create('recall', { auto_start: true, max_players: 3, bots: 2 }),
  ];
  const ann = await comeIn('ann');
  expect(rooms.map(({ roomId }) => roomId)).not.toContain(ann.room.roomId);

  const open = await olaf.create('recall', { auto_start: true, min_players: 3, max_players: 3, bots: 1 });
  const ben = await comeIn('ben');
  expect(ben.room.roomId).toBe(open.roomId);
  const cid = await comeIn('cid');
  expect(cid.room.roomId).toBe(ann.room.roomId);
  await leaveAll(...rooms, open, ann.room, ben.room, cid.room);
});

test('the fullest room is entered first, the oldest among equals', async () => {
  const olaf = await server.client('olaf');
  const create = async (bots: number) => {
    await clock.advance(1);
    return olaf.create('recall', { auto_start: true, max_players: 6, bots });
  };
  const rooms = [await create(0), await create(2), await create(2), await create(1)];
  const [, second, third] = rooms as [Room, Room, Room, Room];
  const entered: Room[] = [];
  for (const userId of ['ann', 'ben', 'cid', 'dee']) entered.push((await comeIn(userId)).room);
  expect(entered.map(({ roomId }) => roomId)).toEqual([second, second, second, third].map(({ roomId }) => roomId));
  await leaveAll(...rooms, ...entered);
});

test('nobody is put into a room where they sit already', async () => {
  const [once, again] = [await comeIn('ann'), await comeIn('ann')];
  expect(again.room.roomId).not.toBe(once.room.roomId);
  await leaveAll(once.room, again.room);
});

test('each game type has rooms of its own', async () => {
  const ann = await comeIn('ann', { game_type: 'clear' });
  const ben = await comeIn('ben', { game_type: 'classic' });
  const cid = await comeIn('cid', { game_type: 'clear' });
  expect(cid.room.roomId).toBe(ann.room.roomId);
  expect(ben.room.roomId).not.toBe(ann.room.roomId);
  await leaveAll(ann.room, ben.room, cid.room);
});

test('a countdown is called off when the room empties, and begins anew with who comes then', async () => {
  const ann = await comeIn('ann');
  await ann.room.leave();
  await vi.waitFor(async () => expect(await matchMaker.query({ clients: 0 })).toHaveLength(1));
  await clock.advance(6000);
  const [listed] = await matchMaker.query({ roomId: ann.room.roomId });
  expect(listed?.metadata).toMatchObject({ phase: 'waiting_for_players', current_size: 0 });

  const ben = await comeIn('ben');
  expect(ben.room.roomId).toBe(ann.room.roomId);
  await clock.advance(5000);
  await vi.waitFor(() => expect(ben.starts).toHaveLength(1));
  await leaveAll(ben.room);
});

test('a room that nobody came to after all holds no seat (never again 38)', async () => {
  const reserve = async (userId: string) => {
    const headers = {
      Authorization: `Bearer ${await server.token({ sub: userId })}`,
      'Content-Type': 'application/json',
    };
    const body = JSON.stringify({ random: true });
    const response = await fetch(`${server.url}/matchmake/joinOrCreate/recall`, { method: 'POST', headers, body });
    return ((await response.json()) as { roomId: string }).roomId;
  };
  const rooms = new Set(await Promise.all(Array.from({ length: 8 }, (_, i) => reserve(`nobody ${i}`))));
  expect(rooms.size).toBe(2);
  await clock.advance(15_000);
  for (const roomId of rooms) {
    const [listed] = await matchMaker.query({ roomId });
    expect(listed).toMatchObject({ clients: 0, metadata: { current_size: 0, phase: 'waiting_for_players' } });
  }
  await clock.advance(30_000);
  await vi.waitFor(async () => {
    for (const roomId of rooms) expect(await matchMaker.query({ roomId })).toEqual([]);
  });
});
