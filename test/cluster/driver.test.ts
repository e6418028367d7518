import { once } from 'node:events';
import { type IRoomCache, LocalDriver, type SortOptions } from '@colyseus/core';
import fc from 'fast-check';
import { Cluster } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { RedisServer } from '../../harness/redis.ts';
import { RedisRoomIndex } from '../../src/cluster/driver.ts';
import { gameRow, idsOf, indexOn, ready, withFacts } from './rows.ts';

let server: RedisServer;
let one: RedisRoomIndex;
let two: RedisRoomIndex;

beforeAll(async () => {
  server = await RedisServer.start({ appendfsync: 'no' });
  one = indexOn(server);
  two = indexOn(server);
  await ready(one, two);
});

beforeEach(async () => {
  await server.client().flushall();
});

afterAll(async () => {
  await Promise.all([one.shutdown(), two.shutdown()]);
  await server.dispose();
});

const keys = () => server.client().keys('*');

test('on the same operations the driver answers as the one of Colyseus does', async () => {
  const roomIds = fc.integer({ min: 0, max: 7 }).map((n) => `room_${n}`);
  const names = fc.constantFrom('recall', 'lobby');
  const processes = fc.constantFrom('one', 'two');
  const fields = {
    locked: fc.boolean(),
    private: fc.boolean(),
    maxClients: fc.constantFrom(4, 8, Number.POSITIVE_INFINITY),
    metadata: fc.constantFrom(undefined, { game_type: 'classic' }, { game_type: 'clear' }),
  };
  const conditions = fc.record(
    {
      roomId: roomIds,
      name: names,
      processId: processes,
      locked: fc.boolean(),
      private: fc.boolean(),
      clients: fc.integer({ min: 0, max: 3 }),
      game_type: fc.constantFrom('classic', 'clear'),
    },
    { requiredKeys: [], noNullPrototype: true },
  ) as fc.Arbitrary<Partial<IRoomCache>>;
  const sorts = fc.dictionary(fc.constantFrom('clients', 'maxClients', 'createdAt', 'game_type'), order, {
    maxKeys: 2,
  });
  const operations = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(fc.constant('insert'), roomIds, names, processes, fc.record(fields)) },
    {
      weight: 3,
      arbitrary: fc.tuple(fc.constant('set'), roomIds, fc.record(fields, { requiredKeys: [], noNullPrototype: true })),
    },
    { weight: 3, arbitrary: fc.tuple(fc.constant('count'), roomIds, fc.integer({ min: -2, max: 2 })) },
    fc.tuple(fc.constant('persist'), roomIds),
    fc.tuple(fc.constant('remove'), roomIds),
    fc.tuple(fc.constant('cleanup'), processes),
    { weight: 3, arbitrary: fc.tuple(fc.constant('ask'), conditions, sorts) },
  ) as unknown as fc.Arbitrary<[string, ...never[]]>;

  await fc.assert(
    fc.asyncProperty(fc.array(operations, { minLength: 10, maxLength: 40 }), async (done) => {
      await one.clear();
      const local = new LocalDriver();
      // The rooms that live: as in Colyseus, each has one row, which its process changes and writes.
      const mine = new Map<string, IRoomCache>();
      const theirs = new Map<string, IRoomCache>();
      let created = 0;
      const perform: Record<string, (...args: never[]) => Promise<void>> = {
        async insert(roomId: string, name: string, processId: string, rest: Partial<IRoomCache>) {
          created += 1;
          const row = () => ({ ...gameRow(roomId), createdAt: new Date(created), name, processId, ...rest });
          const rows = [row(), row()] as const;
          const inserted = await local.insert(rows[0]);
          expect(await one.insert(rows[1])).toBe(inserted);
          if (!inserted) return;
          mine.set(roomId, rows[0]);
          theirs.set(roomId, rows[1]);
        },
        async set(roomId: string, $set: Partial<IRoomCache>) {
          await both(roomId, (driver, row) => driver.update(row, { $set }));
        },
        async count(roomId: string, clients: number) {
          await both(roomId, (driver, row) => driver.update(row, { $inc: { clients } }));
        },
        async persist(roomId: string) {
          await both(roomId, (driver, row) => driver.persist(row));
        },
        async remove(roomId: string) {
          expect(await one.remove(roomId)).toBe(local.remove(roomId));
        },
        async cleanup(processId: string) {
          await local.cleanup(processId);
          await two.cleanup(processId);
        },
        async ask(wanted: Partial<IRoomCache>, sort: SortOptions) {
          expect(await two.query(wanted, sort)).toEqual(local.query(wanted, sort));
          expect(await two.findOne(wanted, sort)).toEqual(await local.findOne(wanted, sort));
          expect(await two.findOne(wanted)).toEqual(await local.findOne(wanted));
        },
      };
      const both = async (
        roomId: string,
        task: (driver: LocalDriver | RedisRoomIndex, row: IRoomCache) => unknown,
      ): Promise<void> => {
        const [row, other] = [mine.get(roomId), theirs.get(roomId)];
        if (row && other) await Promise.all([task(local, row), task(one, other)]);
      };

      for (const [type, ...args] of done) await perform[type]?.(...args);

      const ids = [...mine.keys()];
      for (const id of ids) expect(await two.has(id)).toBe(local.has(id));
      expect(await two.findByIds([...ids, 'unknown'])).toEqual(await local.findByIds(ids));
      expect(await two.query({})).toEqual(local.query({}));
    }),
    { numRuns: 60 },
  );
}, 60_000);

