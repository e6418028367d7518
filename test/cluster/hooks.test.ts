import { setTimeout as pause } from 'node:timers/promises';
import { Client } from '@colyseus/sdk';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { retry } from '../../harness/party.ts';
import { killAll, type Process } from '../../harness/process.ts';
import { RedisServer } from '../../harness/redis.ts';
import type { OwnUser } from '../../src/protocol/http.ts';
import { TestPlayer } from '../rooms/player.ts';
import { type Fired, fired, startHooked } from './hookedProcess.ts';

let redis: RedisServer;
beforeAll(async () => {
  redis = await RedisServer.start();
});
afterEach(async () => {
  await killAll();
  fired.length = 0;
});
afterAll(() => redis.dispose());

const shared = () => ({ REDIS_URL: redis.url, JWT_SECRET: 'a secret of more than thirty-two characters' });

/** What was told of a room, in words, one for each hook. */
const toldOf = (roomId: string): string[] => fired.filter(({ room_id }) => room_id === roomId).map(inWords);
const inWords = ({ hook, user_id, already_joined, reason }: Fired): string =>
  [hook, hook === 'room_created' ? '' : user_id, already_joined ? 'already' : '', reason].filter(Boolean).join(' ');

/** Waits until just this was told of the room, and for what might come on top of it. */
async function tells(roomId: string, expected: readonly string[], timeout = 10_000): Promise<void> {
  await vi.waitFor(() => expect(toldOf(roomId)).toEqual(expected), { timeout });
}
/** Longer than a few sweeps, and whatever a takeover takes. */
const whateverElse = () => pause(1_000);

const idOf = async (client: Client): Promise<string> => {
  const { user } = await client.auth.getUserData<OwnUser>();
  return user.id;
};

/** The same user at another address. */
function sameUser(url: string, { auth }: Client): Client {
  const client = new Client(url);
  client.auth.token = auth.token ?? '';
  return client;
}

const opened = async (home: Process): Promise<TestPlayer> =>
  new TestPlayer(await (await home.guest()).create('recall'));

/** A player comes back to their seat by their token, as soon as the room is somebody's again. */
async function back({ url }: Process, client: Client, { connection }: TestPlayer): Promise<TestPlayer> {
  return new TestPlayer(await retry(() => sameUser(url, client).reconnect(connection.reconnectionToken)));
}

test('a room whose process was killed, and that nobody has taken over, tells once that it expired (never again 32)', async () => {
  const settings = { ...shared(), LEASE_S: '30', ROOM_TTL_S: '2', EMPTY_ROOM_S: '60' };
  const [first, , third] = await Promise.all(['', '', ''].map(() => startHooked(settings)));
  const ann = await (first as Process).guest();
  const id = await idOf(ann);
  const player = new TestPlayer(await ann.create('recall'));
  const joined = ['room_created', `room_joined ${id}`];
  await tells(player.roomId, joined);
  await first?.end('SIGKILL');
  await tells(player.roomId, [...joined, 'room_closed expired'], 5_000);
  await whateverElse();
  expect(toldOf(player.roomId)).toEqual([...joined, 'room_closed expired']);

  const client = sameUser(third?.url ?? '', ann);
  const headers = { Authorization: `Bearer ${client.auth.token}` };
  const lists = await Promise.all(
    ['/users/me/rooms', '/rooms/public'].map((path) => fetch(`${third?.url}${path}`, { headers })),
  );
  for (const list of lists) expect(await list.json()).toMatchObject({ rooms: [], total: 0 });
});

test('rooms that expire while no process lives are told of once, by those that start later', async () => {
  const settings = { ...shared(), LEASE_S: '1', ROOM_TTL_S: '3', EMPTY_ROOM_S: '60' };
  const first = await startHooked(settings);
  const rooms = await Promise.all([1, 2, 3, 4, 5].map(() => opened(first)));
  for (const { roomId } of rooms) await vi.waitFor(() => expect(toldOf(roomId)).toHaveLength(2));
  await first.end('SIGKILL');
  await pause(3_500);
  await Promise.all([startHooked(settings), startHooked(settings), startHooked(settings)]);
  for (const { roomId } of rooms) await vi.waitFor(() => expect(toldOf(roomId)[2]).toBe('room_closed expired'));
  await whateverElse();
  for (const { roomId } of rooms) expect(toldOf(roomId)).toHaveLength(3);
  const left = await redis.client().keys('recall:{room_*');
  expect(left).toEqual([]);
});

test('rooms that expire under their living owner are told of once, and so are their players', async () => {
  const settings = { ...shared(), ROOM_TTL_S: '3' };
  const [first, second] = await Promise.all([startHooked(settings), startHooked(settings)]);
  const rooms = await Promise.all(Array.from({ length: 10 }, (_, i) => opened(i % 2 ? first : second)));
  for (const player of rooms) {
    expect(await player.closed).toBe(4105);
    expect(player.told('room_closed')).toEqual([{ room_id: player.roomId, reason: 'expired' }]);
  }
  for (const { roomId } of rooms) await vi.waitFor(() => expect(toldOf(roomId)[2]).toBe('room_closed expired'));
  await whateverElse();
  for (const { roomId } of rooms) expect(toldOf(roomId)).toHaveLength(3);
});

