import type { AnyRedis } from '../journal/redisCluster.ts';
import type { Follow } from './follow.ts';
import { banIn, banKeyOf, redisBans } from './redisBans.ts';
import { doubt, forever, type Revocations, refusalOf, type Standing, signOutFailed, sparedMs } from './revocations.ts';
import { orUnavailable } from './unavailable.ts';
import { hashOfUser } from './user.ts';

/** Every process hears on it of who signs out, or is banned: the id of the user, as JSON. */
const channel = 'recall:signed_out';

/** By hash, as JSON, who is still to be erased, and who has asked for it. */
const underWay = 'recall:erasing';

/**
 * The token's last moment, the least ttl, what to spare, channel, user id as JSON, and what the generation has to be later
 * than; with a second key, the token is refused as well. A generation never goes back, nor does the end of its time. It is
 * told in the same step in which it is stored, so that neither can be without the other. Time is Redis' own, whatever the clocks of the processes say.
 */
const revoke = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ttl = math.min(math.max(ARGV[1] - now, ARGV[2]) + ARGV[3], 8.64e15)
local before = tonumber(redis.call('GET', KEYS[1]) or 0)
local kept = redis.call('PTTL', KEYS[1])
local generation = string.format('%.0f', math.max(before + 1, ARGV[6] + 1, now))
redis.call('SET', KEYS[1], generation, 'PX', string.format('%.0f', math.max(ttl, kept)))
if KEYS[2] then redis.call('SET', KEYS[2], 1, 'PX', string.format('%.0f', ttl)) end
redis.call('PUBLISH', ARGV[4], ARGV[5])`;

type Revoke = (keys: number, ...keysAndArguments: (string | number)[]) => Promise<unknown>;

/**
 * For any number of processes: a key for each user who has signed out, with their generation, and one for each token of
 * another issuer, which end when no token that they refuse is good any more.
 * @param sessionTtlMs how long a guest's token is good: a sign-out is kept longer
 */
export function redisRevocations(redis: AnyRedis, follow: Follow, sessionTtlMs: number): Revocations {
  redis.defineCommand('revokeTokens', { lua: revoke });
  const { revokeTokens } = redis as unknown as { revokeTokens: Revoke };

  /** @param keys of the generation, and perhaps of a token  @param laterThan what the generation has to be */
  async function endUntil(
    expiresAt: number,
    keys: readonly string[],
    userId: string,
    laterThan: number,
  ): Promise<void> {
    const times = [Math.min(expiresAt, forever), Math.ceil(sessionTtlMs), sparedMs];
    await revokeTokens.call(redis, keys.length, ...keys, ...times, channel, JSON.stringify(userId), laterThan);
  }

  async function look(userId: string, tokenHash: string): Promise<Standing> {
    const keys = [keyOf(userId), banKeyOf(userId), ...(tokenHash === '' ? [] : [tokenKeyOf(userId, tokenHash)])];
    const asked = Promise.all([redis.mget(keys), redis.get(erasedKeyOf(userId))]);
    const [[signedOut = null, ban = null, revoked = null], erased] = await orUnavailable(asked, doubt);
    const erasedAt = Number(erased ?? 0);
    const generation = Math.max(Number(signedOut ?? 0), erasedAt);
    const bannedUntil = ban === null ? null : banIn(userId, ban).until;
    return { generation, isRevoked: revoked !== null, erasedAt, bannedUntil };
  }

  const { drop: dropBan, ...bans } = redisBans(redis, channel);

  return {
    ...bans,
    async revoke({ id, tokenHash, expiresAt = forever }) {
      const keys = [keyOf(id), ...(tokenHash === '' ? [] : [tokenKeyOf(id, tokenHash)])];
      const { erasedAt } = await look(id, '');
      await orUnavailable(endUntil(expiresAt, keys, id, erasedAt), signOutFailed);
    },
    look,
    refuses: async (user) => refusalOf(await look(user.id, ''), user),
    async onSignOut(subscriber, onGap = () => {}) {
      await follow(channel, subscriber, onGap);
    },
    // One after the other: their keys lie apart in a Redis Cluster. That they are signed out goes by the hash from then on.
    async erase({ id, guest, expiresAt = forever }, by) {
      const { generation } = await look(id, '');
      const storing = redis
        .hset(underWay, hashOfUser(id), JSON.stringify({ userId: id, by }))
        .then(() => endUntil(guest ? expiresAt : forever, [erasedKeyOf(id)], id, generation));
      await orUnavailable(storing, 'it can not be done just now: try again');
    },
    erasing: async () => (await redis.hvals(underWay)).map((one) => JSON.parse(one)),
    async erased(userId) {
      await dropBan(userId);
      return (await redis.hdel(underWay, hashOfUser(userId))) === 1;
    },
  };
}

const keyOf = (userId: string): string => `recall:{user:${userId}}:signed_out`;
const erasedKeyOf = (userId: string): string => `recall:{erased:${hashOfUser(userId)}}`;
const tokenKeyOf = (userId: string, hash: string): string => `${keyOf(userId)}:${hash}`;
