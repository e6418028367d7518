import { setTimeout as stall } from 'node:timers/promises';
import type { Room } from '@colyseus/sdk';
import { afterEach, expect, test, vi } from 'vitest';
import { Cluster } from '../../harness/cluster.ts';
import { Party, retry } from '../../harness/party.ts';
import { guestOf, killAll, type Process } from '../../harness/process.ts';
import { TcpProxy } from '../../harness/proxy.ts';
import { RedisServer } from '../../harness/redis.ts';

/** What Colyseus does by itself when a process stalls, dies or ends, and must not do to us. */

let cluster: Cluster;
afterEach(async () => {
  await killAll();
  await cluster.stop();
});

const waiting = { max_players: 2 };
const idsOf = (rooms: readonly { roomId: string }[]) => rooms.map(({ roomId }) => roomId).sort();

test('a stall of 5 s makes no twin of a room and delists none (never again 35, 36)', async () => {
  cluster = await Cluster.start(2, { LEASE_S: '20' });
  const [first, second] = cluster.processes as [Process, Process];
  const client = await first.guest();
  const party = await Party.begin({ urls: cluster.urls, seed: 1 });
  const before = await Promise.all(Array.from({ length: 4 }, () => client.create('recall', waiting)));
  const listed = await cluster.listed();

  second.signal('SIGSTOP');
  // Some of these are given to the process that doesn't answer.
  const creating = Array.from({ length: 4 }, () => client.create('recall', waiting));
  const stalled = Promise.allSettled([...creating, stall(5_000)]);
  const during = vi.fn(async () =>
    expect(idsOf(await cluster.listed())).toEqual(expect.arrayContaining(idsOf(listed))),
  );
  await vi.waitFor(during);
  await stalled;
  await during();
  second.signal('SIGCONT');
  const made = (await Promise.allSettled(creating)).flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  await party.finished();

  const all = [...before.map(({ roomId }) => roomId), ...made.map(({ roomId }) => roomId), party.roomId].sort();
  expect(new Set(all).size).toBe(all.length);
  expect(made).toHaveLength(4);
  await vi.waitFor(async () => expect(idsOf(await cluster.listed())).toEqual(all), { timeout: 10_000 });
  for (const { roomId, processId } of await cluster.listed()) expect(await cluster.ownerOf(roomId)).toBe(processId);
  for (const room of [...before, ...made])
    expect(await room.request('get_room', {})).toMatchObject({ room_id: room.roomId });
  expect(await party.faults(cluster.read)).toEqual([]);
});

test('a process that ends hands 200 rooms over, however slowly they end (never again 37)', async () => {
  const redis = await RedisServer.start();
  const slow = await TcpProxy.start(redis.port);
  cluster = await Cluster.start(2, { REDIS_URL: slow.url, LEASE_S: '5' }, redis);
  const [first, second] = cluster.processes as [Process, Process];
  const client = await guestOf(second.url, 'Ann');
  // A busy machine answers with UNAVAILABLE, the more so if all come at once.
  const rooms: Room[] = [];
  const create = () => retry(() => client.create('recall', waiting));
  while (rooms.length < 200) rooms.push(...(await Promise.all(Array.from({ length: 10 }, create))));
  for (const room of rooms) Object.assign(room.reconnection, { enabled: false });

  slow.delay(30);
  expect(await first.end('SIGTERM')).toBe(0);
  const [survivor] = await cluster.known();
  await vi.waitFor(
    async () => {
      const rows = await cluster.listed();
      const survivors = rows.filter(({ processId }) => processId === survivor);
      expect(idsOf(survivors)).toEqual(expect.arrayContaining(idsOf(rooms)));
      // One that could not be brought on a busy machine is brought with the next look at everything.
      for (const { roomId } of rooms) expect(await cluster.ownerOf(roomId)).toBe(survivor);
    },
    { timeout: 40_000, interval: 200 },
  );
  await slow.dispose();
});

test('no row of a dead process stays in a list (never again 39)', async () => {
  cluster = await Cluster.start(2, { EMPTY_ROOM_S: '0.1', RECONNECT_GRACE_S: '0.1' });
  const [first, second] = cluster.processes as [Process, Process];
  const client = await first.guest();
  const rooms = await Promise.all(Array.from({ length: 6 }, () => client.create('recall', waiting)));
  for (const room of rooms) Object.assign(room.reconnection, { enabled: false });
  await first.end('SIGKILL');
  // Nobody comes back: the rooms are taken over, found empty, and closed.
  await vi.waitFor(
    async () => {
      expect(await cluster.listed()).toEqual([]);
      expect(await cluster.known()).toHaveLength(1);
      expect(await cluster.keysOfRooms()).toEqual([]);
    },
    { timeout: 15_000, interval: 100 },
  );
  expect((await second.guest()).auth.token).toBeTruthy();
});
