import { matchMaker } from '@colyseus/core';
import { afterEach, expect, test, vi } from 'vitest';
import type { UsersRooms } from '../../src/protocol/toClient.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
afterEach(() => server.stop());

const roomsOf = async (userId: string): Promise<UsersRooms> => {
  const headers = { Authorization: `Bearer ${await server.token({ sub: userId })}` };
  return (await (await fetch(`${server.url}/users/me/rooms`, { headers })).json()) as UsersRooms;
};
const idsOf = async (userId: string) => (await roomsOf(userId)).rooms.map(({ room_id }) => room_id);

test('a user finds all rooms in which they hold a seat, private ones and while they are disconnected', async () => {
  server = await startServer({ EMPTY_ROOM_S: '0' });
  const ann = await server.client('ann');
  const first = await ann.create('recall', { permission: 'private', password: 'sesame' });
  const second = await (await server.client('bob')).create('recall');
  const seat = await ann.joinById(second.roomId);
  await vi.waitFor(async () => expect((await idsOf('ann')).sort()).toEqual([first.roomId, second.roomId].sort()));
  const { rooms, total } = await roomsOf('ann');
  expect(total).toBe(2);
  expect(rooms.find(({ room_id }) => room_id === second.roomId)).toMatchObject({
    ...{ owner_id: 'bob', permission: 'public', phase: 'waiting_for_players', session_id: seat.sessionId },
  });
  expect(JSON.stringify(rooms)).not.toContain('sesame');
  expect(await idsOf('bob')).toEqual([second.roomId]);
  expect(await idsOf('carl')).toEqual([]);
  expect((await fetch(`${server.url}/users/me/rooms`)).status).toBe(401);

  seat.reconnection.enabled = false;
  seat.connection.close();
  await vi.waitFor(() => expect(second.state.players.get(seat.sessionId).connected).toBe(false));
  expect((await idsOf('ann')).sort()).toEqual([first.roomId, second.roomId].sort());
  await first.leave();
  await vi.waitFor(async () => expect(await idsOf('ann')).toEqual([second.roomId]));
});

test('a change is pushed to all connections of the user, at tables and in the lobby, and to nobody else', async () => {
  server = await startServer();
  const ann = await server.client('ann');
  const heard = new Map<string, string[][]>();
  const listen = (name: string, room: { onMessage(type: string, callback: (list: UsersRooms) => void): unknown }) => {
    heard.set(name, []);
    room.onMessage('user_joined_rooms', ({ rooms }) => {
      heard.get(name)?.push(rooms.map(({ room_id }) => room_id).sort());
    });
  };
  const lobby = await ann.joinOrCreate('lobby');
  listen('lobby', lobby);
  const strangers = await (await server.client('bob')).create('recall');
  listen('stranger', strangers);
  const table = await ann.create('recall');
  listen('table', table);
  await vi.waitFor(() => expect(heard.get('lobby')?.at(-1)).toEqual([table.roomId]));
  const other = await ann.create('recall');
  const both = [table.roomId, other.roomId].sort();
  for (const name of ['lobby', 'table']) await vi.waitFor(() => expect(heard.get(name)?.at(-1)).toEqual(both));
  expect(await lobby.request('user_joined_rooms', {})).toMatchObject({ total: 2 });
  await other.leave();
  for (const name of ['lobby', 'table'])
    await vi.waitFor(() => expect(heard.get(name)?.at(-1)).toEqual([table.roomId]));
  expect(
    heard
      .get('stranger')
      ?.flat()
      .filter((id) => id !== strangers.roomId),
  ).toEqual([]);
});

test.each([
  ['it could not be published', failToPublish],
  ['the answer to its writing got lost', loseAnswer],
])('a change is told though %s at first', async (_, breakOnce) => {
  server = await startServer();
  const lobby = await (await server.client('ann')).joinOrCreate('lobby');
  const heard: UsersRooms[] = [];
  lobby.onMessage('user_joined_rooms', (list: UsersRooms) => heard.push(list));
  const broken = breakOnce();
  const { roomId } = await (await server.client('ann')).create('recall');
  await vi.waitFor(() => expect(heard.at(-1)?.rooms.map(({ room_id }) => room_id)).toEqual([roomId]), 5000);
  await broken;
});

