/**
 * The randomness that decisions need, given from outside so that the rules stay pure. What comes of it is recorded in the
 * events. A stream is a function of its seed and label alone (rules.md 4).
 */
export interface Chance {
  /** An unbiased source of whole numbers: each call gives one from 0 to `below` - 1. */
  stream(seed: string, label: string): Stream;
  /** The seed of a match's streams, where nobody takes part in the deal: the first formula. */
  seedOf(secret: string, roomId: string, matchNumber: number, nonces: readonly string[]): string;
  /** The seed of a match's streams from the parts of who plays, in seat order: the second formula. */
  seedOfParts(secret: string, roomId: string, matchNumber: number, parts: readonly SeedPart[]): string;
  /** What a player publishes of a nonce before it may be revealed: good for this one seat in this one match. */
  partCommitmentOf(nonce: string, roomId: string, matchNumber: number, sessionId: string): string;
  /** What is published of a secret before its match. */
  commitmentOf(secret: string): string;
  /** A new secret of 32 random bytes, in hex. */
  freshSecret(): string;
  /** An unguessable id for a seat. */
  freshId(): string;
}

export type Stream = (below: number) => number;

/** What a seat that plays adds to the seed of the second formula. */
export interface SeedPart {
  readonly seat: number;
  readonly sessionId: string;
  /** The text that came with `deal_nonce`. */
  readonly dealNonce: string;
  /** What the seat has committed to; empty where it takes no part. */
  readonly commitment: string;
  /** What it has revealed; empty with a commitment: it was left out. */
  readonly nonce: string;
}

/** Fisher-Yates, from the last place down to the second. Returns a new array. */
export function shuffled<T>(items: readonly T[], stream: Stream): T[] {
  const result = items.slice();
  for (let i = result.length - 1; i > 0; i--) {
    const j = stream(i + 1);
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
}
