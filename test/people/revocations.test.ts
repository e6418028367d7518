import { DatabaseSync } from 'node:sqlite';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { RedisServer } from '../../harness/redis.ts';
import { GroupCommit } from '../../src/journal/groupCommit.ts';
import type { Follow } from '../../src/people/follow.ts';
import { redisRevocations } from '../../src/people/redisRevocations.ts';
import { type Revocations, sqliteRevocations } from '../../src/people/revocations.ts';
import type { User } from '../../src/people/user.ts';

const hour = 3_600_000;
const day = 24 * hour;
const noon = Date.UTC(2030, 0, 1, 12);

/** A user of an issuer, as they are known after a token of theirs was looked at. */
function user(id: string, tokenHash = `of ${id}`, expiresAt: number | undefined = Date.now() + hour): User {
  return { id, name: undefined, roles: [], guest: false, generation: 0, tokenHash, expiresAt };
}
const guest = (id: string, generation = 0): User => ({ ...user(id, ''), guest: true, generation });

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
      open: () => sqliteRevocations(database, new GroupCommit(database), hour, Date.now),
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
  test('refuses the token that was signed out, and no other one of the same user, at once', async () => {
    const revocations = (await makeStore()).open();
    expect(await revocations.look('ann', 'first')).toEqual({
      generation: 0,
      isRevoked: false,
      erasedAt: 0,
      bannedUntil: null,
    });
    await revocations.revoke(user('ann', 'first'));
    expect(await revocations.look('ann', 'first')).toMatchObject({ isRevoked: true });
    expect(await revocations.look('ann', 'second')).toMatchObject({ isRevoked: false });
    expect(await revocations.look('bob', 'his')).toEqual({
      generation: 0,
      isRevoked: false,
      erasedAt: 0,
      bannedUntil: null,
    });
    await revocations.revoke(user('ann', 'second'));
    for (const hash of ['first', 'second'])
      expect(await revocations.look('ann', hash), hash).toMatchObject({ isRevoked: true });
  });

  test('of who is erased ends all, and is kept without their id, until it is done and after', async () => {
    const store = await makeStore();
    const revocations = store.open();
    await revocations.revoke(user('ann', 'first'));
    const { generation } = await revocations.look('ann', '');
    const subscriber = vi.fn();
    await revocations.onSignOut(subscriber);
    await revocations.erase(user('ann'), 'somebody');
    await revocations.erase(guest('guest_a'), 'themselves');
    await vi.waitFor(() => expect(subscriber.mock.calls.map(([id]) => id)).toEqual(['ann', 'guest_a']));
    const now = await store.open().look('ann', 'second');
    expect(now).toEqual({
      generation: now.erasedAt,
      isRevoked: false,
      bannedUntil: null,
      erasedAt: expect.any(Number),
    });
    expect(now.erasedAt).toBeGreaterThan(generation);
    expect(await revocations.refuses(guest('guest_a'))).toBe('signed out');
    expect(await revocations.look('bob', '')).toMatchObject({ erasedAt: 0 });

    const underWay = [
      { userId: 'ann', by: 'somebody' },
      { userId: 'guest_a', by: 'themselves' },
    ];
    expect((await store.open().erasing()).toSorted((a, b) => (a.userId < b.userId ? -1 : 1))).toEqual(underWay);
    for (const { userId } of underWay)
      expect([await revocations.erased(userId), await revocations.erased(userId)]).toEqual([true, false]);
    expect(await revocations.erasing()).toEqual([]);
    expect(await revocations.look('ann', '')).toEqual(now);

    // Who comes back, and signs out again.
    await revocations.revoke(user('ann', 'third'));
    expect((await revocations.look('ann', 'third')).generation).toBeGreaterThan(now.generation);
  });

  test('ends all that its user has come by until then, and nothing that they come by later', async () => {
    const revocations = (await makeStore()).open();
    const before = { id: 'ann', generation: (await revocations.look('ann', 'another')).generation };
    expect(await revocations.refuses(before)).toBeNull();
    await revocations.revoke(user('ann'));
    expect(await revocations.refuses(before)).toBe('signed out');
    const after = { id: 'ann', generation: (await revocations.look('ann', 'another')).generation };
    expect(await revocations.refuses(after)).toBeNull();
    // However soon the next one follows.
    await Promise.all([revocations.revoke(user('ann')), revocations.revoke(user('ann'))]);
    expect(await revocations.refuses(after)).toBe('signed out');
    expect(await revocations.refuses({ id: 'bob', generation: 0 })).toBeNull();
  });

  test('of a guest ends the generation of their tokens', async () => {
    const revocations = (await makeStore()).open();
    await revocations.revoke(guest('guest_a'));
    const { generation } = await revocations.look('guest_a', '');
    expect(await revocations.refuses(guest('guest_a'))).toBe('signed out');
    expect(await revocations.refuses(guest('guest_a', generation))).toBeNull();
  });

  test('outlives a restart', async () => {
    const store = await makeStore();
    await store.open().revoke(user('ann'));
    expect(await store.open().refuses({ id: 'ann', generation: 0 })).toBe('signed out');
    expect(await store.open().look('ann', 'of ann')).toMatchObject({ isRevoked: true });
  });

  test('is that of one user, whatever ids look like', async () => {
    const revocations = (await makeStore()).open();
    const ids = ['{a}', '}', 'a}:signed_out', '*', 'ann bob', '7'];
    for (const id of ids) expect(await revocations.refuses(user(id)), id).toBeNull();
    for (const id of ids) await revocations.revoke(user(id));
    for (const id of ids) expect(await revocations.refuses(user(id)), id).toBe('signed out');
    expect(await revocations.refuses(user('a'))).toBeNull();
  });

  test('is told to who asked to know', async () => {
    const revocations = (await makeStore()).open();
    const subscriber = vi.fn();
    await revocations.onSignOut(subscriber);
    await revocations.revoke(user('ann'));
    await revocations.revoke(user('"bob"'));
    await vi.waitFor(() => expect(subscriber.mock.calls).toEqual([['ann'], ['"bob"']]));
  });

  test('that can’t be kept is refused, and told to nobody; a token that can’t be looked up is not let in', async () => {
    const store = await makeStore();
    const revocations = store.open();
    const subscriber = vi.fn();
    await revocations.onSignOut(subscriber);
    store.breakDown();
    const unavailable = expect.objectContaining({ code: 'UNAVAILABLE', status: 503 });
    await expect(revocations.revoke(user('ann'))).rejects.toEqual(unavailable);
    await expect(revocations.look('ann', '')).rejects.toEqual(unavailable);
    await expect(revocations.refuses(user('ann'))).rejects.toEqual(unavailable);
    await expect(revocations.erase(user('ann'), 'somebody')).rejects.toEqual(unavailable);
    expect(subscriber).not.toHaveBeenCalled();
  });
});

