import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { RedisServer } from '../../harness/redis.ts';
import type { RedisRoomIndex } from '../../src/cluster/driver.ts';
import { LocalRoomIndex } from '../../src/cluster/localRoomIndex.ts';
import type { PublicFilter, RoomIndex, RoomKind } from '../../src/cluster/roomIndex.ts';
import { gameRow, idsOf, indexOn, ready, withFacts } from './rows.ts';

let server: RedisServer;
let redis: RedisRoomIndex;

beforeAll(async () => {
  server = await RedisServer.start({ appendfsync: 'no' });
  redis = indexOn(server);
  await ready(redis);
});

beforeEach(async () => {
  await server.client().flushall();
});

afterAll(async () => {
  await redis.shutdown();
  await server.dispose();
});

describe.each([
  ['in Redis', () => redis],
  ['in one process', () => new LocalRoomIndex()],
] as [string, () => RoomIndex][])('the public list %s', (_, make) => {
  let index: RoomIndex;
  beforeEach(() => {
    index = make();
  });

  const ids = async (filter: PublicFilter = {}) => idsOf((await index.listPublic({ ...filter, limit: 100 })).rooms);

  test('shows rooms that wait with a free seat, the newest first', async () => {
    await index.insert(gameRow('room_a', { created_at: 1000, auto_start: false }));
    await index.insert(gameRow('room_b', { created_at: 3000, current_size: 3 }));
    await index.insert(gameRow('room_c', { created_at: 2000, game_type: 'clear' }));
    await index.insert(gameRow('room_d', { created_at: 4000, current_size: 4 }));
    await index.insert(gameRow('room_e', { created_at: 5000, phase: 'player_turn' }));
    await index.insert(gameRow('room_f', { created_at: 6000, current_size: 3, phase: 'finished' }));
    expect(await ids()).toEqual(['room_f', 'room_b', 'room_c', 'room_a']);
    expect(await ids({ phase: 'waiting_for_players' })).toEqual(['room_b', 'room_c', 'room_a']);
    expect(await ids({ phase: 'finished' })).toEqual(['room_f']);
    expect(await ids({ minFree: 2 })).toEqual(['room_c', 'room_a']);
    expect(await ids({ minFree: 0 })).toEqual(['room_f', 'room_d', 'room_b', 'room_c', 'room_a']);
    expect(await ids({ gameType: 'clear' })).toEqual(['room_c']);
    expect(await ids({ phase: 'player_turn' })).toEqual(['room_e']);
    expect(await ids({ phase: 'player_turn', minFree: 5 })).toEqual([]);
  });

  test('shows no private room, and none that is locked (never again 8)', async () => {
    await index.insert(gameRow('room_a', { permission: 'private' }, { private: true, unlisted: true }));
    await index.insert(gameRow('room_b', {}, { locked: true }));
    await index.insert(gameRow('room_c', {}, { unlisted: true }));
    await index.insert(gameRow('room_d', {}, { metadata: undefined }));
    expect(await index.listPublic({ limit: 10 })).toEqual({ rooms: [], total: 0, next: undefined });
    expect((await index.listAll({ name: 'recall', limit: 10 })).total).toBe(4);
    expect((await index.listAll({ name: 'lobby', limit: 10 })).total).toBe(0);
  });

  test('of all rooms, or of those of a kind, has private ones too', async () => {
    await index.insert(
      gameRow('room_a', { created_at: 1000, permission: 'private' }, { private: true, unlisted: true }),
    );
    await index.insert(gameRow('room_b', { created_at: 2000, game_type: 'clear' }));
    await index.insert(gameRow('room_c', { created_at: 3000, phase: 'player_turn', game_type: 'clear' }));
    await index.insert(gameRow('room_d', { created_at: 4000 }, { metadata: undefined }));
    const all = async (kind: RoomKind) =>
      (await index.listAll({ name: 'recall', ...kind, limit: 10 })).rooms.map(({ roomId }) => roomId);
    expect((await all({})).sort()).toEqual(['room_a', 'room_b', 'room_c', 'room_d']);
    expect(await all({ gameType: 'clear' })).toEqual(['room_c', 'room_b']);
    expect(await all({ phase: 'waiting_for_players' })).toEqual(['room_b', 'room_a']);
    expect(await all({ gameType: 'classic', phase: 'player_turn' })).toEqual([]);
    await index.remove('room_b');
    expect(await all({ gameType: 'clear' })).toEqual(['room_c']);
  });

  test('is paged without a room missed or repeated while rooms come, go and fill', async () => {
    // Some have the same age.
    const rows = Array.from({ length: 10 }, (_, n) => gameRow(`room_${n}`, { created_at: 1000 + Math.floor(n / 3) }));
    for (const row of rows) await index.insert(row);
    const first = await index.listPublic({ limit: 4 });
    expect(idsOf(first.rooms)).toEqual(['room_9', 'room_8', 'room_7', 'room_6']);
    expect(first.total).toBe(10);

    await index.insert(gameRow('room_new', { created_at: 9000 }));
    await index.remove('room_6');
    const [, , , , fills, begins] = rows as [never, never, never, never, (typeof rows)[0], (typeof rows)[0]];
    await index.update(fills, withFacts(fills, { current_size: 2 }));
    await index.update(begins, withFacts(begins, { phase: 'initial_peek' }));
    const second = await index.listPublic({ limit: 4, cursor: first.next });
    expect(idsOf(second.rooms)).toEqual(['room_4', 'room_3', 'room_2', 'room_1']);
    expect(second.total).toBe(9);
    const third = await index.listPublic({ limit: 4, cursor: second.next });
    expect([idsOf(third.rooms), third.next]).toEqual([['room_0'], undefined]);
  });

  test.each(['', 'x', '1-room_a', '000000000001000', '000000000001000-room a', `000000000001000-${'a'.repeat(99)}`])(
    'refuses a cursor that it has not given: "%s"',
    async (cursor) => {
      await expect(index.listPublic({ limit: 4, cursor })).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
      await expect(index.listAll({ name: 'recall', limit: 4, cursor })).rejects.toMatchObject({
        code: 'INVALID_OPTIONS',
      });
    },
  );
});
