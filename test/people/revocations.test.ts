import { DatabaseSync } from 'node:sqlite';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { GroupCommit } from '../../src/journal/groupCommit.ts';
import type { Follow } from '../../src/people/follow.ts';
import { redisRevocations } from '../../src/people/redisRevocations.ts';
import { type Revocations, sqliteRevocations } from '../../src/people/revocations.ts';
import type { User } from '../../src/people/user.ts';
import { RedisServer } from '../support/redis.ts';

const hour = 3_600_000;
const noon = Date.UTC(2030, 0, 1, 12);

function user(id: string, tokenIssuedAt: number, expiresAt = noon + hour): User {
  return { id, name: undefined, roles: [], guest: false, tokenIssuedAt, expiresAt };
}

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.dispose());

/** Where sign-outs are kept. */
interface Store {
  /** For a process that starts. */
  open(): Revocations;
  /** What has been opened can't read nor write any more. */
  breakDown(): void;
}

function inRedis(redis: Redis): Revocations {
  const follow: Follow = async (channel, told) => {
    const listening = server.client();
    listening.on('message', (_, message) => told(JSON.parse(message)));
    await listening.subscribe(channel);
  };
  return redisRevocations(redis, follow, hour);
}

const stores: Record<string, () => Promise<Store>> = {
  'in a file': async () => {
    const database = new DatabaseSync(':memory:');
    return {
      open: () => sqliteRevocations(database, new GroupCommit(database), hour),
      breakDown: () => database.close(),
    };
  },
  'in Redis': async () => {
    const redis = server.client({ enableOfflineQueue: false });
    await vi.waitFor(() => redis.flushall());
    return { open: () => inRedis(redis), breakDown: () => redis.disconnect() };
  },
};

describe.each(Object.entries(stores))('a sign-out, kept %s,', (_, makeStore) => {
  test('refuses every token issued until then, and no later one', async () => {
    const revocations = (await makeStore()).open();
    const ann = user('ann', noon);
    expect(await revocations.refuses(ann)).toBe(false);
    await revocations.revoke(ann, noon + 5_000);
    expect(await revocations.refuses(ann)).toBe(true);
    expect(await revocations.refuses(user('ann', 0))).toBe(true);
    expect(await revocations.refuses(user('ann', noon + 5_000))).toBe(true);
    expect(await revocations.refuses(user('ann', noon + 6_000))).toBe(false);
    expect(await revocations.refuses(user('bob', noon))).toBe(false);
  });

  test('takes nothing back that a later one has said, when it arrives after that', async () => {
    const revocations = (await makeStore()).open();
    await revocations.revoke(user('ann', noon), noon + 2_000);
    await revocations.revoke(user('ann', noon), noon + 1_000);
    expect(await revocations.refuses(user('ann', noon + 2_000))).toBe(true);
    await revocations.revoke(user('ann', noon), noon + 3_000);
    expect(await revocations.refuses(user('ann', noon + 3_000))).toBe(true);
  });

  test('outlives a restart', async () => {
    const store = await makeStore();
    await store.open().revoke(user('ann', noon), noon);
    expect(await store.open().refuses(user('ann', noon))).toBe(true);
  });

  test('is that of one user, whatever ids look like', async () => {
    const revocations = (await makeStore()).open();
    const ids = ['{a}', '}', 'a}:signed_out', '*', 'ann bob', '7'];
    for (const id of ids) expect(await revocations.refuses(user(id, noon)), id).toBe(false);
    for (const id of ids) await revocations.revoke(user(id, noon), noon);
    for (const id of ids) expect(await revocations.refuses(user(id, noon)), id).toBe(true);
    expect(await revocations.refuses(user('a', noon))).toBe(false);
  });

  test('is told to who asked to know', async () => {
    const revocations = (await makeStore()).open();
    const subscriber = vi.fn();
    await revocations.onSignOut(subscriber);
    await revocations.revoke(user('ann', noon), noon);
    await revocations.revoke(user('"bob"', noon), noon);
    await vi.waitFor(() => expect(subscriber.mock.calls).toEqual([['ann'], ['"bob"']]));
  });

  test('that can’t be kept is refused, and told to nobody; a token that can’t be looked up is not let in', async () => {
    const store = await makeStore();
    const revocations = store.open();
    const subscriber = vi.fn();
    await revocations.onSignOut(subscriber);
    store.breakDown();
    const unavailable = expect.objectContaining({ code: 'UNAVAILABLE', status: 503 });
    await expect(revocations.revoke(user('ann', noon), noon)).rejects.toEqual(unavailable);
    await expect(revocations.refuses(user('ann', noon))).rejects.toEqual(unavailable);
    expect(subscriber).not.toHaveBeenCalled();
  });
});

