import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { RedisServer } from '../../harness/redis.ts';
import type { RedisRoomIndex } from '../../src/cluster/driver.ts';
import { joinAtRandom } from '../../src/cluster/joinAtRandom.ts';
import { LocalRoomIndex } from '../../src/cluster/localRoomIndex.ts';
import type { GameRow, RoomIndex } from '../../src/cluster/roomIndex.ts';
import { gameRow, indexOn, ready, reserved, wish, withFacts } from './rows.ts';

let server: RedisServer;
let one: RedisRoomIndex;
let two: RedisRoomIndex;

beforeAll(async () => {
  server = await RedisServer.start({ appendfsync: 'no' });
  one = indexOn(server);
  two = indexOn(server);
  await ready(one, two);
});

beforeEach(async () => {
  await server.client().flushall();
});

afterAll(async () => {
  await Promise.all([one.shutdown(), two.shutdown()]);
  await server.dispose();
});

/** Rooms as they would be on two processes, the size of each, and people who come. */
function town(indexes: readonly RoomIndex[]) {
  const rooms = new Map<string, { row: GameRow; index: RoomIndex; seats: string[] }>();
  let opened = 0;
  return {
    rooms,
    sizes: () => [...rooms.values()].map(({ seats }) => seats.length).sort((a, b) => b - a),
    /** @param connects whether they sit down at once; else they only hold a reservation, which is not listed. */
    join(user: string, connects: boolean): Promise<string> {
      const index = indexes[user.length % indexes.length] as RoomIndex;
      const sit = async (roomId: string) => {
        const room = rooms.get(roomId);
        if (!room || room.seats.length === 4 || room.seats.includes(user)) return undefined;
        room.seats.push(user);
        const facts = { current_size: room.seats.length };
        if (connects) await room.index.update(room.row, withFacts(room.row, facts));
        return roomId;
      };
      opened += 1;
      const roomId = `room_${opened}`;
      return joinAtRandom(index, wish(roomId), {
        enter: ({ roomId: id }) => sit(id),
        async open() {
          const row = gameRow(roomId, { created_at: Date.now() });
          rooms.set(roomId, { row, index, seats: [] });
          await index.insert(row);
          return (await sit(roomId)) as string;
        },
      });
    },
  };
}

const people = (many: number) => Array.from({ length: many }, (_, n) => 'u'.repeat(n + 1));

