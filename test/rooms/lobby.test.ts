import type { Room } from '@colyseus/sdk';
import { afterEach, expect, test, vi } from 'vitest';
import { LocalRoomIndex } from '../../src/cluster/localRoomIndex.ts';
import { gameRow } from '../cluster/rows.ts';
import { manualClock } from '../support/clock.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { Visitor } from './visitor.ts';

let server: TestServer;
afterEach(() => server.stop());

const serve = async (settings: Record<string, string> = {}, overrides: Parameters<typeof startServer>[1] = {}) => {
  server = await startServer({ EMPTY_ROOM_S: '0', LOBBY_REFRESH_S: '0.02', ...settings }, overrides);
};
const enter = async (userId: string, options?: object) => Visitor.enter(await server.client(userId), options);

test('who is in the lobby sees public rooms come, fill up and go, and never a private one', async () => {
  await serve();
  const ann = await server.client('ann');
  const there = await ann.create('recall', { max_players: 2 });
  const visitor = await enter('vera', { filter: {} });
  await vi.waitFor(() => expect(visitor.rooms.get(there.roomId)).toMatchObject({ owner_id: 'ann', current_size: 1 }));

  await ann.create('recall', { permission: 'private', password: 'sesame' });
  const later = await ann.create('recall', { game_type: 'clear' });
  await vi.waitFor(() => expect(visitor.ids).toEqual([there.roomId, later.roomId].sort()));
  await (await server.client('bob')).joinById(there.roomId);
  await vi.waitFor(() => expect(visitor.ids).toEqual([later.roomId]));
  await later.leave();
  await vi.waitFor(() => expect(visitor.ids).toEqual([]));
  expect(new Set(visitor.told)).toEqual(new Set(['rooms', '+', '-']));
  expect(visitor.told.indexOf('rooms')).toBe(0);
});

test('a filter shows what fits it, and a new one takes its place', async () => {
  await serve();
  const ann = await server.client('ann');
  const classic = await ann.create('recall');
  const clear = await ann.create('recall', { game_type: 'clear', max_players: 8 });
  const visitor = await enter('vera', { filter: { game_type: 'clear' } });
  await vi.waitFor(() => expect(visitor.ids).toEqual([clear.roomId]));
  visitor.lobby.send('filter', {});
  await vi.waitFor(() => expect(visitor.ids).toEqual([classic.roomId, clear.roomId].sort()));
  expect(await visitor.lobby.request('filter', { min_free: 5 })).toEqual({});
  await vi.waitFor(() => expect(visitor.ids).toEqual([clear.roomId]));
});

test('a match that runs is seen by who filters for its phase', async () => {
  await serve();
  const room = await (await server.client('ann')).create('recall', { max_players: 2, bots: 1 });
  const visitor = await enter('vera', { filter: { phase: 'initial_peek' } });
  await room.request('start_match', {});
  await vi.waitFor(() => expect(visitor.ids).toEqual([room.roomId]));
});

test('a client has 100 rooms at most, and when one goes the next takes its place', async () => {
  await serve();
  const rows = Array.from({ length: 101 }, (_, i) => gameRow(`room_${i}`, { created_at: 1_790_000_000_000 + i }));
  for (const row of rows) await server.services.index.insert(row);
  const visitor = await enter('vera');
  await vi.waitFor(() => expect(visitor.rooms.size).toBe(100));
  expect(visitor.rooms.has('room_0')).toBe(false);
  await server.services.index.remove('room_50', '');
  await vi.waitFor(() => expect(visitor.rooms.has('room_0')).toBe(true));
  expect([visitor.rooms.size, visitor.rooms.has('room_50'), visitor.most]).toEqual([100, false, 100]);
});

test('what it costs goes by the filters in use: not by who watches, and nothing when nobody does', async () => {
  const looks = vi.spyOn(LocalRoomIndex.prototype, 'listPublic');
  const clock = manualClock(Date.now());
  await serve({ LOBBY_REFRESH_S: '1' }, { clock });
  const looksIn = async (seconds: number) => {
    looks.mockClear();
    for (let i = 0; i < seconds; i++) await clock.advance(1000);
    return looks.mock.calls.length;
  };
  const visitors = await Promise.all(Array.from({ length: 20 }, (_, i) => enter(`visitor ${i}`)));
  const other = await enter('walt', { filter: { game_type: 'clear' } });
  for (const { told } of [...visitors, other]) await vi.waitFor(() => expect(told).toEqual(['rooms']));
  expect(await looksIn(5)).toBe(10);
  await Promise.all([...visitors, other].map(({ lobby }) => lobby.leave()));
  await looksIn(2);
  expect(await looksIn(5)).toBe(0);
  looks.mockRestore();
});