/** @returns when it has happened. */
function failToPublish(): Promise<void> {
  const { presence } = matchMaker;
  const { promise, resolve } = Promise.withResolvers<void>();
  const publish = presence.publish;
  presence.publish = async (channel, message) => {
    if (channel !== 'recall:user_rooms') return publish.call(presence, channel, message);
    presence.publish = publish;
    resolve();
    throw new Error('Redis is away');
  };
  return promise;
}

/** @returns when it has happened. */
function loseAnswer(): Promise<void> {
  const { userRooms } = server.services;
  const { promise, resolve } = Promise.withResolvers<void>();
  const seat = userRooms.seat;
  userRooms.seat = async (...what) => {
    userRooms.seat = seat;
    await seat(...what);
    resolve();
    throw new Error('Redis has not answered');
  };
  return promise;
}

test('many changes are told at once, at most once a second, and the last one for certain (never again 46)', async () => {
  server = await startServer();
  const ann = await server.client('ann');
  const lobby = await ann.joinOrCreate('lobby');
  const heard: { at: number; list: UsersRooms }[] = [];
  lobby.onMessage('user_joined_rooms', (list: UsersRooms) => heard.push({ at: performance.now(), list }));
  const begin = performance.now();
  const rooms = [await ann.create('recall')];
  await vi.waitFor(() => expect(heard.at(-1)?.list.total).toBe(1));
  const { length: first } = heard;
  for (let i = 1; i < 60; i++) rooms.push(await ann.create('recall'));
  await vi.waitFor(() => expect(heard.at(-1)?.list.total).toBe(60), { timeout: 10_000 });
  const seconds = (performance.now() - begin) / 1000;
  expect(first).toBe(1);
  expect(heard.length).toBeLessThanOrEqual(2 + seconds);
  for (const { list } of heard) expect(list.rooms.length).toBe(Math.min(list.total, 50));

  const newest = rooms.slice(-50).map(({ roomId }) => roomId);
  const asked = (await lobby.request('user_joined_rooms', {})) as UsersRooms;
  for (const list of [heard.at(-1)?.list, asked, await roomsOf('ann')]) {
    expect(list?.rooms.map(({ room_id }) => room_id).sort()).toEqual(newest.sort());
    expect(list?.total).toBe(60);
  }
});

test('asking for lists counts by message and by HTTP together, over all connections, in rooms and in the lobby', async () => {
  server = await startServer({ RATE_LIMIT_REQUESTS_USER: '8' });
  const ann = await server.client('ann');
  const [lobby, room] = [await ann.joinOrCreate('lobby'), await ann.create('recall')];
  for (const connection of [lobby, room]) {
    await connection.request('get_public_rooms', {});
    await connection.request('user_joined_rooms', {});
    await connection.request('get_presence', { user_ids: ['ann'] });
  }
  await lobby.request('filter', { game_type: 'clear' });
  expect((await roomsOf('ann')).total).toBe(1);
  const tooMany = { code: 'TOO_MANY_REQUESTS', retry_after_ms: expect.any(Number) };
  for (const [connection, type] of [
    ...([
      [lobby, 'filter'],
      [lobby, 'get_public_rooms'],
      [lobby, 'list_rooms'],
    ] as const),
    ...([
      [room, 'user_joined_rooms'],
      [room, 'list_rooms'],
    ] as const),
  ]) {
    const refused = await connection.request(type, {}).catch((error: { reason: unknown }) => error.reason);
    expect(refused, type).toMatchObject(tooMany);
  }
  expect(await roomsOf('ann')).toMatchObject(tooMany);
  for (const connection of [lobby, room]) await connection.request('ping', {});
  await (await server.client('ben')).joinOrCreate('lobby').then((his) => his.request('get_public_rooms', {}));
});
