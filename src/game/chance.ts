/**
 * The randomness that decisions need, given from outside so that the rules stay pure. What comes of it is recorded in the
 * events. A stream is a function of its seed and label alone (rules.md 4).
 */
export interface Chance {
  /** An unbiased source of whole numbers: each call gives one from 0 to `below` - 1. */
  stream(seed: string, label: string): Stream;
  /** The seed of a match's streams. */
  seedOf(secret: string, roomId: string, matchNumber: number, nonces: readonly string[]): string;
  /** What is published of a secret before its match. */
  commitmentOf(secret: string): string;
  /** A new secret of 32 random bytes, in hex. */
  freshSecret(): string;
  /** An unguessable id for a seat. */
  freshId(): string;
}

export type Stream = (below: number) => number;

/** Fisher-Yates, from the last place down to the second. Returns a new array. */
export function shuffled<T>(items: readonly T[], stream: Stream): T[] {
  const result = items.slice();
  for (let i = result.length - 1; i > 0; i--) {
    const j = stream(i + 1);
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
}
