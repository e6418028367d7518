import type { DatabaseSync } from 'node:sqlite';
import { JournalError, JournalUnavailable } from './journal.ts';
import { mostWaiting } from './sizes.ts';

export interface GroupCommitOptions {
  /** How much may wait for the next commit, in characters; `mostWaiting` by default. */
  readonly maxWaiting: number;
  /** Called after each commit, with how many writes shared it and how long it took. */
  readonly onCommit: (commit: { writes: number; ms: number }) => void;
}

interface Write {
  /** Answers how to settle the write once the outcome of the transaction is known. */
  readonly attempt: () => () => void;
  readonly fail: (error: JournalUnavailable) => void;
}

/**
 * One transaction for all the writes of a turn of the event loop, since what a commit costs is the wait for the disk,
 * and that is the same for one row or a thousand.
 */
export class GroupCommit {
  readonly #database: DatabaseSync;
  readonly #options: GroupCommitOptions;
  #waiting: Write[] = [];
  #waitingSize = 0;
  #closed = false;

  /** @param database which may have several of these, since a transaction begins and ends in one go */
  constructor(database: DatabaseSync, options: Partial<GroupCommitOptions> = {}) {
    const { maxWaiting = mostWaiting, onCommit = () => {} } = options;
    this.#database = database;
    this.#options = { maxWaiting, onCommit };
  }

  /**
   * Runs `run` in the next transaction, after all that was asked before.
   * @param size characters that it will store
   * @param run refuses by a `JournalError` before it writes anything; then the others of the group go on. Whatever else
   *   it throws undoes the group
   * @returns what `run` returned, once that is durable
   * @throws JournalUnavailable nothing of the group was stored
   */
  write<T>(size: number, run: () => T): Promise<T> {
    if (this.#closed) return Promise.reject(new JournalUnavailable('it is closed'));
    if (this.#waitingSize + size > this.#options.maxWaiting) {
      return Promise.reject(new JournalUnavailable('too much waits to be written'));
    }
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const attempt = () => {
      try {
        const value = run();
        return () => resolve(value);
      } catch (error) {
        if (error instanceof JournalError) return () => reject(error);
        throw error;
      }
    };
    if (this.#waiting.length === 0) setImmediate(() => this.#flush());
    this.#waiting.push({ attempt, fail: reject });
    this.#waitingSize += size;
    return promise;
  }

  /** Commits what waits; nothing is taken after it. */
  close(): void {
    this.#flush();
    this.#closed = true;
  }

  #flush(): void {
    const group = this.#waiting;
    if (group.length === 0) return;
    this.#waiting = [];
    this.#waitingSize = 0;
    const start = performance.now();
    try {
      const settles = this.#commit(group);
      for (const settle of settles) settle();
    } catch (cause) {
      const error = new JournalUnavailable((cause as Error).message, { cause });
      for (const { fail } of group) fail(error);
      return;
    }
    this.#options.onCommit({ writes: group.length, ms: performance.now() - start });
  }

  #commit(group: readonly Write[]): (() => void)[] {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const settles = group.map(({ attempt }) => attempt());
      this.#database.exec('COMMIT');
      return settles;
    } finally {
      // Some errors (a full disk) have ended the transaction already, a failed COMMIT may not have.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
    }
  }
}
