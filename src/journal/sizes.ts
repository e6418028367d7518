import type { Along, Entry } from './journal.ts';

/** How much an append stores, in characters. What renews alone stores nothing, and is never refused for its size. */
export const sizeOf = (entries: readonly Entry[], { replay, snapshot }: Along = {}): number =>
  entries.reduce((size, entry) => size + entry.length, 0) +
  (replay?.record.length ?? 0) +
  (snapshot?.entry.length ?? 0);