test('a room that expires while its owner stands still is told of once', async () => {
  const settings = { ...shared(), LEASE_S: '30', ROOM_TTL_S: '1.5' };
  const [first] = await Promise.all([startHooked(settings), startHooked(settings)]);
  const player = await opened(first);
  await vi.waitFor(() => expect(toldOf(player.roomId)).toHaveLength(2));
  // It has arrived for good: until then what it is told waits.
  await player.ask('ping');
  first.signal('SIGSTOP');
  await vi.waitFor(() => expect(toldOf(player.roomId)[2]).toBe('room_closed expired'), { timeout: 5_000 });
  first.signal('SIGCONT');
  expect(await player.closed).toBe(4105);
  expect(player.told('room_closed')).toEqual([{ room_id: player.roomId, reason: 'expired' }]);
  await whateverElse();
  expect(toldOf(player.roomId)).toHaveLength(3);
});

test('rooms that are taken over just when their time is over are told of once', async () => {
  const settings = { ...shared(), LEASE_S: '1', ROOM_TTL_S: '4', EMPTY_ROOM_S: '60' };
  const [first] = await Promise.all([1, 2, 3].map(() => startHooked(settings)));
  const home = first as Process;
  const rooms: TestPlayer[] = [];
  // It dies before the first of them is over, however slow the machine is: who is killed while they tell, tells no more.
  const began = performance.now();
  const left = (ms: number) => began + ms - performance.now();
  while (rooms.length < 12 && left(1_800) > 0) {
    rooms.push(await opened(home));
    await pause(150);
  }
  await pause(Math.max(0, left(3_000)));
  await home.end('SIGKILL');
  for (const { roomId } of rooms) {
    await vi.waitFor(() => expect(toldOf(roomId)[2]).toBe('room_closed expired'), { timeout: 15_000 });
  }
  await whateverElse();
  for (const { roomId } of rooms) expect(toldOf(roomId)).toHaveLength(3);
  expect(await redis.client().keys('recall:{room_*')).toEqual([]);
});

test('a room that moves twice tells of each who came, left, dropped or returned, and of its end, once', async () => {
  const settings = { ...shared(), LEASE_S: '1', RECONNECT_GRACE_S: '5', EMPTY_ROOM_S: '0.2' };
  const [first, second] = await Promise.all([startHooked(settings), startHooked(settings)]);
  const clients = await Promise.all(['Ann', 'Bob', 'Cyd', 'Dan'].map((name) => first.guest(name)));
  const [ann, bob, cyd, dan] = clients as [Client, Client, Client, Client];
  const [annId, bobId, cydId, danId] = await Promise.all(clients.map(idOf));

  const home = new TestPlayer(await ann.create('recall'));
  const { roomId } = home;
  const expected = ['room_created', `room_joined ${annId}`];
  const then = async (...more: string[]) => {
    expected.push(...more);
    await tells(roomId, expected);
  };
  await then();
  const bobHere = new TestPlayer(await bob.joinById(roomId));
  await then(`room_joined ${bobId}`);
  const cydHere = new TestPlayer(await cyd.joinById(roomId));
  await then(`room_joined ${cydId}`);
  await bobHere.connection.leave();
  await then(`leave_room ${bobId} left`);

  // A handover: Ann comes back by her token, Cyd by the list of her rooms, from another device; Dan is new.
  await first.end('SIGTERM');
  await Promise.all([home.closed, cydHere.closed]);
  const annThere = await back(second, ann, home);
  const cydThere = new TestPlayer(await sameUser(second.url, cyd).joinById(roomId));
  await then(`room_joined ${cydId} already`);
  const danThere = new TestPlayer(await sameUser(second.url, dan).joinById(roomId));
  await then(`room_joined ${danId}`);

  // A crash: Dan stays away for longer than his seat is held.
  await first.start();
  await second.end('SIGKILL');
  await Promise.all([annThere.closed, cydThere.closed, danThere.closed]);
  const [annBack, cydBack] = await Promise.all([back(first, ann, annThere), back(first, cyd, cydThere)]);
  await then(`leave_room ${danId} dropped`);
  const bobBack = new TestPlayer(await sameUser(first.url, bob).joinById(roomId));
  await then(`room_joined ${bobId}`);
  await annBack.ask('kick', { session_id: bobBack.id });
  await then(`leave_room ${bobId} kicked`);
  await cydBack.connection.leave();
  await then(`leave_room ${cydId} left`);
  await annBack.connection.leave();
  await then(`leave_room ${annId} left`, 'room_closed empty');
  await whateverElse();
  expect(toldOf(roomId)).toEqual(expected);
});