const order = fc.constantFrom<SortOptions[string]>(1, -1, 'asc', 'desc');

test('a create request that is answered twice makes one room (never again 35)', async () => {
  const twins = [gameRow('room_a'), gameRow('room_a', {}, { processId: 'two' })] as const;
  const inserted = await Promise.all([one.insert(twins[0]), two.insert(twins[1])]);
  expect(inserted.filter(Boolean)).toHaveLength(1);
  expect((await two.findOne({ roomId: 'room_a' })).processId).toBe(inserted[0] ? 'one' : 'two');
});

test('the rooms of a dead process are delisted, however many, and no others (never again 39)', async () => {
  const dead = Array.from({ length: 250 }, (_, n) => gameRow(`dead_${n}`, {}, { processId: 'dead' }));
  await Promise.all([...dead, gameRow('room_a')].map((row) => one.insert(row)));
  await two.cleanup('dead');
  expect(idsOf(await two.query({}))).toEqual(['room_a']);
  await two.cleanup('one');
  expect(await keys()).toEqual([]);
});

test('a process that is alive keeps its rooms in the list when a health check of it fails (never again 36)', async () => {
  const careful = indexOn(server, { processId: () => 'two', isAlive: (id) => id === 'one' });
  await ready(careful);
  await one.insert(gameRow('room_a'));
  await one.insert(gameRow('room_b', {}, { processId: 'two' }));
  await one.insert(gameRow('room_c', {}, { processId: 'three' }));
  for (const processId of ['one', 'two', 'three']) await careful.cleanup(processId);
  expect(idsOf(await one.query({}))).toEqual(['room_a']);
  await careful.shutdown();
});

test('a process that was only stalled neither changes nor delists a room that goes on elsewhere', async () => {
  const stalled = indexOn(server, { processId: () => 'one' });
  await ready(stalled);
  const before = gameRow('room_a');
  await stalled.insert(before);
  expect(await two.remove('room_a', 'somebody else')).toBe(false);
  expect(await two.insert(gameRow('room_a', {}, { processId: 'two' }))).toBe(false);
  await two.takeOver('room_a', 'two');
  expect(await stalled.persist(before, true)).toBe(false);
  expect(idsOf((await two.listPublic({ limit: 10 })).rooms)).toEqual(['room_a']);
  expect(await two.insert(gameRow('room_a', { current_size: 2 }, { processId: 'two' }))).toBe(true);
  expect(await two.insert(gameRow('room_a', { current_size: 3 }, { processId: 'two' }))).toBe(false);

  expect(await stalled.update(before, { $inc: { clients: 1 } })).toBe(false);
  expect(await stalled.persist(before, true)).toBe(false);
  expect(await stalled.remove('room_a')).toBe(false);
  expect(await two.query({ processId: 'two' })).toEqual([gameRow('room_a', { current_size: 2 }, { processId: 'two' })]);
  await two.cleanup('one');
  expect(await two.has('room_a')).toBe(true);
  await stalled.shutdown();
});

