import type { Journal } from '../../src/journal/journal.ts';

/** What the processes of a test share, and the faults that the test does to it. */
export interface JournalStore {
  /** A process starts: a journal with an owner of its own on this store; of another version, where its format or build is another. */
  start(options?: { readonly format?: number; readonly build?: string }): Promise<Journal>;
  /** The process counts as dead from now on, though it may go on: it hangs, or is cut off. */
  lose(journal: Journal): Promise<void>;
  /** This much time passes for everybody, milliseconds. Nobody's lease ends by it: the living renew theirs. */
  pass(ms: number): Promise<void>;
  /** The time by which rooms expire, Unix milliseconds. */
  now(): number;
  /** Nothing can be written until `repair`. */
  breakDown(): Promise<void>;
  repair(): Promise<void>;
  dispose(): Promise<void>;
}
