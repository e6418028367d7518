import { randomUUID } from 'node:crypto';
import { type Entry, type ExpiredRoom, JournalUnavailable } from './journal.ts';
import { RedisIndex } from './redisIndex.ts';
import { endOf, keysOf } from './redisKeys.ts';
import type { RedisOwners } from './redisOwners.ts';
import type { RedisPipelines } from './redisPipelines.ts';
import { END } from './redisScripts.ts';

/** A room that was ended: who held it, and its last entry. */
interface Ended {
  readonly owner: string;
  readonly last: Entry | null;
}

/**
 * Ends the rooms whose time is over. What ends one is a step of Redis on its own keys, so that of all processes that
 * sweep one has done it, and no append falls in between. A room that has no keys is none that has expired: it was
 * forgotten, or another sweep has it.
 */
export class RedisSweep {
  readonly #pipeline: RedisPipelines;
  readonly #index: RedisIndex;
  readonly #owners: RedisOwners;
  /** Rooms that may have been ended from here, without an answer, by the name under which that was asked. */
  readonly #unsure = new Map<string, string>();

  constructor(pipeline: RedisPipelines, index: RedisIndex, owners: RedisOwners) {
    this.#pipeline = pipeline;
    this.#index = index;
    this.#owners = owners;
  }

  /**
   * @returns the rooms that were ended from here
   * @throws JournalUnavailable it has ended none, or none that it knows of: the next run tells of those
   */
  async run(): Promise<readonly ExpiredRoom[]> {
    const ended: ExpiredRoom[] = [];
    try {
      for (let more = true; more; ) {
        const due = await this.#index.due();
        const rooms = new Set([...due, ...this.#unsure.keys()]);
        const outcomes = await Promise.allSettled([...rooms].map((roomId) => this.#look(roomId, ended)));
        for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
        more = due.length === RedisIndex.batch;
      }
    } catch (error) {
      // What was ended has to be told: nobody else will be.
      if (ended.length === 0) throw error;
    }
    return ended;
  }

  async #look(roomId: string, ended: ExpiredRoom[]): Promise<void> {
    const end = await this.#end(roomId);
    if (typeof end === 'number') return this.#index.moveOn(roomId, end);
    if (end !== null) ended.push({ roomId, last: end.last });
    await Promise.all([this.#index.remove(roomId), end !== null && this.#owners.remove(roomId, end.owner)]);
    if (end !== null) await this.#pipeline.call('DEL', endOf(roomId));
  }

  /** Asked again under the same name, it is answered as it was. */
  async #end(roomId: string): Promise<Ended | number | null> {
    const name = this.#unsure.get(roomId) ?? randomUUID();
    try {
      const keys = [...keysOf(roomId), endOf(roomId)];
      const end = await this.#pipeline.run<[owner: string, last?: Entry] | number | null>(END, keys, [name]);
      this.#unsure.delete(roomId);
      if (!Array.isArray(end)) return end;
      const [owner, last = null] = end;
      return { owner, last };
    } catch (error) {
      if (error instanceof JournalUnavailable && error.inDoubt) this.#unsure.set(roomId, name);
      throw error;
    }
  }
}
