import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { TcpProxy } from '../../harness/proxy.ts';
import { RedisServer } from '../../harness/redis.ts';
import { connectRedis } from '../../src/journal/redisClient.ts';
import { createLog } from '../../src/ops/log.ts';
import { growing, type Limits, localLimits } from '../../src/people/limit.ts';
import { redisLimits } from '../../src/people/redisLimit.ts';

const minute = 60_000;
const silent = createLog('silent');

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.dispose());

interface Kind {
  make(): Promise<Limits>;
  /** Time goes by, for all that is counted. */
  pass(ms: number): Promise<unknown>;
}

const now = performance.now.bind(performance);
let passedMs = 0;
afterEach(() => {
  passedMs = 0;
  vi.restoreAllMocks();
});

/** Brings the end of each count nearer, in a Redis whose clock goes by itself. */
const nearer = `
  for _, key in ipairs(redis.call('KEYS', 'recall:limit:*')) do
    redis.call('PEXPIRE', key, redis.call('PTTL', key) - ARGV[1])
  end`;

const kinds: Record<string, Kind> = {
  'in one process': {
    make: async () => localLimits,
    async pass(ms) {
      passedMs += ms;
      vi.spyOn(performance, 'now').mockImplementation(() => now() + passedMs);
    },
  },
  'in Redis': {
    async make() {
      const redis = server.client();
      await redis.flushall();
      return redisLimits(redis, silent);
    },
    pass: (ms) => server.client().eval(nearer, 0, ms),
  },
};

describe.each(Object.entries(kinds))('a limit, counted %s,', (_, { make, pass }) => {
  test('lets a key be used so often, then says how long to wait, and concerns no other key', async () => {
    const limit = (await make())('guests', 3, minute);
    for (let i = 0; i < 3; i++) expect(await limit.use('ann')).toBeNull();
    const waitMs = await limit.use('ann');
    expect(waitMs).toBeGreaterThan(minute - 10_000);
    expect(waitMs).toBeLessThanOrEqual(minute);
    expect(await limit.use('bob')).toBeNull();
  });

  test('counts no use that it refuses, nor one that is given back', async () => {
    const limit = (await make())('guests', 2, minute);
    for (let i = 0; i < 2; i++) await limit.use('ann');
    for (let i = 0; i < 20; i++) expect(await limit.use('ann')).not.toBeNull();
    await limit.giveBack('ann');
    expect(await limit.use('ann')).toBeNull();
    expect(await limit.use('ann')).not.toBeNull();
  });

  test('gives no more back than was used', async () => {
    const limit = (await make())('guests', 2, minute);
    await limit.use('ann');
    for (let i = 0; i < 5; i++) await limit.giveBack('ann');
    for (let i = 0; i < 2; i++) expect(await limit.use('ann')).toBeNull();
    expect(await limit.use('ann')).not.toBeNull();
  });

  test('lets exactly so many through of those that come in the same instant', async () => {
    const limit = (await make())('guests', 5, minute);
    const waits = await Promise.all(Array.from({ length: 100 }, () => limit.use('ann')));
    expect(waits.filter((wait) => wait === null)).toHaveLength(5);
  });

  test('begins anew when its time is over, to the millisecond', async () => {
    const limit = (await make())('guests', 1, minute + 0.5);
    await limit.use('ann');
    expect(await limit.use('ann')).toBeLessThanOrEqual(minute + 1);
    await pass(minute / 2);
    expect(await limit.use('ann')).toBeLessThanOrEqual(minute / 2 + 1);
    await pass(minute / 2 + 1);
    expect(await limit.use('ann')).toBeNull();
    expect(await limit.use('ann')).not.toBeNull();
  });

  test('ends by itself, also one of less than a second', async () => {
    const limit = (await make())('guests', 1, 50.5);
    await limit.use('ann');
    await expect.poll(() => limit.use('ann'), { interval: 5 }).toBeNull();
  });
});

