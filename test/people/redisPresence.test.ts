import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { RedisServer } from '../../harness/redis.ts';
import { redisPresence } from '../../src/people/redisPresence.ts';

/** How users are while processes die, are silent for a while, and miss answers. */

let server: RedisServer;
let redis: Redis;
beforeAll(async () => {
  server = await RedisServer.start();
  redis = server.client();
});
beforeEach(() => redis.flushall());
afterAll(() => server.dispose());

const ttlMs = 200;
const open = (self: string) =>
  redisPresence(
    redis,
    async () => {},
    () => self,
    ttlMs,
  );
type Store = ReturnType<typeof open>;

/** Two processes; Ann is connected to the first one. */
async function two(): Promise<[Store, Store]> {
  const [first, second] = [open('first'), open('second')];
  await first.beat(false);
  await second.beat(false);
  await first.put('ann', { status: 'online' }, 1000);
  return [first, second];
}
const online = new Map([['ann', { status: 'online' }]]);

/** The process lives on until another one counts as dead. */
async function outlives(store: Store, dead: string): Promise<ReadonlyMap<string, unknown>> {
  let adopted: ReadonlyMap<string, unknown> = new Map();
  await vi.waitFor(
    async () => {
      adopted = (await store.beat(false)).adopted;
      expect(await redis.zscore('recall:{presence}:processes', dead)).toBeNull();
    },
    { interval: ttlMs / 4 },
  );
  return adopted;
}

test('who was connected to a process that dies is handed to one that lives, once', async () => {
  const [, second] = await two();
  expect(await outlives(second, 'first')).toEqual(online);
  expect((await second.beat(false)).adopted).toEqual(new Map());
  expect(await second.of(['ann', 'ben'])).toEqual(online);
  await second.put('ann', null, 2000);
  expect(await redis.keys('*:of:*')).toEqual([]);
});

test('a process whose answer was lost hears again whom it has', async () => {
  const [, second] = await two();
  await outlives(second, 'first');
  expect((await second.beat(true)).adopted).toEqual(online);
});

test('when Redis was away from all, nobody is taken for dead before they had the time to come back', async () => {
  const [first, second] = await two();
  await redis.zadd('recall:{presence}:processes', 1, 'first', 1, 'second');
  expect(await second.beat(false)).toEqual({ isNew: false, adopted: new Map() });
  expect(await first.beat(false)).toEqual({ isNew: false, adopted: new Map() });
  expect(await second.beat(false)).toEqual({ isNew: false, adopted: new Map() });
  expect(await first.of(['ann'])).toEqual(online);
});

test('of what two processes say of a user, the better is kept when one of them dies', async () => {
  const [, second] = await two();
  await second.put('ann', { status: 'away', lastSeenAt: 500 }, 500);
  await outlives(second, 'first');
  expect(await second.of(['ann'])).toEqual(online);
});

test('who is gone here counts as active while they are elsewhere, and is offline otherwise', async () => {
  const [first, second] = await two();
  expect(await first.put('ann', { status: 'gone' }, 3000)).toBe(false);
  expect(await second.of(['ann'])).toEqual(new Map());

  await first.put('ann', { status: 'online' }, 4000);
  await second.put('ann', { status: 'away', lastSeenAt: 500 }, 500);
  expect(await first.put('ann', { status: 'gone' }, 4000)).toBe(true);
  expect(await second.of(['ann'])).toEqual(online);
  await first.put('ann', null, 4000);
  // What they did there is not forgotten.
  expect(await second.of(['ann'])).toEqual(new Map([['ann', { status: 'away', lastSeenAt: 4000 }]]));

  await first.put('ann', { status: 'online' }, 6000);
  await first.put('ann', { status: 'gone' }, 6000);
  await second.put('ann', null, 7000);
  expect(await second.of(['ann'])).toEqual(new Map());
  expect(await redis.keys('*:of:*')).toEqual([]);
});

test('a process that was taken for dead is new when it is back', async () => {
  const [first, second] = await two();
  await outlives(second, 'first');
  expect(await first.beat(false)).toMatchObject({ isNew: true });
});

test('a process that ends hands its users over, and nothing of it is left', async () => {
  const [first, second] = await two();
  await first.leave();
  expect((await second.beat(false)).adopted).toEqual(online);
  expect(await redis.keys('*:of:*')).toEqual(['recall:{presence}:of:second']);
});