describe.each(Object.entries(stores))('a ban, kept %s,', (_, makeStore) => {
  test('refuses its user, and what they come with later too, until it is taken back', async () => {
    const store = await makeStore();
    const revocations = store.open();
    const ban = await revocations.ban('ann', hour, 'olga');
    expect(ban).toMatchObject({ userId: 'ann', by: 'olga', until: ban.at + hour });
    expect(Math.abs(ban.at - Date.now())).toBeLessThan(10_000);
    const { generation, bannedUntil } = await store.open().look('ann', 'another');
    expect(bannedUntil).toBe(ban.until);
    expect(await revocations.refuses({ id: 'ann', generation })).toBe('banned');
    expect(await revocations.refuses({ id: 'bob', generation: 0 })).toBeNull();
    expect(await revocations.unban('ann')).toBe(true);
    expect(await revocations.unban('ann')).toBe(false);
    // A guest has no other way back than the token of before.
    expect(await revocations.refuses({ id: 'ann', generation: 0 })).toBeNull();
  });

  test('ends by itself', async () => {
    const revocations = (await makeStore()).open();
    await revocations.ban('ann', 30, 'olga');
    await vi.waitFor(async () => expect(await revocations.refuses({ id: 'ann', generation: 0 })).toBeNull());
    expect(await revocations.bans()).toEqual([]);
    expect(await revocations.unban('ann')).toBe(false);
  });

  test('is listed with who says so, and a later one takes the place of an earlier one', async () => {
    const revocations = (await makeStore()).open();
    await revocations.ban('ann', day, 'olga');
    await revocations.ban('{b"ob}', 2 * hour, 'olga "the" second');
    const ann = await revocations.ban('ann', hour, 'olga');
    const bans = await revocations.bans();
    expect(bans.map(({ userId, by }) => [userId, by])).toEqual([
      ['ann', 'olga'],
      ['{b"ob}', 'olga "the" second'],
    ]);
    expect(bans[0]).toEqual(ann);
  });

  test('is told to who asked to know of sign-outs', async () => {
    const revocations = (await makeStore()).open();
    const subscriber = vi.fn();
    await revocations.onSignOut(subscriber);
    await revocations.ban('"bob"', hour, 'olga');
    await vi.waitFor(() => expect(subscriber.mock.calls).toEqual([['"bob"']]));
  });

  test('that can’t be kept is refused', async () => {
    const store = await makeStore();
    const revocations = store.open();
    store.breakDown();
    const unavailable = expect.objectContaining({ code: 'UNAVAILABLE', status: 503 });
    await expect(revocations.ban('ann', hour, 'olga')).rejects.toEqual(unavailable);
    await expect(revocations.unban('ann')).rejects.toEqual(unavailable);
    await expect(revocations.bans()).rejects.toEqual(unavailable);
  });
});

