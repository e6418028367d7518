import { once } from 'node:events';
import type { Redis } from 'ioredis';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { RedisServer } from '../../harness/redis.ts';
import { checkRedis } from '../../src/journal/redisCheck.ts';
import { connectRedis } from '../../src/journal/redisClient.ts';

describe('the look at Redis when a process starts', () => {
  const opened: (() => unknown)[] = [];

  afterEach(async () => {
    for (const close of opened.splice(0)) await close();
  });

  async function redisWith(settings: Readonly<Record<string, string>>): Promise<{ redis: Redis; server: RedisServer }> {
    const server = await RedisServer.start(settings);
    const redis = connectRedis(server.url, () => {}) as Redis;
    opened.push(
      () => redis.disconnect(),
      () => server.dispose(),
    );
    return { redis, server };
  }

  /** What is logged, and the line that the process refuses to start with. */
  async function lookAt(redis: Redis, { production = true, allowVolatile = false } = {}) {
    const warnings: string[] = [];
    const log = { warn: (line: string) => warnings.push(line) };
    const refusal = await checkRedis(redis, { production, allowVolatile, log }).then(
      () => null,
      (error: Error) => error.message,
    );
    return { warnings, refusal };
  }

  const volatile = { appendonly: 'no', 'maxmemory-policy': 'allkeys-lru' };
  const remedy =
    'Redis may lose rooms: set "appendonly yes" (it keeps no append-only file) and ' +
    '"maxmemory-policy noeviction" (allkeys-lru deletes rooms when memory is short)';

  it('has nothing to say of a Redis that loses nothing', async () => {
    const { redis } = await redisWith({ appendfsync: 'always' });
    expect(await lookAt(redis)).toEqual({ warnings: [], refusal: null });
  });

  it('refuses in production a Redis that may lose rooms, and says in one line what to set', async () => {
    const { redis } = await redisWith(volatile);
    const refusal = `${remedy}, or ALLOW_VOLATILE_REDIS=true to start all the same`;
    expect(await lookAt(redis)).toEqual({ warnings: [], refusal });
    expect(await lookAt(redis, { allowVolatile: true })).toEqual({ warnings: [remedy], refusal: null });
    expect(await lookAt(redis, { production: false })).toEqual({ warnings: [remedy], refusal: null });
  });

  it('warns of what can go with the power', async () => {
    const { redis } = await redisWith({ appendfsync: 'everysec' });
    const line = (fsync: string, lost: string) =>
      `Redis has appendfsync ${fsync}: moves of the last ${lost} can be lost with the power; "appendfsync always" loses none`;
    expect(await lookAt(redis)).toEqual({ warnings: [line('everysec', 'second')], refusal: null });
    await redis.config('SET', 'appendfsync', 'no');
    expect(await lookAt(redis)).toEqual({ warnings: [line('no', 'half minute')], refusal: null });
  });

  it('starts where it may not read the settings, as with a hosted Redis, and says that it could not', async () => {
    const { server } = await redisWith({ appendfsync: 'always' });
    await server.client().acl('SETUSER', 'recall', 'on', '>word', '~*', '+@all', '-config');
    const guest = connectRedis(server.url.replace('//', '//recall:word@'), () => {}) as Redis;
    opened.unshift(() => guest.disconnect());
    const { warnings, refusal } = await lookAt(guest);
    expect([warnings, refusal]).toEqual([[expect.stringMatching(/^Redis doesn't tell its appendfsync/)], null]);
  });

  it('says that Redis is not there, and why', async () => {
    const { redis, server } = await redisWith({});
    await server.stop();
    if (redis.status === 'ready') await once(redis, 'close');
    const asked = checkRedis(redis, { production: true, allowVolatile: false, log: console, patienceMs: 300 });
    await expect(asked).rejects.toThrow(/^Redis can't be reached at REDIS_URL: connect ECONNREFUSED/);
  });

  it('refuses in production a primary that would go on taking moves when a replica has replaced it', async () => {
    const { redis, server } = await redisWith({});
    await redisWith({ replicaof: `127.0.0.1 ${server.port}` });
    await vi.waitFor(async () => expect(await redis.info('replication')).toContain('connected_slaves:1'), {
      timeout: 10_000,
    });
    const remedy = /^Redis may lose rooms: set "min-replicas-to-write 1" \(a primary that was replaced/;
    const { warnings, refusal } = await lookAt(redis);
    expect([warnings, refusal]).toEqual([[], expect.stringMatching(remedy)]);
    expect(refusal).toContain('ALLOW_VOLATILE_REDIS=true');
    for (const options of [{ allowVolatile: true }, { production: false }]) {
      expect(await lookAt(redis, options)).toEqual({ warnings: [expect.stringMatching(remedy)], refusal: null });
    }
    await redis.config('SET', 'min-replicas-to-write', '1');
    expect(await lookAt(redis)).toEqual({ warnings: [], refusal: null });
  });

  it('refuses a replica', async () => {
    const { server } = await redisWith({});
    const { redis } = await redisWith({ replicaof: `127.0.0.1 ${server.port}` });
    expect((await lookAt(redis)).refusal).toBe('This Redis is a replica: REDIS_URL must name the primary');
  });
});
