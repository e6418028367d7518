import type { AnyRedis } from '../journal/redisCluster.ts';
import { changedUsers, type UserRooms } from './userRooms.ts';

/**
 * For any number of processes. Two kinds of hashes, each for itself in a slot of a Redis Cluster:
 * - of a user: by room id, the session id of their seat;
 * - of a room: by user id, the same. It names whoever may have the room in theirs, so that a room which comes back after
 *   a crash finds those who have left it meanwhile.
 * They end by themselves when nobody renews them.
 */
export function redisUserRooms(redis: AnyRedis): UserRooms {
  return {
    async seat(roomId, seats, ttlMs) {
      const [ttl, seatsKey] = [Math.ceil(ttlMs), keyOfSeats(roomId)];
      const before = new Map(Object.entries(await redis.hgetall(seatsKey)));
      const changed = changedUsers(before, seats);
      // Named here first and forgotten here last: a crash in between leaves nobody's list with a room that doesn't know.
      if (seats.size > 0) await Promise.all([redis.hset(seatsKey, new Map(seats)), redis.pexpire(seatsKey, ttl)]);
      const put = [...seats].flatMap(([userId, sessionId]) => {
        const key = keyOfUser(userId);
        return [redis.hset(key, roomId, sessionId), redis.pexpire(key, ttl)];
      });
      const gone = changed.filter((userId) => !seats.has(userId));
      await Promise.all([...put, ...gone.map((userId) => redis.hdel(keyOfUser(userId), roomId))]);
      if (gone.length > 0) await redis.hdel(seatsKey, ...gone);
      return changed;
    },

    async of(userId) {
      return new Map(Object.entries(await redis.hgetall(keyOfUser(userId))));
    },
  };
}

const keyOfUser = (userId: string): string => `recall:{user:${userId}}:rooms`;
const keyOfSeats = (roomId: string): string => `recall:{${roomId}}:users`;
