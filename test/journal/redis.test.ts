import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { RedisServer } from '../../harness/redis.ts';
import { alongContract } from './alongContract.ts';
import { journalContract } from './contract.ts';
import { journalAgreesWithModel } from './model.ts';
import { RedisStore } from './redisStore.ts';

const TTL_MS = 60_000;
const INDEX = 'recall:rooms';
const OWNED = 'recall:owned';

let server: RedisServer;
let cluster: RedisServer;

beforeAll(async () => {
  [server, cluster] = await Promise.all([RedisServer.start(), RedisServer.start({ 'cluster-enabled': 'yes' })]);
  const redis = cluster.client();
  await redis.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
  await vi.waitFor(async () => expect(await redis.cluster('INFO')).toContain('cluster_state:ok'), { timeout: 10_000 });
});

afterAll(async () => {
  await Promise.all([server.dispose(), cluster.dispose()]);
});

journalContract('Redis', () => RedisStore.on(server), { leases: true });
journalAgreesWithModel('Redis', () => RedisStore.on(server), 40);
alongContract('Redis', () => RedisStore.on(server));

// A node of a Redis Cluster refuses every step that touches keys of two slots.
journalContract('a node of a Redis Cluster', () => RedisStore.on(cluster), { leases: true });
alongContract('a node of a Redis Cluster', () => RedisStore.on(cluster));

