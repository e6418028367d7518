import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { monitor } from '../../harness/monitor.ts';
import { RedisServer } from '../../harness/redis.ts';
import { Fenced, JournalUnavailable, LeaseHeld, NoSuchRoom, type OpenJournal } from '../../src/journal/journal.ts';
import { RedisStore } from './redisStore.ts';

const TTL_MS = 60_000;
const WEEK_MS = 7 * 24 * 3600 * 1000;
const inDoubt = { name: 'JournalUnavailable', inDoubt: true };
const notStored = { name: 'JournalUnavailable', inDoubt: false };

describe('the Redis journal, when things break', () => {
  let server: RedisServer;
  let store: RedisStore;

  beforeEach(async () => {
    server = await RedisServer.start();
    store = await RedisStore.on(server);
  });

  afterEach(async () => {
    await store.dispose();
    await server.dispose();
  });

  /** How many entries of a room are in Redis, whoever asks. */
  const stored = (roomId: string) => store.redis.llen(`recall:{${roomId}}:log`);

  /** What `ask` asks is done, which is waited for, but no answer comes back, or none but the first ones. */
  async function withoutAnswer<T>(ask: () => Promise<T>, done: () => Promise<void>, after = 0): Promise<unknown> {
    store.proxy.swallowReplies({ after });
    const outcome = ask().catch((error: unknown) => error);
    await vi.waitFor(done);
    await store.breakDown();
    await store.repair();
    return outcome;
  }

  it('has everything that was acknowledged when Redis is killed, and what was in doubt once', async () => {
    const journal = await store.start();
    const rooms = await Promise.all(['a', 'b', 'c', 'd'].map((name) => journal.create(`room_${name}`, [], TTL_MS)));
    let acknowledged = 0;
    const playUntilUnavailable = async (room: OpenJournal) => {
      for (let n = 0; ; n += 1) {
        try {
          await room.append([`${n} first`, `${n} second`]);
        } catch (error) {
          expect(error).toBeInstanceOf(JournalUnavailable);
          return n;
        }
        acknowledged += 1;
        if (acknowledged === 300) void server.kill();
      }
    };
    const unsure = await Promise.all(rooms.map(playUntilUnavailable));
    await server.kill();
    await server.start();
    await store.connected();
    for (const [i, room] of rooms.entries()) {
      const n = unsure[i] ?? 0;
      await room.append([`${n} first`, `${n} second`]);
      const appends = Array.from({ length: n + 1 }, (_, n) => [`${n} first`, `${n} second`]);
      expect(await room.read()).toEqual(appends.flat());
    }
    expect(acknowledged).toBeGreaterThanOrEqual(300);
  });

  it('says at once that Redis is away, keeps nothing to send later, and goes on when it is back', async () => {
    const told: boolean[] = [];
    const journal = await store.start({ onAvailability: (available) => told.push(available) });
    const room = await journal.create('room_a', ['a'], TTL_MS);
    await server.stop();
    await vi.waitFor(() => expect(told).toEqual([true, false]));
    for (let i = 0; i < 1_000; i += 1) await expect(room.append(['b'])).rejects.toMatchObject(notStored);
    for (const ask of [journal.open('room_a'), journal.create('room_b', [], TTL_MS), journal.list(), journal.sweep()]) {
      await expect(ask).rejects.toThrow(JournalUnavailable);
    }
    await server.start();
    await vi.waitFor(() => expect(told).toEqual([true, false, true]));
    expect(await room.read()).toEqual(['a']);
    await room.append(['b']);
    expect(await room.read()).toEqual(['a', 'b']);
  });

  it('stores an append once whose answer got lost, its replay too', async () => {
    const journal = await store.start();
    const room = await journal.create('room_a', ['a'], TTL_MS);
    const append = () => room.append(['b', 'c'], { replay: { matchNumber: 1, record: 'match 1', ttlMs: TTL_MS } });
    expect(await withoutAnswer(append, async () => expect(await stored('room_a')).toBe(3))).toMatchObject(inDoubt);
    await append();
    await room.append(['d']);
    expect(await room.read()).toEqual(['a', 'b', 'c', 'd']);
    expect(await journal.replay('room_a', 1)).toBe('match 1');
  });

  it.each([2, 3, 4])('stores an append once whose answer got lost, with its snapshot of %i entries', async (n) => {
    const journal = await store.start();
    const room = await journal.create('room_a', ['a', 'b'], TTL_MS);
    const snapshot = { n, entry: `up to ${n}` };
    const append = () => room.append(['c', 'd'], { snapshot });
    const done = async () => expect(await store.redis.lindex('recall:{room_a}:log', 0)).toBe(snapshot.entry);
    expect(await withoutAnswer(append, done)).toMatchObject(inDoubt);
    if (n > 2) await expect(room.append(['c', 'd'], { snapshot: { n, entry: 'another' } })).rejects.toThrow(Fenced);
    const claim = n > 2 ? await journal.open('room_a') : room;
    if (n === 2) await append();
    expect(await claim.read()).toEqual([snapshot.entry, 'c', 'd'].toSpliced(1, n - 2));
    await claim.append(['e']);
    expect((await claim.read()).at(-1)).toBe('e');
  });

  it.each([2, 3, 4])('stores a snapshot of %i entries once, however often that is asked', async (n) => {
    const journal = await store.start();
    const room = await journal.create('room_a', ['a', 'b'], TTL_MS);
    const append = () => room.append(['c', 'd'], { snapshot: { n, entry: `up to ${n}` } });
    await withoutAnswer(append, async () => expect(await stored('room_a')).toBe(5 - n));
    await append();
    await room.append(['e']);
    expect(await room.read()).toEqual([`up to ${n}`, 'c', 'd', 'e'].toSpliced(1, n - 2));
  });

  it('stores nothing else in place of an append that was in doubt', async () => {
    const journal = await store.start();
    const room = await journal.create('room_a', ['a'], TTL_MS);
    await withoutAnswer(
      () => room.append(['b']),
      async () => expect(await stored('room_a')).toBe(2),
    );
    await expect(room.append(['x'])).rejects.toThrow(Fenced);
    await expect(room.append(['x', 'y'])).rejects.toThrow(Fenced);
    expect(await (await journal.open('room_a')).read()).toEqual(['a', 'b']);
  });

  it('opens a room although the answer to its first claim got lost', async () => {
    const [first, second] = [await store.start(), await store.start()];
    await (await first.create('room_a', ['a'], TTL_MS)).release();
    const token = async () => expect(await store.redis.hget('recall:{room_a}:head', 'token')).toBe('2');
    expect(await withoutAnswer(() => first.open('room_a'), token, 1)).toMatchObject(inDoubt);
    await expect(second.open('room_a')).rejects.toMatchObject({ name: 'LeaseHeld', owner: first.owner });
    expect((await first.list())[0]?.owner).toBeNull();
    // To others it is held by a living process: that one has to find it by itself.
    expect([await second.abandoned(), await first.abandoned()]).toEqual([[], ['room_a']]);
    const room = await first.open('room_a');
    expect([room.token, await room.read()]).toEqual([3, ['a']]);
    expect(await first.abandoned()).toEqual([]);
  });

  it('finds a room again that it could not release', async () => {
    const [first, second] = [await store.start(), await store.start()];
    const room = await first.create('room_a', ['a'], TTL_MS);
    await store.breakDown();
    await expect(room.release()).rejects.toMatchObject(notStored);
    await store.repair();
    expect([await second.abandoned(), await first.abandoned()]).toEqual([[], ['room_a']]);
    // And everybody does, should that one die.
    await store.lose(first);
    expect(await (await store.start()).abandoned()).toEqual(['room_a']);
  });

  it('tells of no room as expired that was forgotten, though the answer got lost', async () => {
    const journal = await store.start();
    const room = await journal.create('room_a', ['a'], TTL_MS);
    const gone = async () => expect(await stored('room_a')).toBe(0);
    expect(await withoutAnswer(() => room.forget(), gone)).toMatchObject(inDoubt);
    await room.forget();
    await store.pass(2 * TTL_MS);
    expect(await journal.sweep()).toEqual([]);
    expect(await store.redis.keys('*')).toEqual([`recall:process:${journal.owner}`]);
  });

  it('tells once of a room that has expired, though the answer got lost', async () => {
    const [first, second] = [await store.start(), await store.start()];
    const room = await first.create('room_a', ['a', 'b'], TTL_MS);
    await first.create('room_b', [], TTL_MS);
    await store.pass(2 * TTL_MS);
    const ended = async () => expect(await store.redis.exists('recall:{room_a}:head')).toBe(0);
    expect(await withoutAnswer(() => first.sweep(), ended, 2)).toMatchObject(inDoubt);
    await expect(room.append(['x'])).rejects.toThrow(NoSuchRoom);
    expect(await second.sweep()).toEqual([]);
    const told = [...(await first.sweep())].sort((a, b) => (a.roomId < b.roomId ? -1 : 1));
    expect(told).toEqual([
      { roomId: 'room_a', last: 'b' },
      { roomId: 'room_b', last: null },
    ]);
    for (const journal of [first, second]) expect(await journal.sweep()).toEqual([]);
    expect((await store.redis.keys('*')).sort()).toEqual(
      [first, second].map(({ owner }) => `recall:process:${owner}`).sort(),
    );
  });

  it('tells of no room as expired that was forgotten by a process that died before the list knew', async () => {
    const journal = await store.start();
    await journal.create('room_a', ['a'], TTL_MS);
    await store.redis.del('recall:{room_a}:head', 'recall:{room_a}:log');
    await store.pass(2 * TTL_MS);
    expect(await journal.sweep()).toEqual([]);
    expect(await store.redis.exists('recall:rooms')).toBe(0);
  });

  it('tells of a room that expired while nobody was there for days', async () => {
    const [first, second] = [await store.start(), await store.start()];
    await first.create('room_a', ['a'], TTL_MS);
    await store.pass(WEEK_MS);
    await expect(second.open('room_a')).rejects.toThrow(NoSuchRoom);
    expect(await second.sweep()).toEqual([{ roomId: 'room_a', last: 'a' }]);
  });

  it('lists no room whose creation was never answered, and never tells of it', async () => {
    const journal = await store.start();
    const created = async () => expect(await stored('room_a')).toBe(1);
    const create = () => journal.create('room_a', ['a'], TTL_MS);
    expect(await withoutAnswer(create, created)).toMatchObject(inDoubt);
    expect(await journal.list()).toEqual([]);
    await store.pass(2 * TTL_MS);
    expect(await journal.sweep()).toEqual([]);
    // Nobody else would ever remove it.
    expect(await store.redis.keys('recall:{room_a}:*')).toEqual([]);
  });

  it('waits no longer than it is told for a network that swallows everything', async () => {
    const told: boolean[] = [];
    const onAvailability = (available: boolean) => told.push(available);
    const journal = await store.start({ silenceMs: 200, leaseMs: 600, onAvailability });
    const room = await journal.create('room_a', ['a'], TTL_MS);
    store.proxy.blackHole();
    const start = performance.now();
    await expect(room.append(['b'])).rejects.toMatchObject(inDoubt);
    expect(performance.now() - start).toBeLessThan(1_000);
    await vi.waitFor(() => expect(told).toEqual([true, false]));
    await expect(room.append(['b'])).rejects.toThrow(JournalUnavailable);
    store.proxy.restore();
    await vi.waitFor(() => expect(told).toEqual([true, false, true]), { timeout: 5_000 });
    await room.append(['b']);
    expect(await room.read()).toEqual(['a', 'b']);
  });

  it('comes back by a new connection when the old one has died without a word', async () => {
    const journal = await store.start({ silenceMs: 200 });
    const room = await journal.create('room_a', ['a'], TTL_MS);
    store.proxy.strand();
    await expect(room.append(['b'])).rejects.toMatchObject(inDoubt);
    await vi.waitFor(() => room.append(['b']), { timeout: 5_000 });
    expect(await room.read()).toEqual(['a', 'b']);
  });

  it('goes on with a Redis whose answers take longer than it waits at first, and keeps its lease', async () => {
    const told: boolean[] = [];
    const options = { silenceMs: 300, leaseMs: 900, onAvailability: (available: boolean) => told.push(available) };
    const journal = await store.start(options);
    const room = await journal.create('room_a', ['0'], TTL_MS);
    store.proxy.delay(500);
    await expect(room.append(['1'])).rejects.toMatchObject(inDoubt);
    await vi.waitFor(() => room.append(['1']), { timeout: 15_000 });
    const lease = `recall:process:${journal.owner}`;
    await vi.waitFor(async () => expect(await store.redis.exists(lease)).toBe(1), { timeout: 5_000 });
    const sofar = told.length;
    for (let n = 2; n < 6; n++) {
      await room.append([`${n}`]);
      expect(await store.redis.exists(lease)).toBe(1);
    }
    expect(told.slice(sofar - 1)).toEqual([true]);
    expect(await room.read()).toEqual(['0', '1', '2', '3', '4', '5']);
  });

  it('stores once what it asked of a Redis that stood still for longer than it waits', async () => {
    const journal = await store.start({ silenceMs: 300 });
    const room = await journal.create('room_a', ['a'], TTL_MS);
    server.pause();
    await expect(room.append(['b'])).rejects.toMatchObject(inDoubt);
    server.resume();
    await vi.waitFor(() => room.append(['b']), { timeout: 10_000 });
    await room.append(['c']);
    expect(await room.read()).toEqual(['a', 'b', 'c']);
  });

  it('stores nothing while Redis takes no writes, says so, and goes on after it', async () => {
    const told: boolean[] = [];
    const journal = await store.start({ leaseMs: 300, onAvailability: (available) => told.push(available) });
    const room = await journal.create('room_a', ['a'], TTL_MS);
    await store.redis.config('SET', 'maxmemory', '1');
    await expect(room.append(['b'])).rejects.toMatchObject(notStored);
    await vi.waitFor(() => expect(told).toEqual([true, false]));
    expect(await room.read()).toEqual(['a']);
    await store.redis.config('SET', 'maxmemory', '0');
    await vi.waitFor(() => expect(told).toEqual([true, false, true]));
    await room.append(['b']);
    expect(await room.read()).toEqual(['a', 'b']);
  });

  it('brings its scripts back when somebody has flushed them', async () => {
    const journal = await store.start();
    const room = await journal.create('room_a', ['a'], TTL_MS);
    await store.redis.script('FLUSH');
    await expect(room.append(['b'])).rejects.toMatchObject(notStored);
    await room.append(['b']);
    expect(await room.read()).toEqual(['a', 'b']);
  });

  it('takes a room up from what is there when a failover has lost its end', async () => {
    const journal = await store.start();
    const room = await journal.create('room_a', ['a', 'b', 'c'], TTL_MS);
    await store.redis.rpop('recall:{room_a}:log');
    await expect(room.append(['d'])).rejects.toThrow(Fenced);
    const again = await journal.open('room_a');
    await again.append(['d']);
    expect(await again.read()).toEqual(['a', 'b', 'd']);
  });

  it('lists its rooms again when a failover has lost the list', async () => {
    const journal = await store.start();
    await journal.create('room_a', ['a'], TTL_MS);
    const over = await journal.create('room_b', ['a'], TTL_MS);
    await over.forget();
    await store.redis.del('recall:rooms', 'recall:owned');
    expect(await journal.list()).toEqual([]);
    await store.breakDown();
    await store.repair();
    expect(await journal.sweep()).toEqual([]);
    expect((await journal.list()).map(({ roomId }) => roomId)).toEqual(['room_a']);
    const other = await store.start();
    await store.lose(journal);
    expect(await other.abandoned()).toEqual(['room_a']);
  });

  it('keeps the rooms of a living process for many leases, though nothing happens in them', async () => {
    const first = await store.start({ leaseMs: 150 });
    const second = await store.start();
    await first.create('room_a', ['a'], TTL_MS);
    const key = `recall:process:${first.owner}`;
    const renewed = Promise.withResolvers<void>();
    let renewals = 0;
    const end = await monitor(server.port, ({ words: [command, name] }) => {
      if (command === 'SET' && name === key) renewals += 1;
      if (renewals === 12) renewed.resolve();
    });
    await renewed.promise;
    await end();
    await expect(second.open('room_a')).rejects.toThrow(LeaseHeld);
  });

  it('gives the room of a stalled process away when its lease has ended; awake again, that process acknowledges nothing', async () => {
    const program = fileURLToPath(new URL('./redisOwner.ts', import.meta.url));
    const owner = spawn(process.execPath, [program, server.url, 'room_a', '500'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const printed: string[] = [];
    const lines = createInterface(owner.stdout).on('line', (line) => printed.push(line));
    const ended = once(lines, 'close');
    await vi.waitFor(() => expect(printed.length).toBeGreaterThan(50), { timeout: 30_000 });
    owner.kill('SIGSTOP');

    const journal = await store.start();
    await expect(journal.open('room_a')).rejects.toThrow(LeaseHeld);
    const room = await vi.waitFor(() => journal.open('room_a'), { timeout: 5_000 });
    const before = await room.read();
    await room.append(['taken over']);

    owner.kill('SIGCONT');
    await ended;
    expect(printed.at(-1)).toBe('Fenced');
    const acknowledged = printed.slice(0, -1);
    expect(before.slice(0, acknowledged.length)).toEqual(acknowledged);
    expect(before.length - acknowledged.length).toBeLessThanOrEqual(1);
    expect(await room.read()).toEqual([...before, 'taken over']);
  });

  it('takes nobody for dead right after Redis itself was away', async () => {
    const leaseMs = 2000;
    const told: boolean[] = [];
    const first = await store.start({ leaseMs });
    const second = await store.start({ onAvailability: (available) => told.push(available) });
    await second.create('room_a', ['a'], TTL_MS);
    await server.restart();
    await store.connected();
    const start = performance.now();
    await vi.waitFor(() => expect(told).toEqual([true, false, true]));
    // As if it had not come back yet.
    await store.lose(second);
    await expect(first.open('room_a')).rejects.toThrow(LeaseHeld);
    expect((await first.list())[0]?.owner).toBe(second.owner);
    await vi.waitFor(() => first.open('room_a'));
    expect(performance.now() - start).toBeGreaterThan(leaseMs / 2);
  });
});