test('a write that comes late does not list a room again that is over', async () => {
  const row = gameRow('room_a');
  await one.insert(row);
  await Promise.all([one.remove('room_a'), one.update(row, withFacts(row, { current_size: 1 })), one.persist(row)]);
  expect(await two.has('room_a')).toBe(false);
  // As Colyseus does for rooms that were delisted while their process was stalled.
  await one.persist(row, true);
  expect(idsOf(await two.query({}))).toEqual(['room_a']);
});

test('what changes while Redis is away is listed when it is back, and nobody has to handle an error', async () => {
  const [row, over, fresh] = [gameRow('room_a'), gameRow('room_b'), gameRow('room_c')];
  await one.insert(row);
  await one.insert(over);
  await server.stop();
  expect(await one.update(row, withFacts(row, { current_size: 1 }))).toBe(false);
  expect(await one.update(row, withFacts(row, { current_size: 2 }))).toBe(false);
  expect(await one.remove('room_b')).toBe(false);
  expect(await one.insert(fresh)).toBe(false);
  await server.start();
  await ready(one, two);
  await expect
    .poll(async () => (await two.query({})).map(({ roomId, metadata }) => [roomId, metadata.current_size]))
    .toEqual([['room_a', 2]]);
});

test('all rooms are read, page by page, the oldest first', async () => {
  const rows = Array.from({ length: 1100 }, (_, n) => gameRow(`room_${n}`, { created_at: 1_790_000_000_000 + n }));
  await Promise.all(rows.map((row) => one.insert(row)));
  expect(idsOf(await two.query({ name: 'recall' }))).toEqual(idsOf(rows));
  const last = rows.at(-1) as IRoomCache;
  await one.update(last, { $set: { maxClients: 3 } });
  expect((await two.findOne({ name: 'recall', locked: false, private: false, maxClients: 3 })).roomId).toBe(
    'room_1099',
  );
});

test('rooms that are gone leave nothing behind', async () => {
  const rows = ['room_a', 'room_b', 'room_c'].map((id) => gameRow(id));
  for (const row of rows) await one.insert(row);
  await two.reservePlace({ gameType: 'classic', skip: [], roomId: 'room_d', maxSize: 4 });
  for (const row of rows) await one.remove(row.roomId);
  expect(await keys()).toEqual([]);
});

test('every script works on a Redis Cluster', async () => {
  const node = await RedisServer.start({
    'cluster-enabled': 'yes',
    'cluster-announce-ip': '127.0.0.1',
    appendfsync: 'no',
  });
  const plain = node.client();
  await plain.call('CLUSTER', 'ADDSLOTSRANGE', 0, 16_383);
  await expect.poll(() => plain.call('CLUSTER', 'INFO'), { timeout: 10_000 }).toContain('cluster_state:ok');
  const cluster = new Cluster([{ host: '127.0.0.1', port: node.port }]);
  await once(cluster, 'ready');
  const index = new RedisRoomIndex(cluster);

  const wish = { gameType: 'classic', skip: [], roomId: 'room_a', maxSize: 4 } as const;
  expect(await index.reservePlace(wish)).toBe('open');
  const waiting = index.reservePlace({ ...wish, roomId: 'room_b' });
  const row = gameRow('room_a');
  await index.insert(row);
  expect(await waiting).toMatchObject({ room: { roomId: 'room_a' } });
  await index.update(row, withFacts(row, { current_size: 1 }));
  await index.giveBack('room_a');
  await index.giveUp('room_b');
  await index.takeOver('room_a', 'one');
  await index.sweep();
  expect((await index.listPublic({ limit: 10 })).total).toBe(1);
  expect((await index.listAll({ name: 'recall', limit: 10 })).total).toBe(1);
  expect(idsOf(await index.query({}))).toEqual(['room_a']);
  await index.remove('room_a');
  await index.insert(gameRow('room_a'));
  await index.cleanup('one');
  expect(await plain.dbsize()).toBe(0);
  await index.shutdown();
  await node.dispose();
});