describe('the Redis journal', () => {
  let store: RedisStore;

  beforeEach(async () => {
    store = await RedisStore.on(server);
  });

  afterEach(async () => {
    await store.dispose();
  });

  /** A number that Redis counts, by its name in `INFO`. */
  async function counted(section: string, name: string): Promise<number> {
    const info = await store.redis.info(section);
    return Number(new RegExp(`^${name}(\\d+)`, 'm').exec(info)?.[1] ?? 0);
  }

  it('shares one trip to Redis among the moves of 200 rooms in one turn', async () => {
    const pipelines: number[] = [];
    const journal = await store.start({ onCommit: ({ writes }) => pipelines.push(writes) });
    const ids = Array.from({ length: 200 }, (_, i) => `room_${i}`);
    const rooms = await Promise.all(ids.map((id) => journal.create(id, ['a'], TTL_MS)));
    pipelines.length = 0;
    const scripts = () => counted('commandstats', 'cmdstat_evalsha:calls=');
    const reads = () => counted('stats', 'total_reads_processed:');
    const before = [await scripts(), await reads()] as const;
    await Promise.all(rooms.map((room) => room.append(['b'])));
    expect(pipelines).toEqual([200]);
    expect((await scripts()) - before[0]).toBe(200);
    // 200 trips would be 200 reads; one is as many as the pieces that the network has made of it.
    expect((await reads()) - before[1]).toBeLessThan(20);
  });

  it('answers an append only when another process can see it', async () => {
    const journal = await store.start();
    const room = await journal.create('room_a', ['a'], TTL_MS);
    const release = store.proxy.holdReplies();
    let answered = false;
    const append = room.append(['b']).then(() => {
      answered = true;
    });
    await expect.poll(() => store.redis.llen('recall:{room_a}:log')).toBe(2);
    expect(answered).toBe(false);
    release();
    await append;
  });

  it('gives an end to everything that it stores, but to the lists of rooms, which end with their last one', async () => {
    const journal = await store.start();
    const rooms = await Promise.all(['a', 'b'].map((name) => journal.create(`room_${name}`, ['a'], TTL_MS)));
    for (const room of rooms)
      await room.append(['b'], { replay: { matchNumber: 1, record: 'match 1', ttlMs: 2 * TTL_MS } });
    const keys = (await store.redis.keys('*')).sort();
    const endless: string[] = [];
    for (const key of keys) if ((await store.redis.pttl(key)) < 0) endless.push(key);
    expect([keys.length, endless]).toEqual([9, [OWNED, INDEX]]);

    await rooms[0]?.forget();
    await store.pass(TTL_MS * 1.5);
    expect(await journal.sweep()).toEqual([{ roomId: 'room_b', last: 'b' }]);
    await journal.close();
    expect((await store.redis.keys('*')).sort()).toEqual(['recall:{room_a}:replay:1', 'recall:{room_b}:replay:1']);
    await store.pass(TTL_MS);
    expect(await store.redis.keys('*')).toEqual([]);
  });

  it('has nobody own a room that has ended while another process looked', async () => {
    const [one, other] = [await store.start(), await store.start()];
    for (let round = 0; round < 40; round++) {
      const ids = Array.from({ length: 20 }, (_, i) => `room_${round}_${i}`);
      const rooms = await Promise.all(ids.map((id) => one.create(id, ['a'], TTL_MS)));
      const ends = rooms.map(async (room, turns) => {
        for (let i = 0; i < turns; i++) await turn();
        await room.forget();
      });
      await Promise.all([other.list(), ...ends]);
    }
    expect(await store.redis.zrange(OWNED, 0, -1)).toEqual([]);
  });

  it('cleans away more rooms than it asks for at once, and keeps those that were renewed', async () => {
    const journal = await store.start();
    const ids = Array.from({ length: 1_100 }, (_, i) => `room_${i}`);
    const rooms = await Promise.all(ids.map((id) => journal.create(id, [], TTL_MS)));
    await store.pass(TTL_MS * 0.7);
    for (const room of rooms.slice(0, 3)) await room.append([]);
    await store.pass(TTL_MS * 0.7);
    const swept = (await journal.sweep()).map(({ roomId }) => roomId);
    expect(swept.toSorted()).toEqual(ids.slice(3).toSorted());
    expect((await journal.list()).map(({ roomId }) => roomId)).toEqual(ids.slice(0, 3));
    expect(await store.redis.zcard(INDEX)).toBe(3);
    await store.pass(TTL_MS * 0.7);
    expect(await journal.sweep()).toHaveLength(3);
  });

  it('looks through ten rooms and through a thousand at the same cost, where none has expired', async () => {
    const journal = await store.start();
    const commands = () => counted('stats', 'total_commands_processed:');
    const costs: number[] = [];
    for (const count of [10, 1_000]) {
      await Promise.all(Array.from({ length: count }, (_, i) => journal.create(`room_${count}_${i}`, [], TTL_MS)));
      const before = await commands();
      await journal.sweep();
      costs.push((await commands()) - before);
    }
    // TIME, ZRANGE, and the INFO that counts them.
    expect(costs).toEqual([3, 3]);
  });

  it('finds rooms that nobody has at the same cost among ten rooms and among a thousand', async () => {
    const [journal, other] = [await store.start(), await store.start()];
    const commands = () => counted('stats', 'total_commands_processed:');
    const costs: number[] = [];
    for (const count of [10, 1_000]) {
      await Promise.all(Array.from({ length: count }, (_, i) => other.create(`room_${count}_${i}`, [], TTL_MS)));
      const before = await commands();
      expect(await journal.abandoned()).toEqual([]);
      costs.push((await commands()) - before);
    }
    // The owners, by a script that steps once for each and once more, whether the other one lives, and the INFO that counts.
    expect(costs).toEqual([5, 5]);
  });

  it('finds the rooms that were released or whose owner is dead, and no others', async () => {
    const [first, second, third] = [await store.start(), await store.start(), await store.start()];
    const names = ['held', 'released', 'dead', 'taken', 'over', 'expired'].map((name) => `room_${name}`);
    const [, released, , , over] = await Promise.all(
      names.map((name, i) => [first, first, second, second, second, second][i]?.create(name, ['a'], TTL_MS)),
    );
    await released?.release();
    await over?.forget();
    await store.redis.del('recall:{room_expired}:head', 'recall:{room_expired}:log');
    expect(await third.abandoned()).toEqual(['room_released']);

    await store.lose(second);
    const taken = await first.open('room_taken');
    expect([...(await third.abandoned())].sort()).toEqual(['room_dead', 'room_released']);
    for (const name of ['room_dead', 'room_released']) await first.open(name);
    expect(await third.abandoned()).toEqual([]);
    await taken.release();
    expect(await third.abandoned()).toEqual(['room_taken']);
    // What was wrong in the list is put right.
    const owned = await store.redis.zrange(OWNED, 0, -1);
    expect(owned.map((entry) => entry.replace(first.owner, 'first'))).toEqual([
      ...['/room_taken', 'first/room_dead', 'first/room_held', 'first/room_released'],
    ]);
  });

  it('takes no owner for another whose name begins like theirs', async () => {
    const names = ['a', 'a-b', 'a.b', 'a0', 'ab'];
    const owners = await Promise.all(names.map((owner) => store.start({ owner: () => owner })));
    await Promise.all(owners.map((journal, i) => journal.create(`room_${i}`, [], TTL_MS)));
    const other = await store.start();
    for (const [i, journal] of owners.entries()) {
      await store.lose(journal);
      expect([...(await other.abandoned())].sort()).toEqual(names.slice(0, i + 1).map((_, n) => `room_${n}`));
    }
  });

  it('lists nothing of a room that is gone, and cleans it away', async () => {
    const journal = await store.start();
    await journal.create('room_a', ['a'], TTL_MS);
    await store.redis.del('recall:{room_a}:head', 'recall:{room_a}:log');
    expect(await journal.list()).toEqual([]);
    await store.pass(TTL_MS);
    await journal.sweep();
    expect(await store.redis.exists(INDEX)).toBe(0);
  });

  it('refuses at once what is too much to wait, and only that', async () => {
    const journal = await store.start({ maxWaiting: 100 });
    const ids = ['room_a', 'room_b', 'room_c', 'room_d'];
    const rooms = await Promise.all(ids.map((id) => journal.create(id, [], TTL_MS)));
    const texts = ['a'.repeat(60), 'b'.repeat(41), 'c'.repeat(40)];
    const [first, second, third, renewed] = await Promise.allSettled(
      rooms.map((room, i) => room.append(texts[i] === undefined ? [] : [texts[i]])),
    );
    expect([first?.status, third?.status, renewed?.status]).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
    expect(second).toMatchObject({ reason: { name: 'JournalUnavailable', inDoubt: false } });
    await rooms[1]?.append(['d'.repeat(100)]);
    expect(await rooms[1]?.read()).toEqual(['d'.repeat(100)]);
  });

  it('counts what Redis has not answered yet as waiting', async () => {
    const journal = await store.start({ maxWaiting: 100 });
    const [slow, other] = [await journal.create('room_a', [], TTL_MS), await journal.create('room_b', [], TTL_MS)];
    server.pause();
    const append = slow.append(['a'.repeat(60)]).catch(() => {});
    // Two turns later it has been sent.
    for (let i = 0; i < 2; i += 1) await new Promise(setImmediate);
    await expect(other.append(['b'.repeat(41)])).rejects.toMatchObject({ name: 'JournalUnavailable', inDoubt: false });
    server.resume();
    await append;
    await other.append(['b'.repeat(41)]);
  });

  it('takes one append of a room at a time', async () => {
    const journal = await store.start();
    const room = await journal.create('room_a', ['a'], TTL_MS);
    const first = room.append(['b']);
    await expect(room.append(['c'])).rejects.toThrow('room_a: an append is under way');
    await first;
    await room.append(['c']);
    expect(await room.read()).toEqual(['a', 'b', 'c']);
  });

  it('takes times of a fraction of a millisecond, as settings in seconds make them', async () => {
    const journal = await store.start({ leaseMs: 1_000.7 });
    const room = await journal.create('room_a', [], 7_000.3);
    await room.append(['a'], { replay: { matchNumber: 1, record: 'match 1', ttlMs: 7_000.3 } });
    expect(await room.read()).toEqual(['a']);
  });

  it('opens the rooms of a process at once that is known to be dead', async () => {
    const [first, second] = [await store.start(), await store.start()];
    await first.create('room_a', ['a'], TTL_MS);
    await second.endLease(first.owner);
    expect(await (await second.open('room_a')).read()).toEqual(['a']);
  });
});
