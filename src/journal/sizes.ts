import type { Along, Entry } from './journal.ts';

/** So much may wait to be stored, characters: a disk, or a Redis, that is away must not fill the memory. */
export const mostWaiting = 16 * 1024 * 1024;

/** How much an append stores, in characters. What renews alone stores nothing, and is never refused for its size. */
export const sizeOf = (entries: readonly Entry[], { replay, snapshot }: Along = {}): number =>
  entries.reduce((size, entry) => size + entry.length, 0) +
  (replay?.record.length ?? 0) +
  (snapshot?.entry.length ?? 0);
