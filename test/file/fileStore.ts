import { type DataFile, type FileOptions, openFile } from '../../src/file/file.ts';
import type { Journal } from '../../src/journal/journal.ts';
import { createLog } from '../../src/ops/log.ts';
import { SqliteStore } from '../journal/sqliteStore.ts';
import type { JournalStore } from '../journal/store.ts';

/** A folder whose file belongs to threads, one for each process, which go by the clock of the test. */
export class FileStore implements JournalStore {
  readonly #store = new SqliteStore();
  readonly #files: DataFile[] = [];
  readonly folder = this.#store.folder;
  /** Of threads that have failed. */
  readonly deaths: unknown[] = [];
  readonly #stalled = Promise.withResolvers<void>();
  #onJump: (byMs: number) => void = () => {};

  open(options: Partial<FileOptions> = {}): DataFile {
    const clock = {
      now: () => this.now(),
      elapsed: () => performance.now(),
      onJump: (told: (byMs: number) => void) => {
        this.#onJump = told;
      },
    };
    const lifetimes = { replayTtlMs: 86_400_000, sessionTtlMs: 86_400_000 };
    const file = openFile({ folder: this.folder, ...lifetimes, ...options }, clock, createLog('silent'), {
      onDeath: (error) => this.deaths.push(error),
      onStall: () => this.#stalled.resolve(),
    });
    this.#files.push(file);
    return file;
  }

  async start(options?: { readonly format?: number; readonly build?: string }): Promise<Journal> {
    const { journal, opened } = this.open(options);
    await opened;
    return journal;
  }

  /** Settles when one of them does not answer. */
  get stalled(): Promise<void> {
    return this.#stalled.promise;
  }

  /** The clock is set: it says that much more. */
  async jump(byMs: number): Promise<void> {
    await this.pass(byMs);
    this.#onJump(byMs);
  }

  lose = () => this.#store.lose();
  pass = (ms: number) => this.#store.pass(ms);
  now = () => this.#store.now();
  breakDown = () => this.#store.breakDown();
  repair = () => this.#store.repair();

  async dispose(): Promise<void> {
    for (const file of this.#files) await file.close();
    await this.#store.dispose();
  }
}