describe.each(Object.entries(kinds))('a growing limit, counted %s,', (_, { make, pass }) => {
  test('lets twice as many through in four times as long, and says the longest wait', async () => {
    const limit = growing(await make(), 'seats', 2, minute);
    for (let i = 0; i < 2; i++) expect(await limit.use('ann')).toBeNull();
    expect(await limit.use('ann')).toBeLessThanOrEqual(minute);
    await pass(minute);
    for (let i = 0; i < 2; i++) expect(await limit.use('ann')).toBeNull();
    const wait = await limit.peek('ann');
    expect(wait).toBeGreaterThan(minute);
    expect(wait).toBeLessThanOrEqual(3 * minute);
    expect(await limit.use('ann')).toBeGreaterThan(minute);
    expect(await limit.use('bob')).toBeNull();
  });

  test('counts no use that it refuses, and whatever has happened already', async () => {
    const limit = growing(await make(), 'seats', 2, minute);
    expect(await limit.peek('ann')).toBeNull();
    for (let i = 0; i < 20; i++) await limit.use('ann');
    expect(await limit.peek('ann')).toBeLessThanOrEqual(minute);
    for (let i = 0; i < 2; i++) await limit.giveBack('ann');
    for (let i = 0; i < 2; i++) expect(await limit.use('ann')).toBeNull();
    for (let i = 0; i < 20; i++) await limit.add('ann');
    expect(await limit.peek('ann')).toBeGreaterThan(16 * minute);
  });
});

describe('in Redis,', () => {
  test('all processes count together what has one name', async () => {
    const [here, there] = [redisLimits(server.client(), silent), redisLimits(server.client(), silent)];
    await server.client().flushall();
    const [first, second, other] = [here('guests', 2, minute), there('guests', 2, minute), there('monitor', 2, minute)];
    expect(await first.use('ann')).toBeNull();
    expect(await second.use('ann')).toBeNull();
    expect(await first.use('ann')).not.toBeNull();
    expect(await second.use('ann')).not.toBeNull();
    expect(await other.use('ann')).toBeNull();
    await second.giveBack('ann');
    expect(await first.use('ann')).toBeNull();
  });

  test('a limit is one key that ends by itself, and none where all was given back', async () => {
    const redis = server.client();
    await redis.flushall();
    const limit = redisLimits(redis, silent)('guests', 2, minute);
    for (let i = 0; i < 2; i++) await limit.use('ann');
    const [key = '', ...others] = await redis.keys('*');
    expect([key, others]).toEqual([expect.stringMatching(/^recall:limit:guests:[\w-]{22}$/), []]);
    expect(await redis.pttl(key)).toBeGreaterThan(minute - 10_000);
    for (let i = 0; i < 2; i++) await limit.giveBack('ann');
    expect(await redis.keys('*')).toEqual([]);
  });

  test('each process counts for itself while Redis is away, and together again when it is back', async () => {
    const proxy = await TcpProxy.start(server.port);
    const redis = connectRedis(proxy.url, () => {});
    await vi.waitFor(() => redis.flushall());
    const lines: string[] = [];
    const log = createLog('debug', { write: (line) => void lines.push(line) });
    const limit = redisLimits(redis, log)('guests', 2, minute);
    expect(await limit.use('ann')).toBeNull();
    proxy.cut();
    for (let i = 0; i < 2; i++) expect(await limit.use('ann')).toBeNull();
    for (let i = 0; i < 5; i++) expect(await limit.use('ann')).not.toBeNull();
    await limit.giveBack('ann');
    expect(await limit.use('ann')).toBeNull();
    expect(lines).toHaveLength(9);
    for (const line of lines)
      expect(JSON.parse(line)).toMatchObject({ limit: 'guests', err: { message: expect.any(String) } });
    proxy.restore();
    await vi.waitFor(() => redis.ping(), { timeout: 5_000 });
    expect(await limit.use('ann')).toBeNull();
    expect(await limit.use('ann')).not.toBeNull();
    redis.disconnect();
    await proxy.dispose();
  });
});
