import { JournalUnavailable } from './journal.ts';
import { batches } from './redisIndex.ts';
import type { RedisPipelines } from './redisPipelines.ts';
import { OWNERS } from './redisScripts.ts';

/**
 * The rooms of each owner, so that those which a dead process has left are found without a look at all the others: a
 * sorted set of `<owner>/<room id>`, all with one score, which Redis keeps in the order of these texts. Released rooms are
 * nobody's, and begin with the slash. It is never trusted: the head of a room says who owns it, and an entry that says
 * otherwise is put right by who comes across it. The set ends with its last entry.
 */
const OWNED = 'recall:owned';

/** What the head of a room says. */
export interface Owned {
  readonly owner: string;
  /** Whether that process still has it. */
  readonly isHeld: () => Promise<boolean>;
}

export interface RedisOwnersOptions {
  /** The name of this process. */
  readonly self: () => string;
  readonly isAlive: (owner: string) => Promise<boolean>;
  /** By its head; null where the room is not alive. */
  readonly ownerOf: (roomId: string) => Promise<Owned | null>;
}

export class RedisOwners {
  readonly #pipeline: RedisPipelines;
  readonly #options: RedisOwnersOptions;
  /** Rooms that may be in our name though we don't hold them: an answer got lost when they were claimed or let go. */
  readonly #unsure = new Set<string>();

  constructor(pipeline: RedisPipelines, options: RedisOwnersOptions) {
    this.#pipeline = pipeline;
    this.#options = options;
  }

  async add(roomId: string, owner: string): Promise<void> {
    await this.#pipeline.call('ZADD', OWNED, 0, entryOf(roomId, owner));
  }

  async remove(roomId: string, owner: string): Promise<void> {
    await this.#pipeline.call('ZREM', OWNED, entryOf(roomId, owner));
  }

  /**
   * What somebody has found who is not its owner. It may have ended or moved since, and its entry been taken out before
   * this one came.
   */
  async note(roomId: string, owner: string): Promise<void> {
    await this.add(roomId, owner);
    if ((await this.#options.ownerOf(roomId))?.owner !== owner) await this.remove(roomId, owner);
  }

  /** Added first: who dies in between leaves one entry too many, and never none. */
  async move(roomId: string, from: string, to: string): Promise<void> {
    await Promise.all([this.add(roomId, to), from !== to && this.remove(roomId, from)]);
  }

  /**
   * Claims a room or lets it go: where that fails, it may be in our name all the same.
   * @param isDone whether the answer says that it was done; one to a second try says so no more
   */
  async change<T>(roomId: string, ask: () => Promise<T>, isDone: (answer: T) => boolean): Promise<T> {
    try {
      const answer = await ask();
      if (isDone(answer)) this.#unsure.delete(roomId);
      return answer;
    } catch (error) {
      if (error instanceof JournalUnavailable) this.#unsure.add(roomId);
      throw error;
    }
  }

  /** The rooms that are alive and that nobody living holds. */
  async abandoned(): Promise<readonly string[]> {
    const { isAlive } = this.#options;
    const self = this.#options.self();
    const found = new Set<string>();
    const look = async (roomId: string, owner: string) => {
      if (await this.#isAbandoned(roomId, owner)) found.add(roomId);
      else this.#unsure.delete(roomId);
    };
    for (const owner of await this.#pipeline.run<string[]>(OWNERS, [OWNED], [])) {
      if (owner === self || (owner !== '' && (await isAlive(owner)))) continue;
      for (const batch of batches(await this.#roomsOf(owner)))
        await Promise.all(batch.map((roomId) => look(roomId, owner)));
    }
    await Promise.all([...this.#unsure].map((roomId) => look(roomId, self)));
    return [...found];
  }

  /** @param listed its owner as the set has it */
  async #isAbandoned(roomId: string, listed: string): Promise<boolean> {
    const now = await this.#options.ownerOf(roomId);
    if (now && !(await now.isHeld())) return true;
    // The other way round, who dies in between would leave none.
    if (now) await this.note(roomId, now.owner);
    if (now?.owner !== listed) await this.remove(roomId, listed);
    return false;
  }

  async #roomsOf(owner: string): Promise<readonly string[]> {
    // The zero comes after the slash.
    const range = [`[${owner}/`, `(${owner}0`];
    const entries = await this.#pipeline.call<string[]>('ZRANGE', OWNED, ...range, 'BYLEX');
    return entries.map((entry) => entry.slice(owner.length + 1));
  }
}

const entryOf = (roomId: string, owner: string): string => `${owner}/${roomId}`;
