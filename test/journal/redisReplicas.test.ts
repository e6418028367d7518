import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { RedisServer } from '../../harness/redis.ts';
import { cutOff, followed, quickReplication } from '../../harness/sentinels.ts';
import type { RedisJournal } from '../../src/journal/redis.ts';
import type { RedisJournalOptions } from '../../src/journal/redisOptions.ts';
import { RedisPipeline } from '../../src/journal/redisPipeline.ts';
import { RedisStore } from './redisStore.ts';

vi.setConfig({ testTimeout: 30_000 });

const TTL_MS = 60_000;
const inDoubt = { name: 'JournalUnavailable', inDoubt: true };
const notStored = { name: 'JournalUnavailable', inDoubt: false };

let primary: RedisServer;
let replica: RedisServer;
let store: RedisStore;
beforeEach(async () => {
  primary = await RedisServer.start(quickReplication);
  replica = await RedisServer.start({ ...quickReplication, replicaof: `127.0.0.1 ${primary.port}` });
  await followed(primary);
  store = await RedisStore.on(primary);
});
afterEach(async () => {
  await store.dispose();
  await Promise.all([primary, replica].map((one) => one.dispose()));
});

/** One that waits for the replica, which has all by now. */
async function start(options: RedisJournalOptions = {}): Promise<RedisJournal> {
  const journal = await store.start({ waitReplicas: 1, silenceMs: 2_000, leaseMs: 900, ...options });
  await vi.waitFor(() => journal.announce(), { timeout: 10_000 });
  return journal;
}

const logOf = (server: RedisServer, roomId: string) => server.client().lrange(`recall:{${roomId}}:log`, 0, -1);

test('what is acknowledged is on the replica', async () => {
  const journal = await start();
  const rooms = await Promise.all(['a', 'b', 'c'].map((name) => journal.create(`room_${name}`, ['one'], TTL_MS)));
  await Promise.all(rooms.map((room) => room.append(['two', 'three'])));
  const found = await Promise.all(rooms.map(({ roomId }) => logOf(replica, roomId)));
  expect(found).toEqual(rooms.map(() => ['one', 'two', 'three']));
});

test('what the replica has not got is in doubt, stored once, and acknowledged when it has', async () => {
  const told: boolean[] = [];
  const journal = await start({ onAvailability: (available) => told.push(available) });
  const room = await journal.create('room_a', ['one'], TTL_MS);
  replica.pause();
  onTestFinished(() => replica.resume());
  await expect(room.append(['two'])).rejects.toMatchObject(inDoubt);
  // Who looks after this process hears that nothing can be acknowledged, though Redis answers.
  await vi.waitFor(() => expect(told.at(-1)).toBe(false), { timeout: 10_000 });
  expect(await logOf(primary, 'room_a')).toEqual(['one', 'two']);
  // To look is no matter of replicas.
  expect(await room.read()).toEqual(['one', 'two']);
  replica.resume();
  await vi.waitFor(() => room.append(['two']), { timeout: 10_000 });
  expect(await logOf(replica, 'room_a')).toEqual(['one', 'two']);
  await vi.waitFor(() => expect(told.at(-1)).toBe(true), { timeout: 10_000 });
});

test('many that wait for a replica that is away share one wait, and none is taken for a Redis that does not answer', async () => {
  const journal = await start();
  const ids = Array.from({ length: 50 }, (_, i) => `room_${i}`);
  const rooms = await Promise.all(ids.map((id) => journal.create(id, [], TTL_MS)));
  replica.pause();
  onTestFinished(() => replica.resume());
  const appends: Promise<unknown>[] = [];
  for (const room of rooms) {
    appends.push(room.append(['one']).catch((error: Error) => error.message));
    await new Promise(setImmediate);
  }
  const answers = await Promise.all(appends);
  expect(new Set(answers)).toEqual(
    new Set(['the journal is not available: 0 of the 1 replicas of WAIT_REPLICAS have it']),
  );
});

test('with min-replicas-to-write it is refused, and nothing is stored', async () => {
  const journal = await start();
  const room = await journal.create('room_a', ['one'], TTL_MS);
  await primary.client().config('SET', 'min-replicas-to-write', '1');
  await cutOff(primary);
  await vi.waitFor(async () => expect(await primary.client().info('replication')).toContain('connected_slaves:0'));
  await expect(room.append(['two'])).rejects.toMatchObject(notStored);
  expect(await logOf(primary, 'room_a')).toEqual(['one']);
});

test('without WAIT_REPLICAS nothing waits', async () => {
  const journal = await store.start({ silenceMs: 1_000 });
  const room = await journal.create('room_a', ['one'], TTL_MS);
  replica.pause();
  onTestFinished(() => replica.resume());
  await room.append(['two']);
  expect(await logOf(primary, 'room_a')).toEqual(['one', 'two']);
});

test('a Redis that has not said how replicas are waited for is asked again, and nothing is stored meanwhile', async () => {
  const redis = primary.client();
  await redis.ping();
  const info = vi.spyOn(redis, 'info').mockRejectedValueOnce(new Error('Command timed out'));
  const pipeline = new RedisPipeline(redis, { waitReplicas: 1 });
  await expect(pipeline.replicated()).rejects.toMatchObject(notStored);
  for (let i = 0; i < 2; i++) await pipeline.replicated();
  expect(info).toHaveBeenCalledTimes(2);
});
