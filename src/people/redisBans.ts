import type { AnyRedis } from '../journal/redisCluster.ts';
import { type Ban, type Bans, banFailed, bansUnknown } from './bans.ts';
import { orUnavailable } from './unavailable.ts';
import { isGuestId } from './user.ts';

/** The users who are or were banned, by when that is over: what a list of the bans goes by, and nothing else. */
const listed = 'recall:bans';

/** A ban that is over stays on that list for longer, ms: one that is just being set must not vanish from it. */
const listedForMs = 86_400_000;

/**
 * How long (ms), channel, user id as JSON, by whom as JSON. It is told in the same step in which it is stored. Time is
 * Redis' own, whatever the clocks of the processes say.
 */
const ban = `
local time = redis.call('TIME')
local at = time[1] * 1000 + math.floor(time[2] / 1000)
local ban = string.format('{"at":%.0f,"until":%.0f,"by":', at, at + ARGV[1]) .. ARGV[4] .. '}'
redis.call('SET', KEYS[1], ban, 'PX', ARGV[1])
redis.call('PUBLISH', ARGV[2], ARGV[3])
return ban`;

type BanUser = (keys: number, ...keysAndArguments: (string | number)[]) => Promise<string>;

interface RedisBans extends Bans {
  /** That of a user who has been erased and can't come back is gone. */
  drop(erased: string): Promise<void>;
}

/** A key for each user, which ends with the ban. @param channel on which every process hears who has to go */
export function redisBans(redis: AnyRedis, channel: string): RedisBans {
  redis.defineCommand('banUser', { lua: ban });
  const { banUser } = redis as unknown as { banUser: BanUser };

  const stored = <T>(done: Promise<T>) => orUnavailable(done, banFailed);

  async function inForce(): Promise<readonly Ban[]> {
    const [seconds = 0] = (await redis.time()) as unknown as number[];
    await redis.zremrangebyscore(listed, 0, Number(seconds) * 1000 - listedForMs);
    const userIds = await redis.zrange(listed, 0, -1);
    // Each by itself: they are on different nodes of a Redis Cluster.
    const found = await Promise.all(
      userIds.map(async (userId) => [userId, await redis.get(banKeyOf(userId))] as const),
    );
    return found
      .flatMap(([userId, kept]) => (kept === null ? [] : banIn(userId, kept)))
      .sort((one, other) => one.until - other.until);
  }

  return {
    async ban(userId, ms, by) {
      const told = [channel, JSON.stringify(userId), JSON.stringify(by)];
      const kept = banIn(userId, await stored(banUser.call(redis, 1, banKeyOf(userId), Math.ceil(ms), ...told)));
      await stored(redis.zadd(listed, kept.until, userId));
      return kept;
    },
    unban: async (userId) => (await stored(redis.del(banKeyOf(userId)))) > 0,
    bans: () => orUnavailable(inForce(), bansUnknown),
    async drop(erased) {
      if (isGuestId(erased)) await Promise.all([redis.unlink(banKeyOf(erased)), redis.zrem(listed, erased)]);
    },
  };
}

export const banKeyOf = (userId: string): string => `recall:{user:${userId}}:banned`;

/** @param kept as its key has it */
export const banIn = (userId: string, kept: string): Ban => ({ userId, ...(JSON.parse(kept) as Omit<Ban, 'userId'>) });
