import { matchMaker } from '@colyseus/core';
import type { Redis } from 'ioredis';
import { heardOf } from './heard.ts';

/** A set of process ids. It ends with the last one; dead ones stay in it until somebody has taken their rooms over. */
const KEY = 'recall:processes';

/**
 * The processes of the cluster. Not those of Colyseus' list alone: it is written a second after a process has begun, and
 * who was taken for dead and lives is off it until their next room.
 */
export class Processes {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** Dead ones included. */
  async known(): Promise<ReadonlySet<string>> {
    const [ours, listed] = await Promise.all([this.#redis.smembers(KEY), matchMaker.stats.fetchAll()]);
    return new Set([...ours, ...listed.map(({ processId }) => processId)]);
  }

  /** Those that Redis hears. */
  async living(): Promise<ReadonlySet<string>> {
    return heardOf([...(await this.known())]);
  }

  async add(processId: string): Promise<void> {
    await this.#redis.sadd(KEY, processId);
  }

  async remove(processId: string): Promise<void> {
    await Promise.all([this.#redis.srem(KEY, processId), matchMaker.stats.excludeProcess(processId)]);
  }
}