test('what a lobby can not be asked is refused by name, on the way in and inside', async () => {
  await serve();
  const client = await server.client('vera');
  const refused = (options: object) =>
    client.joinOrCreate('lobby', options).catch(({ code, message }) => [code, message]);
  expect(await refused({ filter: { permission: 'private' } })).toEqual([
    400,
    'INVALID_OPTIONS: unknown option "permission"',
  ]);
  expect(await refused({ filter: { min_free: 9 } })).toEqual([
    400,
    expect.stringMatching(/^INVALID_OPTIONS: filter.min_free: /),
  ]);
  expect(await refused({ name: 'x' })).toEqual([400, expect.stringMatching(/^INVALID_OPTIONS: unknown option "name"/)]);
  expect(await client.create('lobby').catch(({ code, message }) => [code, message])).toEqual([
    400,
    'INVALID_OPTIONS: enter the lobby by joinOrCreate',
  ]);
  client.auth.token = '';
  expect(await refused({})).toEqual([401, expect.stringMatching(/^UNAUTHENTICATED: /)]);

  const { lobby, errors } = await enter('walt');
  // What the types of the SDK would forbid.
  const anything: Room = lobby;
  anything.send('filter', { phase: 'over' });
  await vi.waitFor(() => expect(errors).toMatchObject([{ code: 'INVALID_PAYLOAD', request: 'filter' }]));
  const reasonOf = (type: string, payload: object) => anything.request(type, payload).catch(({ reason }) => reason);
  expect(await reasonOf('draw_card', {})).toMatchObject({ code: 'UNKNOWN_MESSAGE' });
  expect(await reasonOf('get_public_rooms', { cursor: 'x' })).toMatchObject({ code: 'INVALID_OPTIONS' });
  expect(await reasonOf('list_rooms', {})).toMatchObject({ code: 'NOT_ALLOWED' });
});

test('the lists can be asked for by message, in the lobby and at a table', async () => {
  await serve();
  const room = await (await server.client('ann')).create('recall', { permission: 'private', password: 'sesame' });
  const open = await (await server.client('bob')).create('recall');
  const operator = await (await server.client('olga', { roles: ['operator'] })).joinOrCreate('lobby');
  await vi.waitFor(async () => expect(await operator.request('list_rooms', {})).toMatchObject({ total: 2 }));
  for (const from of [operator, room]) {
    const answer = await from.request('get_public_rooms', { limit: 1 });
    expect(answer).toMatchObject({ rooms: [{ room_id: open.roomId }], total: 1, next_cursor: null });
  }
  expect(await room.request('list_rooms', {}).catch(({ reason }) => reason)).toMatchObject({ code: 'NOT_ALLOWED' });
});

test('who signs out while they come in does not stay', async () => {
  await serve();
  const { revocations } = server.services;
  const refuses = revocations.refuses.bind(revocations);
  const looks = vi.spyOn(revocations, 'refuses').mockImplementation(async (user) => {
    const refused = await refuses(user);
    // The first look is for the connection: nobody is in the lobby yet.
    if (looks.mock.calls.length === 1) await revocations.revoke(user as never);
    return refused;
  });
  const visitor = await enter('vera');
  expect(await visitor.closed).toBe(4104);
});

test('a visitor stays whose token nobody can look up just now', async () => {
  await serve();
  const { revocations } = server.services;
  const refuses = revocations.refuses.bind(revocations);
  const looks = vi.spyOn(revocations, 'refuses').mockImplementation(async (user) => {
    if (looks.mock.calls.length > 1) throw new Error('away');
    return refuses(user);
  });
  const { lobby } = await enter('vera');
  await vi.waitFor(() => expect(looks).toHaveBeenCalledTimes(2));
  expect(await lobby.request('ping', {})).toEqual({ at: expect.any(Number) });
});

test('who signs out, or whose token expires, is in the lobby no more', async () => {
  await serve();
  const client = await server.client('vera');
  const visitor = await Visitor.enter(client);
  await fetch(`${server.url}/auth/sign-out`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${client.auth.token}` },
  });
  expect(await visitor.closed).toBe(4104);

  // A token is good for a minute after its time.
  const brief = await server.client('walt', { exp: Math.ceil(Date.now() / 1000) - 58 });
  const late = await Visitor.enter(brief);
  expect(await late.closed).toBe(4104);
  expect(late.errors).toMatchObject([{ code: 'UNAUTHENTICATED' }]);
});
