import { once } from 'node:events';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { TcpProxy } from '../../harness/proxy.ts';
import { RedisServer } from '../../harness/redis.ts';
import { Sentinel } from '../../harness/sentinels.ts';
import { connectRedis, reconnectWhenSilent } from '../../src/journal/redisClient.ts';
import { Patience, type Slowness } from '../../src/journal/redisPatience.ts';

const [silenceMs, everyMs] = [200, 50];
vi.setConfig({ testTimeout: 20_000 });

let server: RedisServer;
let proxy: TcpProxy;
beforeAll(async () => {
  server = await RedisServer.start();
});
beforeEach(async () => {
  proxy = await TcpProxy.start(server.port);
});
afterAll(() => server.dispose());

async function connected(patience = new Patience({ leastMs: silenceMs })): Promise<Redis> {
  const redis = connectRedis(proxy.url, () => {}, patience) as Redis;
  onTestFinished(async () => {
    redis.disconnect();
    await proxy.dispose();
  });
  if (redis.status !== 'ready') await comesBack(redis);
  return redis;
}

/** Errors before that are part of it. */
const comesBack = (redis: Redis) => new Promise((resolve) => redis.once('ready', resolve));

/** Listens to how often Redis was asked whether it hears us, and what came of it. */
function asked(redis: Redis) {
  const ping = vi.spyOn(redis, 'ping');
  const soon = { interval: 5 };
  const outcomes = (type: 'fulfilled' | 'rejected') =>
    ping.mock.settledResults.filter((result) => result.type === type).length;
  return {
    /** Has had an answer so many times more. */
    async answered(times: number) {
      const already = outcomes('fulfilled');
      await vi.waitFor(() => expect(outcomes('fulfilled') - already).toBeGreaterThanOrEqual(times), soon);
    },
    /** Has once had none. */
    missed: () => vi.waitFor(() => expect(outcomes('rejected')).toBe(1), soon),
  };
}

test('a connection that the network has lost without a word is replaced, though nobody asks anything', async () => {
  const redis = await connected();
  reconnectWhenSilent(redis, everyMs);
  proxy.strand();
  await comesBack(redis);
  expect(await redis.ping()).toBe('PONG');
});

test('so is one that only listens, and it listens again to what it listened to', async () => {
  const redis = await connected();
  reconnectWhenSilent(redis, everyMs, 2);
  const heard: string[] = [];
  redis.on('message', (_channel, message) => heard.push(message));
  await redis.subscribe('news');
  await server.client().publish('news', 'one');
  await vi.waitFor(() => expect(heard).toEqual(['one']));
  proxy.strand();
  await server.client().publish('news', 'lost');
  await comesBack(redis);
  await vi.waitFor(async () => expect(await server.client().publish('news', 'two')).toBe(1));
  await vi.waitFor(() => expect(heard).toEqual(['one', 'two']));
});

test('one that answers stays, also where an answer was late once and two may be', async () => {
  const redis = await connected();
  const closed = vi.fn();
  redis.on('close', closed);
  const { answered, missed } = asked(redis);
  reconnectWhenSilent(redis, everyMs, 2);
  await answered(3);
  server.pause();
  await missed();
  server.resume();
  await answered(5);
  expect(await redis.ping()).toBe('PONG');
  expect(closed).not.toHaveBeenCalled();
});

test('one that is broken or given up is left to itself', async () => {
  const redis = await connected();
  reconnectWhenSilent(redis, everyMs);
  // One that is asked as often tells when the other would have been.
  const other = server.client();
  const { answered } = asked(other);
  reconnectWhenSilent(other, everyMs);
  const again = comesBack(redis);
  proxy.cut();
  await answered(4);
  proxy.restore();
  await again;
  redis.disconnect();
  await once(redis, 'end');
  await answered(4);
  expect(redis.status).toBe('end');
});

test('one that only listens comes back after attempts that were broken off at once', async () => {
  const redis = await connected();
  // As Colyseus makes it.
  const listening = redis.duplicate({ enableReadyCheck: false });
  onTestFinished(() => listening.disconnect());
  listening.on('error', () => {});
  await comesBack(listening);
  let broken = 0;
  listening.on('close', () => broken++);
  proxy.cut();
  await vi.waitFor(() => expect(broken).toBeGreaterThan(3));
  proxy.restore();
  await vi.waitFor(async () => expect(await listening.ping()).toBe('PONG'), { timeout: 5000 });
});

test('a Redis whose answers take longer than is waited for at first is waited for, and the operator hears of it once', async () => {
  const told: Slowness[] = [];
  const patience = new Patience({ leastMs: silenceMs, onChange: (slowness) => told.push(slowness) });
  proxy.delay(150);
  const redis = await connected(patience);
  const closed = vi.fn();
  redis.on('close', closed);
  for (let i = 0; i < 5; i++) expect(await redis.ping()).toBe('PONG');
  expect(closed).not.toHaveBeenCalled();
  expect(patience.waitMs).toBeGreaterThan(300);
  expect(told.map(({ slow }) => slow)).toEqual([true]);

  proxy.delay(0);
  await vi.waitFor(() => redis.ping().then(() => expect(patience.waitMs).toBe(silenceMs)), { timeout: 10_000 });
  expect(told.map(({ slow }) => slow)).toEqual([true, false]);
});

test('a Redis that is gone is waited for longer than at first, and no longer than four times as long', async () => {
  const patience = new Patience({ leastMs: silenceMs });
  const redis = await connected(patience);
  reconnectWhenSilent(redis, everyMs);
  let attempts = 0;
  redis.on('close', () => attempts++);
  proxy.blackHole();
  await vi.waitFor(() => expect(attempts).toBeGreaterThan(4), { timeout: 15_000 });
  expect(patience.waitMs).toBe(4 * silenceMs);
  proxy.restore();
  await vi.waitFor(() => redis.ping(), { timeout: 10_000 });
});

test('the primary is who a Sentinel says, each with a user and a password of its own', async () => {
  const user = (name: string, password: string) => `${name} on >${password} ~* &* +@all`;
  const primary = await RedisServer.start({ user: user('recall', 'wo/rd') });
  const sentinel = await Sentinel.start(primary.port, [`user ${user('watcher', 'p@ss')}`, 'user default off']);
  onTestFinished(async () => {
    sentinel.dispose();
    await primary.dispose();
  });
  const at = `127.0.0.1:${sentinel.port}/main/1?sentinel_user=watcher&sentinel_password=p%40ss`;
  const redis = connectRedis(`redis+sentinel://recall:wo%2Frd@${at}`, () => {});
  onTestFinished(() => redis.disconnect());
  await new Promise((resolve) => redis.once('ready', resolve));
  expect(await redis.acl('WHOAMI')).toBe('recall');
  expect(await redis.client('INFO')).toContain(' db=1 ');
});
