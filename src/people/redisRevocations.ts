import type { Redis } from 'ioredis';
import type { Follow } from './follow.ts';
import { doubt, keptUntil, type Revocations, unavailable } from './revocations.ts';

/** Every process hears on it of who signs out: the id of the user, as JSON. */
const channel = 'recall:signed_out';

/**
 * when, ttl, channel, user id as JSON. A moment is never moved back, nor is the end of its time. It is told in the same
 * step in which it is stored, so that neither can be without the other.
 */
const revoke = `
local at = redis.call('GET', KEYS[1])
local ttl = redis.call('PTTL', KEYS[1])
if not at or tonumber(at) < tonumber(ARGV[1]) then at = ARGV[1] end
if ttl < tonumber(ARGV[2]) then ttl = ARGV[2] end
redis.call('SET', KEYS[1], at, 'PX', ttl)
redis.call('PUBLISH', ARGV[3], ARGV[4])`;

type Revoke = (key: string, atMs: number, ttlMs: number, channel: string, message: string) => Promise<unknown>;

/**
 * For any number of processes: a key for each user who has signed out, which ends with the last token that it refuses.
 * @param sessionTtlMs how long a sign-out is kept at least
 */
export function redisRevocations(redis: Redis, follow: Follow, sessionTtlMs: number): Revocations {
  redis.defineCommand('revokeTokens', { numberOfKeys: 1, lua: revoke });
  const { revokeTokens } = redis as unknown as { revokeTokens: Revoke };

  return {
    async revoke(user, atMs) {
      const ttlMs = keptUntil(user, atMs, sessionTtlMs) - atMs;
      try {
        await revokeTokens.call(redis, keyOf(user.id), atMs, ttlMs, channel, JSON.stringify(user.id));
      } catch (cause) {
        throw unavailable('signing out failed: try again', cause);
      }
    },
    async refuses(user) {
      const at = await redis.get(keyOf(user.id)).catch((cause) => {
        throw unavailable(doubt, cause);
      });
      return at !== null && Number(at) >= user.tokenIssuedAt;
    },
    async onSignOut(subscriber, onGap = () => {}) {
      await follow(channel, subscriber, onGap);
    },
  };
}

const keyOf = (userId: string): string => `recall:{user:${userId}}:signed_out`;
