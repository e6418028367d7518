import type { IRoomCache } from '@colyseus/core';
import { type AnyRedis, primariesOf } from '../journal/redisCluster.ts';
import { banKeyOf } from '../people/redisBans.ts';
import type { RoomFacts } from '../protocol/toClient.ts';
import type { Traces } from './erasing.ts';
import type { RoomIndex } from './roomIndex.ts';

/** So many keys are looked at in one step. */
const atOnce = 1_000;

export interface RedisTracesOptions {
  readonly index: Pick<RoomIndex, 'query' | 'update'>;
  /** The processes that live: how they list their rooms is up to them. */
  readonly living: () => Promise<ReadonlySet<string>>;
  readonly scrub: () => Promise<void>;
}

/**
 * Looks through all keys, since some of them are named by rooms and processes that may be gone: the user's own; who sits in
 * a room; who a process says is there; and whose a room is that a dead process has listed.
 */
export function redisTraces(redis: AnyRedis, { index, living, scrub }: RedisTracesOptions): Traces {
  return {
    scrub,
    async forget(userId) {
      let found = 0;
      const own = `recall:{user:${userId}}:`;
      // It is for who says that they are erased (revocations.ts).
      const ban = banKeyOf(userId);
      for await (const keys of everyKey(redis)) {
        const gone = keys.map((key) => {
          if (key.startsWith(own)) return key === ban ? 0 : redis.unlink(key);
          return isOfUsers(key) ? redis.hdel(key, userId) : 0;
        });
        for (const count of await Promise.all(gone)) found += count;
      }
      return (await delist(userId)) || found > 0;
    },
  };

  async function delist(userId: string): Promise<boolean> {
    const alive = await living();
    const rows = (await index.query({})) as (IRoomCache & { metadata?: RoomFacts })[];
    const theirs = rows.filter((row) => row.metadata?.owner_id === userId && !alive.has(row.processId));
    for (const row of theirs) await index.update(row, { $set: { metadata: { ...row.metadata, owner_id: '' } } });
    return theirs.length > 0;
  }
}

async function* everyKey(redis: AnyRedis): AsyncIterable<readonly string[]> {
  for (const primary of primariesOf(redis)) yield* primary.scanStream({ match: 'recall:*', count: atOnce });
}

/** A hash whose fields are user ids. */
const isOfUsers = (key: string): boolean =>
  /^recall:\{room_[\w-]+\}:users$/.test(key) || key.startsWith('recall:{presence}:of:');
