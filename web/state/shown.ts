import { signal } from '@preact/signals';
import type { Place } from '../../src/protocol/cards.ts';
import type { CardsShown } from '../../src/protocol/toClient.ts';
import { keyOf } from './table.ts';

/** A card that only this player sees, and until when (server time, ms). */
export interface Shown extends Place {
  readonly rank: string;
  readonly suit: string;
  readonly reason: CardsShown['reason'];
  readonly until_at: number;
}

/** What this player is being shown now. The game is about memory: nothing stays a moment longer. */
export const shown = signal<readonly Shown[]>([]);

export function show({ cards, reason, until_at }: CardsShown): void {
  const fresh = cards.map(({ session_id, slot, rank, suit }) => ({ session_id, slot, rank, suit, reason, until_at }));
  const replaced = new Set(fresh.map(keyOf));
  shown.value = [...shown.value.filter((card) => !replaced.has(keyOf(card))), ...fresh];
}

/** The card in this place is another one now, or gone. */
export function hide(...places: readonly Place[]): void {
  const gone = new Set(places.map(keyOf));
  const rest = shown.value.filter((card) => !gone.has(keyOf(card)));
  if (rest.length < shown.value.length) shown.value = rest;
}

/** The server's clock was set: what it has said is another time by so much now. */
export function moveShown(byMs: number): void {
  shown.value = shown.value.map((card) => ({ ...card, until_at: card.until_at + byMs }));
}

/** @returns when the next card is to be hidden (server time, ms), or null. */
export function hideExpired(now: number): number | null {
  const rest = shown.value.filter((card) => card.until_at > now);
  if (rest.length < shown.value.length) shown.value = rest;
  return rest.length > 0 ? Math.min(...rest.map((card) => card.until_at)) : null;
}

export function hideAll(): void {
  shown.value = [];
}
