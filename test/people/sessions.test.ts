import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { RedisServer } from '../../harness/redis.ts';
import { GroupCommit } from '../../src/journal/groupCommit.ts';
import { redisSessions } from '../../src/people/redisSessions.ts';
import { chosenSettings, type Sessions, sqliteSessions } from '../../src/people/sessions.ts';
import { createOptions } from '../../src/protocol/schemas/options.ts';

const ttlMs = 60_000.3;
const noon = Date.UTC(2030, 0, 1, 12);
const clear = chosenSettings(createOptions(5).parse({ game_type: 'clear', bots: 2 }));
const classic = chosenSettings(createOptions(5).parse({ turn_time_limit: 7.5 }));

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.dispose());

/** Where sessions are kept. */
interface Store {
  /** For a process that starts. */
  open(): Sessions;
  /** That much time passes, ms. */
  pass(ms: number): Promise<void>;
  breakDown(): void;
}

/** Brings all that Redis will end nearer. */
const PASS = `for _, key in ipairs(redis.call('KEYS', '*')) do
  redis.call('PEXPIREAT', key, math.max(1, redis.call('PEXPIRETIME', key) - ARGV[1]))
end`;

const stores: Record<string, () => Promise<Store>> = {
  'in a file': async () => {
    const database = new DatabaseSync(':memory:');
    let now = noon;
    return {
      open: () => sqliteSessions(database, new GroupCommit(database), ttlMs, () => now),
      async pass(ms) {
        now += ms;
      },
      breakDown: () => database.close(),
    };
  },
  'in Redis': async () => {
    const redis = server.client({ enableOfflineQueue: false });
    await vi.waitFor(() => redis.flushall());
    return {
      open: () => redisSessions(redis, ttlMs),
      async pass(ms) {
        await redis.eval(PASS, 0, Math.round(ms));
      },
      breakDown: () => redis.disconnect(),
    };
  },
};

describe.each(Object.entries(stores))('a session, kept %s,', (_, makeStore) => {
  test('holds what was chosen last, each for itself, and when the user was seen', async () => {
    const sessions = (await makeStore()).open();
    expect(await sessions.of('ann')).toBeUndefined();
    await sessions.remember('ann', { name: 'Ann' });
    expect(await sessions.of('ann')).toEqual({ name: 'Ann', settings: undefined, lastSeenAt: undefined });
    await sessions.remember('ann', { settings: clear });
    await sessions.seen('ann', noon);
    expect(await sessions.of('ann')).toEqual({ name: 'Ann', settings: clear, lastSeenAt: noon });
    await sessions.remember('ann', { name: 'Annie', settings: classic });
    await sessions.remember('ann', { name: undefined, settings: undefined });
    expect(await sessions.of('ann')).toEqual({ name: 'Annie', settings: classic, lastSeenAt: noon });
    expect(await sessions.of('bob')).toBeUndefined();
  });

  test('knows the latest moment, in whatever order they are told', async () => {
    const sessions = (await makeStore()).open();
    for (const at of [noon, noon + 5_000.4, noon + 2_000]) await sessions.seen('ann', at);
    expect((await sessions.of('ann'))?.lastSeenAt).toBe(noon + 5_000);
  });

  test('is begun by being seen or by a choice, and not by the lack of one', async () => {
    const sessions = (await makeStore()).open();
    await sessions.remember('ann', {});
    expect(await sessions.of('ann')).toBeUndefined();
    await sessions.seen('ann', noon);
    expect(await sessions.of('ann')).toEqual({ name: undefined, settings: undefined, lastSeenAt: noon });
  });

  test('ends when nothing has renewed it for its time, and then is begun anew', async () => {
    const store = await makeStore();
    const sessions = store.open();
    await sessions.remember('ann', { name: 'Ann', settings: clear });
    await store.pass(ttlMs * 0.7);
    await sessions.seen('ann', noon);
    await store.pass(ttlMs * 0.7);
    await sessions.remember('ann', {});
    await store.pass(ttlMs * 0.7);
    expect(await sessions.of('ann')).toMatchObject({ name: 'Ann', lastSeenAt: noon });
    await store.pass(ttlMs * 0.4);
    expect(await sessions.of('ann')).toBeUndefined();
    expect(await sessions.lastSeen(['ann'])).toEqual(new Map());
    await sessions.remember('ann', {});
    expect(await sessions.of('ann')).toBeUndefined();
    await sessions.seen('ann', noon - 1);
    expect(await sessions.of('ann')).toEqual({ name: undefined, settings: undefined, lastSeenAt: noon - 1 });
  });

  test('tells of many at once when they were seen, and leaves out who was not', async () => {
    const sessions = (await makeStore()).open();
    await sessions.seen('ann', noon);
    await sessions.seen('{bob}', noon + 1);
    await sessions.remember('cat', { name: 'Cat' });
    const many = Array.from({ length: 96 }, (_, i) => `nobody ${i}`);
    const seen = await sessions.lastSeen([...many, 'ann', 'cat', '{bob}', 'dan']);
    expect(seen).toEqual(
      new Map([
        ['ann', noon],
        ['{bob}', noon + 1],
      ] as const),
    );
    expect(await sessions.lastSeen([])).toEqual(new Map());
  });

  test('outlives a restart, and is gone when it is ended', async () => {
    const store = await makeStore();
    await store.open().remember('ann', { name: 'Ann' });
    await store.open().remember('bob', { name: 'Bob' });
    const sessions = store.open();
    expect(await sessions.of('ann')).toMatchObject({ name: 'Ann' });
    await sessions.end('ann');
    await sessions.end('nobody');
    expect(await sessions.of('ann')).toBeUndefined();
    expect(await sessions.of('bob')).toMatchObject({ name: 'Bob' });
  });

  test('is that of one user, whatever ids and names look like', async () => {
    const sessions = (await makeStore()).open();
    const ids = ['{a}', '}', 'a}:session', '*', '%', "'", 'ann bob', '7'];
    for (const id of ids) await sessions.remember(id, { name: `"${id}"` });
    for (const id of ids) expect(await sessions.of(id)).toMatchObject({ name: `"${id}"` });
    expect(await sessions.of('a')).toBeUndefined();
  });

  test('rejects every call while it can’t be reached', async () => {
    const store = await makeStore();
    const sessions = store.open();
    store.breakDown();
    await expect(sessions.of('ann')).rejects.toThrow();
    await expect(sessions.remember('ann', { name: 'Ann' })).rejects.toThrow();
    await expect(sessions.seen('ann', noon)).rejects.toThrow();
    await expect(sessions.lastSeen(['ann'])).rejects.toThrow();
    await expect(sessions.end('ann')).rejects.toThrow();
  });
});