test('in a file, a sign-out is forgotten when no token that it refuses can be good any more, not before', async () => {
  let now = noon;
  const database = new DatabaseSync(':memory:');
  const revocations = sqliteRevocations(database, new GroupCommit(database), hour, () => now);
  const kept = (column: string, table: string) => database.prepare(`SELECT ${column} AS id FROM ${table}`).all();
  const remembered = () => {
    const [users, hashes] = [kept('user_id', 'sign_outs'), kept('hash', 'signed_out_tokens')];
    expect(hashes.map(({ id }) => id).sort()).toEqual(users.map(({ id }) => `of ${id}`).sort());
    return users.map(({ id }) => id).sort();
  };
  const until = (id: string, expiresAt: number | undefined) => ({ ...user(id), expiresAt });
  await revocations.revoke(until('for a minute', noon + 60_000));
  await revocations.revoke(until('for two hours', noon + 2 * hour));
  await revocations.revoke(until('for ever', undefined));
  await revocations.revoke(until('for as long as numbers go', 1e300));

  // An hour is what a guest's token lasts, and a day is spared for clocks that are wrong.
  now = noon + day + hour - 1;
  await revocations.revoke(until('someone else', now));
  expect(remembered()).toHaveLength(5);
  now = noon + day + hour;
  await revocations.revoke(until('someone else', now));
  expect(remembered()).not.toContain('for a minute');
  expect(remembered()).toContain('for two hours');
  now = noon + day + 2 * hour;
  await revocations.revoke(until('someone else', now));
  expect(remembered()).toEqual(['for as long as numbers go', 'for ever', 'someone else']);
});

test('in a file, what signed out before tokens had a generation is refused still', async () => {
  const database = new DatabaseSync(':memory:');
  database.exec(`CREATE TABLE sign_outs (user_id TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, expires_at_ms INTEGER NOT NULL)
    STRICT, WITHOUT ROWID; INSERT INTO sign_outs VALUES ('guest_a', ${noon}, ${noon + hour})`);
  const revocations = sqliteRevocations(database, new GroupCommit(database), hour, () => noon + 1);
  expect(await revocations.refuses(guest('guest_a'))).toBe('signed out');
  // A seat goes by when it was taken.
  expect(await revocations.refuses({ id: 'guest_a', generation: noon - 1 })).toBe('signed out');
  expect(await revocations.refuses({ id: 'guest_a', generation: noon + 1 })).toBeNull();
});

