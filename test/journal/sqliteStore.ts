import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { openDatabase } from '../../src/journal/database.ts';
import { SqliteJournal, type SqliteJournalOptions } from '../../src/journal/sqlite.ts';
import type { JournalStore } from './store.ts';

/** A folder with `recall.sqlite`, any number of processes on it, and a clock that only the test moves. */
export class SqliteStore implements JournalStore {
  readonly folder = mkdtempSync(join(tmpdir(), 'recall-journal-'));
  readonly databases: DatabaseSync[] = [];
  #now = 1_800_000_000_000;
  #intruder: DatabaseSync | undefined;

  async start(options: SqliteJournalOptions = {}): Promise<SqliteJournal> {
    return new SqliteJournal(this.connect(), { now: () => this.#now, ...options });
  }

  /** One more connection to the file. */
  connect(): DatabaseSync {
    const database = openDatabase(this.folder);
    this.databases.push(database);
    return database;
  }

  /** An embedded journal takes all others for dead. */
  async lose(): Promise<void> {}

  async pass(ms: number): Promise<void> {
    this.#now += ms;
  }

  now(): number {
    return this.#now;
  }

  /** Somebody else locks the file. */
  async breakDown(): Promise<void> {
    this.#intruder = this.connect();
    this.#intruder.exec('BEGIN EXCLUSIVE');
  }

  async repair(): Promise<void> {
    this.#intruder?.exec('ROLLBACK');
  }

  async dispose(): Promise<void> {
    for (const database of this.databases) database.close();
    rmSync(this.folder, { recursive: true });
  }
}