test('of the options of a room a session never gets who may enter, nor what is for that one room', () => {
  const options = createOptions(5).parse({
    permission: 'private',
    password: 'a secret word',
    allowed_users: ['bob'],
    allowed_roles: ['friend'],
    name: 'Ann',
    deal_nonce: 'of my own',
    max_players: 3,
  });
  expect(chosenSettings({ ...options, later: 'unknown' } as never)).toEqual({
    permission: 'private',
    max_players: 3,
    min_players: 2,
    game_type: 'classic',
    turn_time_limit: 30,
    red_king_points: 10,
    allow_discard_take: false,
    short_windows: false,
    auto_start: false,
    bots: 0,
    bot_level: 'medium',
  });
});

test('in a file, the sweep leaves nothing of sessions that are over', async () => {
  const database = new DatabaseSync(':memory:');
  let now = noon;
  const sessions = sqliteSessions(database, new GroupCommit(database), ttlMs, () => now);
  await sessions.seen('ann', noon);
  now += ttlMs;
  await sessions.seen('bob', now);
  now += 1;
  await sessions.sweep();
  const rows = database.prepare('SELECT user_id FROM sessions').all();
  expect(rows.map(({ user_id }) => user_id)).toEqual(['bob']);
});

test('in a file, sessions that are written at the same time share one commit, in the order in which they were', async () => {
  const database = new DatabaseSync(':memory:');
  const groups: number[] = [];
  const commits = new GroupCommit(database, { onCommit: ({ writes }) => groups.push(writes) });
  const sessions = sqliteSessions(database, commits, ttlMs, () => noon);
  const users = Array.from({ length: 500 }, (_, i) => `user ${i}`);
  const seen = users.map((userId) => sessions.seen(userId, noon));
  await Promise.all([...seen, sessions.end('user 0'), sessions.remember('user 1', { name: 'Ann' })]);
  expect(groups).toEqual([502]);
  expect(await sessions.of('user 0')).toBeUndefined();
  expect(await sessions.of('user 1')).toMatchObject({ name: 'Ann', lastSeenAt: noon });
});

test('in a file, a sweep of many keeps nobody waiting for long', async () => {
  const database = new DatabaseSync(':memory:');
  let now = noon;
  const groups: number[] = [];
  const commits = new GroupCommit(database, { onCommit: ({ writes }) => groups.push(writes) });
  const sessions = sqliteSessions(database, commits, ttlMs, () => now);
  await Promise.all(Array.from({ length: 2_500 }, (_, i) => sessions.seen(`user ${i}`, now)));
  now += ttlMs + 1;
  await sessions.sweep();
  expect(groups).toEqual([2_500, 1, 1, 1]);
  expect(database.prepare('SELECT count(*) AS rows FROM sessions').get()).toEqual({ rows: 0 });
});

test('in Redis, a session is one key that ends by itself', async () => {
  const redis = server.client();
  await redis.flushall();
  const sessions = redisSessions(redis, ttlMs);
  await sessions.seen('ann', noon);
  await sessions.remember('ann', { name: 'Ann' });
  expect(await redis.keys('*')).toEqual(['recall:{user:ann}:session']);
  expect(await redis.pttl('recall:{user:ann}:session')).toBeGreaterThan(ttlMs - 10_000);
});
