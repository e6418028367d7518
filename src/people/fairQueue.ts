import { tooMany } from '../protocol/errors.ts';

export interface FairQueueOptions {
  /** How many works are under way at a time. */
  readonly width: number;
  /** How many wait at most. */
  readonly length: number;
  /** How many of them by one key. */
  readonly share: number;
  /** What one takes, about, ms: for the wait that who is refused is told. */
  readonly workMs: number;
}

/**
 * Work that takes a processor for a while. Who has asked for much waits for it alone: those who wait take turns by their
 * keys, and within a key in the order in which they came.
 */
export class FairQueue {
  readonly #options: FairQueueOptions;
  /** By key, in the order of their turns. */
  readonly #waiting = new Map<string, (() => void)[]>();
  #running = 0;
  #length = 0;

  constructor(options: FairQueueOptions) {
    this.#options = options;
  }

  /** @throws RecallError TOO_MANY_REQUESTS when the queue, or the key's share of it, is full; whatever `work` throws. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    await this.#turn(key);
    try {
      return await work();
    } finally {
      this.#running--;
      this.#next();
    }
  }

  #turn(key: string): Promise<void> {
    const { width, length, share, workMs } = this.#options;
    if (this.#running < width) {
      this.#running++;
      return Promise.resolve();
    }
    const own = this.#waiting.get(key) ?? [];
    if (this.#length >= length || own.length >= share) {
      throw tooMany('TOO_MANY_REQUESTS', (this.#length * workMs) / width, 'too many passwords at once');
    }
    return new Promise((resolve) => {
      this.#length++;
      this.#waiting.set(key, [...own, resolve]);
    });
  }

  #next(): void {
    const [key, [first, ...rest]] = this.#waiting.entries().next().value ?? ['', []];
    if (!first) return;
    this.#waiting.delete(key);
    // To the end: the others come before its next.
    if (rest.length > 0) this.#waiting.set(key, rest);
    this.#length--;
    this.#running++;
    first();
  }
}
