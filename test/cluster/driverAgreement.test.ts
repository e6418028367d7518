import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RedisServer } from '../../harness/redis.ts';
import type { RedisRoomIndex } from '../../src/cluster/driver.ts';
import { LocalRoomIndex } from '../../src/cluster/localRoomIndex.ts';
import type { GameRow, RoomIndex } from '../../src/cluster/roomIndex.ts';
import { gameRow, idsOf, indexOn, ready, reserved, withFacts } from './rows.ts';

let server: RedisServer;
let one: RedisRoomIndex;
let two: RedisRoomIndex;

beforeAll(async () => {
  server = await RedisServer.start({ appendfsync: 'no' });
  one = indexOn(server);
  two = indexOn(server);
  await ready(one, two);
});

afterAll(async () => {
  await Promise.all([one.shutdown(), two.shutdown()]);
  await server.dispose();
});

const facts = fc.record({
  current_size: fc.integer({ min: 0, max: 4 }),
  people: fc.integer({ min: 0, max: 2 }),
  phase: fc.constantFrom('waiting_for_players', 'waiting_for_players', 'player_turn', 'finished'),
  game_type: fc.constantFrom('classic', 'clear'),
  permission: fc.constantFrom('public', 'public', 'private'),
  auto_start: fc.constantFrom(true, true, false),
  max_size: fc.constantFrom(4, 4, 8),
});
const roomIds = fc.integer({ min: 0, max: 5 }).map((n) => `room_${n}`);

test('on the same operations the index in Redis finds the rooms that the one in one process finds', async () => {
  const partly = fc.oneof(
    fc.record({ current_size: fc.integer({ min: 0, max: 4 }) }),
    fc.record({ people: fc.integer({ min: 0, max: 2 }) }),
    fc.record({ phase: fc.constantFrom('waiting_for_players', 'player_turn') }),
  );
  const operations = fc.oneof(
    { weight: 3, arbitrary: fc.tuple(fc.constant('insert'), roomIds, facts) },
    { weight: 4, arbitrary: fc.tuple(fc.constant('change'), roomIds, partly) },
    fc.tuple(fc.constant('lock'), roomIds, fc.boolean()),
    fc.tuple(fc.constant('remove'), roomIds),
    fc.tuple(fc.constant('giveBack'), roomIds),
    { weight: 6, arbitrary: fc.tuple(fc.constant('reserve'), fc.subarray(['room_0', 'room_1', 'room_2'])) },
    { weight: 2, arbitrary: fc.tuple(fc.constant('list'), fc.integer({ min: 0, max: 4 })) },
  ) as unknown as fc.Arbitrary<[string, ...never[]]>;

  await fc.assert(
    fc.asyncProperty(fc.array(operations, { minLength: 10, maxLength: 60 }), async (done) => {
      await server.client().flushall();
      const local = new LocalRoomIndex();
      const rows = new Map<string, [GameRow, GameRow]>();
      let created = 1000;
      const change = async (roomId: string, $set: (row: GameRow) => object) => {
        const [mine, other] = rows.get(roomId) ?? [];
        if (!mine || !other) return;
        local.update(mine, { $set: $set(mine) });
        await one.update(other, { $set: $set(other) });
      };
      const perform: Record<string, (...args: never[]) => Promise<unknown>> = {
        async insert(roomId: string, of: Partial<GameRow['metadata']>) {
          created += 1;
          const row = () => gameRow(roomId, { ...of, created_at: created });
          const both: [GameRow, GameRow] = [row(), row()];
          if (await local.insert(both[0])) rows.set(roomId, both);
          await one.insert(both[1]);
        },
        change: (roomId: string, of: object) => change(roomId, (row) => withFacts(row, of).$set),
        lock: (roomId: string, locked: boolean) => change(roomId, () => ({ locked })),
        async remove(roomId: string) {
          expect(await two.remove(roomId)).toBe(local.remove(roomId));
        },
        async giveBack(roomId: string) {
          await Promise.all([local.giveBack(roomId), two.giveBack(roomId)]);
        },
        async reserve(skip: string[]) {
          expect(await reserved(two, skip)).toBe(await reserved(local, skip));
        },
        async list(minFree: number) {
          expect(await two.listPublic({ minFree, limit: 3 })).toEqual(await local.listPublic({ minFree, limit: 3 }));
          const kind = { name: 'recall', phase: 'waiting_for_players', limit: 3 } as const;
          expect(await two.listAll(kind)).toEqual(await local.listAll(kind));
        },
      };
      for (const [type, ...args] of done) await perform[type]?.(...args);
      expect(await two.listAll({ name: 'recall', limit: 10 })).toEqual(
        await local.listAll({ name: 'recall', limit: 10 }),
      );
    }),
    { numRuns: 60 },
  );
}, 60_000);

test('what is found agrees with the rows after two processes have changed rooms and reserved places at once', async () => {
  const types = fc.constantFrom('change', 'insert', 'remove', 'reserve', 'reserve');
  const operation = fc.tuple(fc.boolean(), types, roomIds, facts);
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 30, maxLength: 80 }), async (operations) => {
      await server.client().flushall();
      await Promise.all(
        operations.map(async ([first, type, roomId, of], n) => {
          const index = first ? one : two;
          const row = gameRow(roomId, of as Partial<GameRow['metadata']>);
          if (type === 'insert') await index.insert(row);
          if (type === 'change') await index.update(row, {});
          if (type === 'remove') await index.remove(roomId);
          if (type === 'reserve') await index.giveBack(await reserved(index, [], `room_new${n}`));
        }),
      );
      const local = new LocalRoomIndex();
      for (const row of await one.query({})) await local.insert(row);
      for (const gameType of ['classic', 'clear'] as const) {
        for (const minFree of [0, 1, 4]) {
          const page = { gameType, minFree, limit: 10 };
          expect(await one.listPublic(page)).toEqual(await local.listPublic(page));
        }
      }
      const places = async (index: RoomIndex) => {
        const order = [];
        for (let place = ''; place !== 'open'; order.push(place)) place = await reserved(index);
        return order;
      };
      expect(await places(two)).toEqual(await places(local));
      for (const roomId of idsOf(await one.query({}))) await two.remove(roomId);
      expect(await server.client().keys('*')).toEqual([]);
    }),
    { numRuns: 40 },
  );
}, 60_000);