test('in a file, a sign-out costs the same whether few or many are kept', async () => {
  let now = noon;
  const database = new DatabaseSync(':memory:');
  const revocations = sqliteRevocations(database, new GroupCommit(database), hour, () => now);
  /** Of the cheapest of some, ms: what else the machine does makes none cheaper. */
  const cost = async (name: string) => {
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 50; i++) {
      const start = performance.now();
      await revocations.revoke(user(`${name} ${i}`));
      least = Math.min(least, performance.now() - start);
    }
    return least;
  };
  await cost('warming up');
  const withFew = await cost('few');
  database.exec(`WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 200000)
    INSERT INTO sign_outs SELECT 'somebody ' || n, ${noon}, ${noon + hour} FROM numbers`);
  expect(await cost('many')).toBeLessThan(10 * withFew + 1);
  // Nor does it pay for all that are over since the last one.
  const over = () => database.prepare('SELECT count(*) AS rows FROM sign_outs WHERE user_id LIKE ?').get('some%');
  now = noon + 2 * hour;
  await revocations.revoke(user('late'));
  expect(over()?.rows).toBeGreaterThan(199_000);
});

describe('in Redis,', () => {
  test('a sign-out ends with the last token that it refuses, which a shorter one doesn’t bring nearer', async () => {
    const redis = server.client();
    await redis.flushall();
    const revocations = inRedis(redis);
    const hoursLeft = async (key: string) => Math.round(((await redis.pttl(key)) / hour) * 100) / 100;
    const ofUser = (id: string) => hoursLeft(`recall:{user:${id}}:signed_out`);
    const ofToken = (hash: string) => hoursLeft(`recall:{user:ann}:signed_out:${hash}`);
    const inHours = (hours: number) => Date.now() + hours * hour + 0.5;

    // A day is spared for clocks that are wrong.
    await revocations.revoke(user('ann', 'a', inHours(0.01)));
    expect([await ofUser('ann'), await ofToken('a')]).toEqual([25, 25]);
    await revocations.revoke(user('ann', 'b', inHours(2)));
    expect([await ofUser('ann'), await ofToken('b')]).toEqual([26, 26]);
    await revocations.revoke(user('ann', 'c', inHours(0.01)));
    expect([await ofUser('ann'), await ofToken('c')]).toEqual([26, 25]);
    await revocations.revoke({ ...user('ann', 'd'), expiresAt: undefined });
    expect(Math.min(await ofUser('ann'), await ofToken('d'))).toBeGreaterThan(1e6);
    await revocations.revoke(user('ann', 'e', inHours(0.01)));
    expect(await ofUser('ann')).toBeGreaterThan(1e6);
    await revocations.revoke(user('bob', 'a', 1e300));
    expect(await ofUser('bob')).toBeGreaterThan(1e6);
  });

  test('each process hears of a sign-out in any of them, and a look at a token is one command', async () => {
    const redis = server.client();
    await redis.flushall();
    const [here, there] = [inRedis(redis), inRedis(server.client())];
    const subscriber = vi.fn();
    await there.onSignOut(subscriber);
    await here.revoke(user('ann', 'a'));
    await vi.waitFor(() => expect(subscriber.mock.calls).toEqual([['ann']]));

    const calls = async () => [...(await redis.info('commandstats')).matchAll(/cmdstat_mget:calls=(\d+)/g)][0]?.[1];
    const before = Number((await calls()) ?? 0);
    expect(await there.look('ann', 'a')).toMatchObject({ isRevoked: true });
    expect(Number(await calls()) - before).toBe(1);
  });
});