describe.each([
  ['in Redis', () => [one, two]],
  ['in one process', () => [new LocalRoomIndex()]],
] as [string, () => [RoomIndex, RoomIndex?]][])('random join %s', (_, indexes) => {
  let index: RoomIndex;
  let other: RoomIndex;
  beforeEach(() => {
    [index, other = index] = indexes();
  });

  test('takes the fullest room that waits, the oldest among equals', async () => {
    await index.insert(gameRow('room_young', { current_size: 1, created_at: 3000 }));
    await index.insert(gameRow('room_old', { current_size: 1, created_at: 2000 }));
    await index.insert(gameRow('room_empty', { created_at: 1000 }));
    await index.insert(gameRow('room_big', { current_size: 2, max_size: 3, created_at: 4000 }));
    const order = [];
    for (let n = 0; n < 11; n++) order.push(await reserved(other));
    expect(order).toEqual([
      ...['room_big', 'room_old', 'room_old', 'room_old', 'room_young', 'room_young', 'room_young'],
      ...['room_empty', 'room_empty', 'room_empty', 'room_empty'],
    ]);
    expect(await reserved(other)).toBe('open');
  });

  test('enters no room that is private, locked, full, begun, of another game type or started by its owner', async () => {
    await index.insert(gameRow('room_a', { permission: 'private' }, { private: true, unlisted: true }));
    await index.insert(gameRow('room_b', {}, { locked: true }));
    await index.insert(gameRow('room_c', { current_size: 4 }));
    await index.insert(gameRow('room_d', { phase: 'player_turn' }));
    await index.insert(gameRow('room_e', { game_type: 'clear' }));
    await index.insert(gameRow('room_f', { auto_start: false }));
    expect(await reserved(other)).toBe('open');
  });

  test('tries the next room when one has refused', async () => {
    await index.insert(gameRow('room_a', { current_size: 2 }));
    await index.insert(gameRow('room_b', { current_size: 1 }));
    const asked: string[] = [];
    const seat = await joinAtRandom(other, wish('room_new'), {
      async enter({ roomId }) {
        asked.push(roomId);
        return roomId === 'room_a' ? undefined : roomId;
      },
      open: async () => 'opened',
    });
    expect([asked, seat]).toEqual([['room_a', 'room_b'], 'room_b']);
    const broken = { enter: () => Promise.reject(new Error('no answer')), open: async () => 'opened' };
    await expect(joinAtRandom(other, wish('room_new'), broken)).rejects.toThrow('no answer');
    // What was not taken is free for others.
    expect([await reserved(index), await reserved(index), await reserved(index)]).toEqual([
      'room_a',
      'room_a',
      'room_b',
    ]);
  });

  test.each([true, false])('puts ten who come at once into rooms of 4, 4 and 2 (connected: %s)', async (connects) => {
    const here = town([index, other]);
    await Promise.all(people(10).map((user) => here.join(user, connects)));
    expect(here.sizes()).toEqual([4, 4, 2]);
    // The last room takes the next two.
    await Promise.all(
      people(12)
        .slice(10)
        .map((user) => here.join(user, connects)),
    );
    expect(here.sizes()).toEqual([4, 4, 4]);
  });

  test('never puts a player twice into a room', async () => {
    const here = town([index, other]);
    await Promise.all([...people(3), ...people(3), ...people(3)].map((user) => here.join(user, true)));
    for (const { seats } of here.rooms.values()) expect(new Set(seats).size).toBe(seats.length);
    expect(here.sizes().reduce((a, b) => a + b)).toBe(9);
  });

  test('opens another room when the one that is being opened fails', async () => {
    const waiting = Promise.withResolvers<void>();
    const failing = joinAtRandom(index, wish('room_a'), {
      enter: async () => undefined,
      open: async () => {
        await waiting.promise;
        throw new Error('The room could not be stored: try again.');
      },
    });
    const next = joinAtRandom(other, wish('room_b'), { enter: async () => 'a', open: async () => 'opened' });
    waiting.resolve();
    await expect(failing).rejects.toThrow('could not be stored');
    expect(await next).toBe('opened');
  });

  test('counts who leaves before they have come, and who comes by another way', async () => {
    const row = gameRow('room_a', { current_size: 2 });
    await index.insert(row);
    expect([await reserved(other), await reserved(other), await reserved(other)]).toEqual(['room_a', 'room_a', 'open']);
    await index.update(row, withFacts(row, { current_size: 3 }));
    expect(await reserved(other)).toBe('open');
    await index.update(row, withFacts(row, { current_size: 2 }));
    expect([await reserved(other), await reserved(other)]).toEqual(['room_a', 'open']);
    await index.update(row, withFacts(row, { current_size: 4 }));
    await index.update(row, withFacts(row, { current_size: 1 }));
    for (let n = 0; n < 3; n++) expect(await reserved(other)).toBe('room_a');
    expect(await reserved(other)).toBe('open');
  });
});

test('a place is free again when nobody came for it, in Redis and in one process', async () => {
  const quick = indexOn(server, { placeMs: 50 });
  await ready(quick);
  await quick.insert(gameRow('room_a', { current_size: 3 }));
  expect([await reserved(quick), await reserved(quick)]).toEqual(['room_a', 'open']);
  await expect.poll(() => reserved(quick)).toBe('room_a');
  expect(await server.client().exists('recall:{listed}:promised')).toBe(1);
  await expect.poll(() => quick.sweep().then(() => server.client().exists('recall:{listed}:promised'))).toBe(0);
  await quick.shutdown();

  let now = 0;
  const local = new LocalRoomIndex({ elapsed: () => now });
  await local.insert(gameRow('room_a', { current_size: 3 }));
  expect([await reserved(local), await reserved(local)]).toEqual(['room_a', 'open']);
  now = 20_000;
  expect(await reserved(local)).toBe('room_a');
});

test('who waits for a room whose process dies while it opens it is soon told to open another', async () => {
  const dying = indexOn(server, { openingMs: 100 });
  await ready(dying);
  expect(await dying.reservePlace(wish('room_a'))).toBe('open');
  await dying.shutdown();
  expect(await one.reservePlace(wish('room_b'))).toBe('open');
});

test('who has opened a room has as long to sit down as anybody, however quick it had to be opened', async () => {
  const hasty = indexOn(server, { openingMs: 1, placeMs: 60_000 });
  await ready(hasty);
  expect(await hasty.reservePlace(wish('room_a'))).toBe('open');
  await hasty.insert(gameRow('room_a', { max_size: 1 }));
  expect(Number(await server.client().zscore('recall:{listed}:promised', 'room_a'))).toBeGreaterThan(
    Date.now() + 30_000,
  );
  expect(await reserved(one)).toBe('open');
  await hasty.shutdown();
});
