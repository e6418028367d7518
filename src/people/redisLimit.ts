import { RateLimiterRedis } from 'rate-limiter-flexible';
import type { AnyRedis } from '../journal/redisCluster.ts';
import type { Log } from '../ops/log.ts';
import { type Limits, localLimits, waitFor, waitLeft } from './limit.ts';
import { hashOfKey } from './user.ts';

/**
 * uses, window, limit -> how many are used now, and for how long. In place of the library's own script, which counts in
 * whole seconds, counts what it refuses, and gives back more than was used. Here a refusal and its count are one step:
 * else refusals given back when a new window has begun would add to it.
 */
const count = `
local used = tonumber(redis.call('GET', KEYS[1]) or 0)
local after = used + ARGV[1]
if after > tonumber(ARGV[3]) then return { after, redis.call('PTTL', KEYS[1]) } end
if after <= 0 then
  redis.call('DEL', KEYS[1])
  return { 0, 0 }
end
if used == 0 then
  redis.call('SET', KEYS[1], after, 'PX', ARGV[2])
else
  redis.call('INCRBY', KEYS[1], ARGV[1])
end
return { after, redis.call('PTTL', KEYS[1]) }`;

/**
 * For any number of processes, which count together; each for itself while Redis does not answer. Who is limited stands there
 * by a hash.
 */
export const redisLimits =
  (redis: AnyRedis, log: Log): Limits =>
  (name, uses, windowMs) => {
    const limiter = new RateLimiterRedis({
      storeClient: redis,
      keyPrefix: `recall:limit:${name}`,
      points: uses,
      // Handed on to the script as it is.
      duration: Math.ceil(windowMs),
      customIncrTtlLuaScript: count,
    });
    const alone = localLimits(name, uses, windowMs);
    const told = (err: unknown) => log.debug({ err, limit: name }, 'Redis does not count: this process does by itself');
    const orAlone =
      (ask: (key: string) => Promise<number | null>, askAlone: (key: string) => Promise<number | null>) =>
      (key: string) =>
        ask(key).catch((error) => {
          told(error);
          return askAlone(key);
        });
    return {
      use: orAlone((key) => waitFor(limiter.consume(hashOfKey(key))), alone.use),
      peek: orAlone(async (key) => waitLeft(await limiter.get(hashOfKey(key)), uses), alone.peek),
      giveBack: async (key) => {
        try {
          await limiter.reward(hashOfKey(key));
        } catch (error) {
          told(error);
          await alone.giveBack(key);
        }
      },
    };
  };
