import type { RedisPipelines } from './redisPipelines.ts';

/**
 * All rooms, so that nobody has to search the keys for them: a sorted set, scored by the earliest time at which the
 * room may have expired. Appends leave it alone, and a sweep moves on a room that has been renewed. It is never trusted:
 * a room is what its own keys say, and an entry without them is cleaned away. The set ends with its last entry.
 */
const INDEX = 'recall:rooms';

export class RedisIndex {
  /** So many rooms are asked for at once, so that moves of players come in between. */
  static readonly batch = 500;

  readonly #pipeline: RedisPipelines;

  constructor(pipeline: RedisPipelines) {
    this.#pipeline = pipeline;
  }

  /**
   * Adds a room, where it isn't there yet.
   * @param expiresAt not before this
   */
  async add(roomId: string, expiresAt: number): Promise<void> {
    await this.#pipeline.call('ZADD', INDEX, 'NX', expiresAt, roomId);
  }

  /** A room that is due has been renewed: it expires then. */
  async moveOn(roomId: string, expiresAt: number): Promise<void> {
    await this.#pipeline.call('ZADD', INDEX, 'XX', expiresAt, roomId);
  }

  async remove(roomId: string): Promise<void> {
    await this.#pipeline.call('ZREM', INDEX, roomId);
  }

  /** All entries, in batches. */
  async all(): Promise<Iterable<readonly string[]>> {
    return batches(await this.#pipeline.call<string[]>('ZRANGE', INDEX, 0, -1));
  }

  /** Those whose time has come, by the clock that ends the rooms; a batch of them where there are more. */
  async due(): Promise<readonly string[]> {
    const [seconds = 0, microseconds = 0] = (await this.#pipeline.call<string[]>('TIME')).map(Number);
    const now = Math.floor(seconds * 1000 + microseconds / 1000);
    return this.#pipeline.call('ZRANGE', INDEX, '-inf', now, 'BYSCORE', 'LIMIT', 0, RedisIndex.batch);
  }
}

/** All of `roomIds`, a batch at a time. */
export function* batches(roomIds: readonly string[]): Iterable<readonly string[]> {
  for (let from = 0; from < roomIds.length; from += RedisIndex.batch)
    yield roomIds.slice(from, from + RedisIndex.batch);
}
