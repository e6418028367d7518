import type { Card, Rank } from './cards.ts';
import { rankOf } from './cards.ts';

/** A slot of a hand. */
export interface PlaceOf {
  readonly seat: number;
  readonly slot: number;
}

/** rules.md 3, hands and slots. A face-up card is one that its owner has collected (rule 9). */
export interface Held {
  readonly card: Card;
  readonly faceUp: boolean;
}
export type Slot = Held | null;
export type Hand = readonly Slot[];

/** The slot number of the drawn card, which is held apart. */
export const drawnSlot = -1;

export const cardAt = (hand: Hand, slot: number): Slot => hand[slot] ?? null;

export function cardCount(hand: Hand): number {
  let count = 0;
  for (const held of hand) if (held) count++;
  return count;
}

/** Where a card that comes in is put: the lowest empty slot, or a new one at the end. */
export function freeSlot(hand: Hand): number {
  const empty = hand.indexOf(null);
  return empty === -1 ? hand.length : empty;
}

/** The hand with that slot holding `held`; null empties it, and empty slots at the end of the row are cut off. */
export function withSlot(hand: Hand, slot: number, held: Slot): Hand {
  const next = hand.slice();
  next[slot] = held;
  while (next.length > 0 && next[next.length - 1] === null) next.pop();
  return next;
}

export const canBePlayed = (held: Slot): held is Held => held !== null && !held.faceUp;

/** The rank that this hand collects, or null where it has no collected card (any more). */
export function collectionRank(hand: Hand): Rank | null {
  for (const held of hand) if (held?.faceUp) return rankOf(held.card);
  return null;
}

export function collectedCount(hand: Hand): number {
  let count = 0;
  for (const held of hand) if (held?.faceUp) count++;
  return count;
}
