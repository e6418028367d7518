import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RedisServer } from '../../harness/redis.ts';
import { redisUserRooms } from '../../src/people/redisUserRooms.ts';
import { localUserRooms, type UserRooms } from '../../src/people/userRooms.ts';

let redis: RedisServer;
beforeAll(async () => {
  redis = await RedisServer.start();
});
afterAll(() => redis.dispose());

const ttlMs = 60_000;
const seats = (record: Record<string, string>) => new Map(Object.entries(record));

const kinds: Record<string, () => Promise<UserRooms>> = {
  'in one process': async () => localUserRooms(),
  'in Redis': async () => {
    const client = redis.client();
    await client.flushall();
    return redisUserRooms(client);
  },
};

describe.each(Object.entries(kinds))('the rooms of users, %s', (_, make) => {
  test('are those in which they hold a seat, and each change tells whose they are', async () => {
    const rooms = await make();
    expect(await rooms.seat('a', seats({ ann: '1', bob: '2' }), ttlMs)).toEqual(['ann', 'bob']);
    expect(await rooms.seat('b', seats({ ann: '3' }), ttlMs)).toEqual(['ann']);
    expect(await rooms.of('ann')).toEqual(seats({ a: '1', b: '3' }));
    expect(await rooms.seat('a', seats({ ann: '1', bob: '2' }), ttlMs)).toEqual([]);
    expect((await rooms.seat('a', seats({ bob: '4', cat: '5' }), ttlMs)).toSorted()).toEqual(['ann', 'bob', 'cat']);
    expect(await rooms.of('ann')).toEqual(seats({ b: '3' }));
    expect(await rooms.of('bob')).toEqual(seats({ a: '4' }));
    expect((await rooms.seat('a', new Map(), ttlMs)).toSorted()).toEqual(['bob', 'cat']);
    expect(await rooms.of('cat')).toEqual(new Map());
  });

  test('are nobody else’s, whatever their ids look like', async () => {
    const rooms = await make();
    const ids = ['{a}', '}', 'a}:rooms', '*', 'ann bob'];
    for (const id of ids) await rooms.seat(`room of ${id}`, new Map([[id, 'x']]), ttlMs);
    for (const id of ids) expect(await rooms.of(id)).toEqual(new Map([[`room of ${id}`, 'x']]));
    expect(await rooms.of('a')).toEqual(new Map());
  });
});

test('in Redis, nothing is left of a room that is over, and all ends by itself when nobody renews it', async () => {
  const client = redis.client();
  await client.flushall();
  const rooms = redisUserRooms(client);
  await rooms.seat('a', seats({ ann: '1', bob: '2' }), ttlMs);
  for (const key of await client.keys('*')) expect(await client.pttl(key)).toBeGreaterThan(0);
  await rooms.seat('a', new Map(), ttlMs);
  expect(await client.keys('*')).toEqual([]);
});