test('in a file, a sign-out is forgotten when the last token that it refuses has expired, not before', async () => {
  const database = new DatabaseSync(':memory:');
  const revocations = sqliteRevocations(database, new GroupCommit(database), hour);
  const remembered = () =>
    database
      .prepare('SELECT user_id FROM sign_outs ORDER BY user_id')
      .all()
      .map(({ user_id }) => user_id);
  await revocations.revoke(user('for a minute', noon, noon + 60_000), noon);
  await revocations.revoke(user('for two hours', noon - hour, noon + hour), noon);
  await revocations.revoke({ ...user('for ever', noon), expiresAt: undefined }, noon);
  await revocations.revoke(user('for as long as numbers go', noon, 1e300), noon);

  // An hour is what a session lasts: another token of the same user may have been younger.
  await revocations.revoke(user('someone else', noon + hour - 1), noon + hour - 1);
  expect(remembered()).toHaveLength(5);
  await revocations.revoke(user('someone else', noon + hour), noon + hour);
  expect(remembered()).not.toContain('for a minute');
  expect(remembered()).toContain('for two hours');
  await revocations.revoke(user('someone else', noon + 2 * hour), noon + 2 * hour);
  expect(remembered()).toEqual(['for as long as numbers go', 'for ever', 'someone else']);
});

test('in a file, a sign-out costs the same whether few or many are kept', async () => {
  const database = new DatabaseSync(':memory:');
  const revocations = sqliteRevocations(database, new GroupCommit(database), hour);
  /** Of one, ms. */
  const cost = async (name: string) => {
    const start = performance.now();
    for (let i = 0; i < 50; i++) await revocations.revoke(user(`${name} ${i}`, noon), noon);
    return (performance.now() - start) / 50;
  };
  await cost('warming up');
  const withFew = await cost('few');
  database.exec(`WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 200000)
    INSERT INTO sign_outs SELECT 'somebody ' || n, ${noon}, ${noon + hour} FROM numbers`);
  expect(await cost('many')).toBeLessThan(10 * withFew + 1);
  // Nor does it pay for all that are over since the last one.
  const over = () => database.prepare('SELECT count(*) AS rows FROM sign_outs WHERE user_id LIKE ?').get('some%');
  await revocations.revoke(user('late', noon + 2 * hour), noon + 2 * hour);
  expect(over()?.rows).toBeGreaterThan(199_000);
});

describe('in Redis,', () => {
  test('a sign-out ends with the last token that it refuses, which a shorter one doesn’t bring nearer', async () => {
    const redis = server.client();
    await redis.flushall();
    const revocations = inRedis(redis);
    const hoursLeft = async (id: string) =>
      Math.round(((await redis.pttl(`recall:{user:${id}}:signed_out`)) / hour) * 100) / 100;

    await revocations.revoke(user('ann', noon, noon + 60_000.5), noon);
    expect(await hoursLeft('ann')).toBe(1);
    await revocations.revoke(user('ann', noon - hour, noon + hour), noon + 1);
    expect(await hoursLeft('ann')).toBe(2);
    await revocations.revoke(user('ann', noon, noon + 60_000), noon + 2);
    expect(await hoursLeft('ann')).toBe(2);
    await revocations.revoke({ ...user('ann', noon), expiresAt: undefined }, noon + 3);
    expect(await hoursLeft('ann')).toBeGreaterThan(1e6);
    await revocations.revoke(user('ann', noon, noon + 60_000), noon + 4);
    expect(await hoursLeft('ann')).toBeGreaterThan(1e6);
    await revocations.revoke(user('bob', noon, 1e300), noon);
    expect(await hoursLeft('bob')).toBeGreaterThan(1e6);
  });

  test('each process hears of a sign-out in any of them, and a look at a token is one command', async () => {
    const redis = server.client();
    await redis.flushall();
    const [here, there] = [inRedis(redis), inRedis(server.client())];
    const subscriber = vi.fn();
    await there.onSignOut(subscriber);
    await here.revoke(user('ann', noon), noon);
    await vi.waitFor(() => expect(subscriber.mock.calls).toEqual([['ann']]));

    const calls = async () => [...(await redis.info('commandstats')).matchAll(/cmdstat_get:calls=(\d+)/g)][0]?.[1];
    const before = Number(await calls());
    expect(await there.refuses(user('ann', noon))).toBe(true);
    expect(Number(await calls()) - before).toBe(1);
  });
});
