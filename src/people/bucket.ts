import type { AnyRedis } from '../journal/redisCluster.ts';
import type { Log } from '../ops/log.ts';
import { hashOfKey } from './user.ts';

/** So much for each key, which comes back evenly as time passes: unlike a `Limit`, which has all of it back at once. */
export interface Bucket {
  /**
   * Takes one, unless fewer than `spared` would be left.
   * @returns null, or in how many ms one may be taken; nothing was taken then.
   */
  take(key: string, spared: number): Promise<number | null>;
}

/**
 * Makes a bucket.
 * @param name of what is in it; with Redis, two of one name are the same
 * @param size how much is in it when it is full
 * @param windowMs how long it takes from empty to full
 */
export type Buckets = (name: string, size: number, windowMs: number) => Bucket;

/** For one process. */
export const localBuckets: Buckets = (_name, size, windowMs) => {
  const eachMs = windowMs / size;
  /** By key, when the bucket is full again, by the monotonic clock; the one that was used last is the last. */
  const fullAt = new Map<string, number>();
  return {
    async take(key, spared) {
      const now = performance.now();
      for (const [one, at] of fullAt) {
        if (at > now) break;
        fullAt.delete(one);
      }
      const missingMs = Math.max(0, (fullAt.get(key) ?? 0) - now);
      const waitMs = missingMs - (size - 1 - spared) * eachMs;
      if (waitMs > 0) return Math.ceil(waitMs);
      fullAt.delete(key);
      fullAt.set(key, now + missingMs + eachMs);
      return null;
    },
  };
};

/** how much may be missing (ms), what one is (ms) -> how long to wait (ms), or 0 where one was taken. */
const take = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local missing = math.max(0, tonumber(redis.call('GET', KEYS[1]) or 0) - now)
local wait = missing - ARGV[1]
if wait > 0 then return math.ceil(wait) end
missing = missing + ARGV[2]
redis.call('SET', KEYS[1], string.format('%.3f', now + missing), 'PX', math.ceil(missing))
return 0`;

/** For any number of processes, which share what there is; each for itself while Redis does not answer. */
export const redisBuckets =
  (redis: AnyRedis, log: Log): Buckets =>
  (name, size, windowMs) => {
    const alone = localBuckets(name, size, windowMs);
    const eachMs = windowMs / size;
    return {
      async take(key, spared) {
        try {
          const mayMissMs = (size - 1 - spared) * eachMs;
          const waitMs = await redis.eval(take, 1, `recall:limit:${name}:${hashOfKey(key)}`, mayMissMs, eachMs);
          return Number(waitMs) || null;
        } catch (err) {
          log.debug({ err, bucket: name }, 'Redis does not count: this process does by itself');
          return alone.take(key, spared);
        }
      },
    };
  };
