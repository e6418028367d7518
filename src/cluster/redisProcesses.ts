import { matchMaker } from '@colyseus/core';
import type { AnyRedis } from '../journal/redisCluster.ts';
import { heardBy, heardOf } from './heard.ts';
import type { Processes } from './processes.ts';

/** A set of process ids. It ends with the last one; dead ones stay in it until somebody has taken their rooms over. */
const KEY = 'recall:processes';

/** Those that live, for who is none of them. */
export const livingIn = async (redis: AnyRedis): Promise<ReadonlySet<string>> =>
  heardBy(redis, await redis.smembers(KEY));

export function redisProcesses(redis: AnyRedis): Processes {
  return {
    async known() {
      const [ours, listed] = await Promise.all([redis.smembers(KEY), matchMaker.stats.fetchAll()]);
      return new Set([...ours, ...listed.map(({ processId }) => processId)]);
    },
    heardOf,
    async add(processId) {
      await redis.sadd(KEY, processId);
    },
    async remove(processId) {
      await Promise.all([redis.srem(KEY, processId), matchMaker.stats.excludeProcess(processId)]);
    },
  };
}
