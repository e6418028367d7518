import { matchMaker } from '@colyseus/core';
import type { Redis } from 'ioredis';
import { heardOf } from './heard.ts';

/**
 * The processes of the cluster. Not those of Colyseus' list alone: it is written a second after a process has begun, and
 * who was taken for dead and lives is off it until their next room.
 */
export interface Processes {
  /** Dead ones included. */
  known(): Promise<ReadonlySet<string>>;
  /** Which of these can be heard, by a connection that vanishes with its process. */
  heardOf(processIds: readonly string[]): Promise<ReadonlySet<string>>;
  add(processId: string): Promise<void>;
  remove(processId: string): Promise<void>;
}

/** Those that are known and can be heard. */
export async function living(processes: Processes): Promise<ReadonlySet<string>> {
  return processes.heardOf([...(await processes.known())]);
}

/** A set of process ids. It ends with the last one; dead ones stay in it until somebody has taken their rooms over. */
const KEY = 'recall:processes';

export function redisProcesses(redis: Redis): Processes {
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
