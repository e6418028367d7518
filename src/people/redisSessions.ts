import type { AnyRedis } from '../journal/redisCluster.ts';
import { type Sessions, sessionOf } from './sessions.ts';

/** ttl, last seen at or nothing, fields and values… In one step, so that no session is left without an end. */
const put = `
for i = 3, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
local seen = tonumber(ARGV[2])
if seen and seen > tonumber(redis.call('HGET', KEYS[1], 'last_seen_at') or 0) then
  redis.call('HSET', KEYS[1], 'last_seen_at', ARGV[2])
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])`;

type Put = (key: string, ttlMs: number, seenAt: number | '', ...fields: string[]) => Promise<unknown>;

/** For any number of processes: a hash for each user, which ends by itself. */
export function redisSessions(redis: AnyRedis, ttlMs: number): Sessions {
  redis.defineCommand('putSession', { numberOfKeys: 1, lua: put });
  const { putSession } = redis as unknown as { putSession: Put };
  const store = (userId: string, seenAt: number | '', ...fields: string[]) =>
    putSession.call(redis, keyOf(userId), Math.ceil(ttlMs), seenAt, ...fields);

  return {
    async of(userId) {
      const { name, settings, last_seen_at } = await redis.hgetall(keyOf(userId));
      if ((name ?? settings ?? last_seen_at) === undefined) return undefined;
      return sessionOf(name, settings, last_seen_at);
    },
    async remember(userId, { name, settings }) {
      const named = name === undefined ? [] : ['name', name];
      await store(userId, '', ...named, ...(settings ? ['settings', JSON.stringify(settings)] : []));
    },
    async seen(userId, atMs) {
      await store(userId, Math.round(atMs));
    },
    async lastSeen(userIds) {
      // Each by itself: they are on different nodes of a Redis Cluster.
      const seen = await Promise.all(userIds.map((userId) => redis.hget(keyOf(userId), 'last_seen_at')));
      return new Map(userIds.flatMap((userId, i) => (seen[i] ? [[userId, Number(seen[i])] as const] : [])));
    },
    async end(userId) {
      await redis.del(keyOf(userId));
    },
    async sweep() {},
  };
}

const keyOf = (userId: string): string => `recall:{user:${userId}}:session`;
