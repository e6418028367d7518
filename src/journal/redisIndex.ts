import type { RedisPipeline } from './redisPipeline.ts';

/**
 * All rooms, so that nobody has to search the keys for them: a sorted set, scored by the earliest time at which the
 * room may have expired. Appends leave it alone, and `expired` moves on a room that has been renewed. It is never
 * trusted: a room is what its own keys say, and an entry without them is cleaned away. The set ends with its last entry.
 */
const INDEX = 'recall:rooms';

/** So many rooms are asked for at once, so that moves of players come in between. */
const BATCH = 500;

export class RedisIndex {
  readonly #pipeline: RedisPipeline;
  readonly #headOf: (roomId: string) => string;

  /** @param headOf the key that is there as long as the room is alive */
  constructor(pipeline: RedisPipeline, headOf: (roomId: string) => string) {
    this.#pipeline = pipeline;
    this.#headOf = headOf;
  }

  /**
   * Adds a room, where it isn't there yet.
   * @param expiresAt not before this
   */
  async add(roomId: string, expiresAt: number): Promise<void> {
    await this.#pipeline.call('ZADD', INDEX, 'NX', expiresAt, roomId);
  }

  /** Adds those of `roomIds` that are alive and, in the moment of adding, still `wanted`. */
  async addLiving(roomIds: readonly string[], wanted: (roomId: string) => boolean): Promise<void> {
    for (const batch of batches(roomIds)) {
      const living = (await this.#expiries(batch)).filter(({ roomId, at }) => at >= 0 && wanted(roomId));
      await Promise.all(living.map(({ roomId, at }) => this.add(roomId, at)));
    }
  }

  /** @returns whether it was there */
  async remove(roomId: string): Promise<boolean> {
    return (await this.#pipeline.call<number>('ZREM', INDEX, roomId)) === 1;
  }

  /** All entries, in batches. */
  async all(): Promise<Iterable<readonly string[]>> {
    return batches(await this.#pipeline.call<string[]>('ZRANGE', INDEX, 0, -1));
  }

  /**
   * Removes the rooms that have expired.
   * @returns those that this very call has removed
   * @throws JournalUnavailable having removed none, or none that it is sure of
   */
  async expired(): Promise<readonly string[]> {
    const removed: string[] = [];
    try {
      for (let more = true; more; ) {
        const due = await this.#due();
        const outcomes = await Promise.allSettled(
          (await this.#expiries(due)).map(async ({ roomId, at }) => {
            if (at >= 0) await this.#pipeline.call('ZADD', INDEX, 'XX', at, roomId);
            else if (await this.remove(roomId)) removed.push(roomId);
          }),
        );
        for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
        more = due.length === BATCH;
      }
    } catch (error) {
      // What was removed has to be told: nobody else will be.
      if (removed.length === 0) throw error;
    }
    return removed;
  }

  /** The entries whose time has come, by the clock that ends the rooms. */
  async #due(): Promise<readonly string[]> {
    const [seconds = 0, microseconds = 0] = (await this.#pipeline.call<string[]>('TIME')).map(Number);
    const now = Math.floor(seconds * 1000 + microseconds / 1000);
    return this.#pipeline.call('ZRANGE', INDEX, '-inf', now, 'BYSCORE', 'LIMIT', 0, BATCH);
  }

  /** When each room expires, Unix milliseconds; negative where it is gone. */
  #expiries(roomIds: readonly string[]): Promise<readonly { roomId: string; at: number }[]> {
    return Promise.all(
      roomIds.map(async (roomId) => ({
        roomId,
        at: await this.#pipeline.call<number>('PEXPIRETIME', this.#headOf(roomId)),
      })),
    );
  }
}

function* batches(roomIds: readonly string[]): Iterable<readonly string[]> {
  for (let from = 0; from < roomIds.length; from += BATCH) yield roomIds.slice(from, from + BATCH);
}
