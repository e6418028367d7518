import type { Card } from '../game/cards.ts';
import { pointsOf, sameRank } from '../game/cards.ts';
import type { Move } from '../game/commands.ts';
import { drawnSlot } from '../game/hand.ts';
import type { Belief, Believed } from './belief.ts';
import { costOfHelping, paysToCollect } from './collect.ts';
import type { Level } from './levels.ts';

/** How much lower than a draw is likely to be, a card must be for it to be taken from the discard pile. */
const clearlyLower = 3;

export function draw(belief: Belief, hand: readonly Believed[], allowDiscardTake: boolean): Move {
  const top = belief.view.discardTop;
  if (allowDiscardTake && top !== null) {
    const points = pointsOf(top, belief.redKingPoints);
    // A card that was taken can't be played itself: one from a slot has to go for it.
    const worst = Math.max(...hand.filter((held) => !held.faceUp).map((held) => held.points));
    if (points < worst && points + clearlyLower <= belief.unknownPoints) return { type: 'take_from_discard' };
  }
  return { type: 'draw_card' };
}

/** @param taken the drawn card comes from the discard pile */
export function play(
  belief: Belief,
  hand: readonly Believed[],
  drawn: Card | null,
  taken: boolean,
  level: Level,
): Move | null {
  if (drawn !== null && isOfCollection(drawn, hand) && paysToCollect(belief, hand)) return { type: 'collect_drawn' };
  const best = bestPlay(belief, hand, drawn, taken);
  if (best === null) return null;
  if (belief.view.recallCalledBy === null && best.leaves <= callsAt(belief, level)) return { type: 'call_recall' };
  return { type: 'play_card', slot: best.slot };
}

/** The most points that it calls Recall with: some collections never let a hand become as low as it would like. */
function callsAt({ view }: Belief, { callsAt, patience }: Level): number {
  return callsAt + Math.max(0, Math.floor(view.turnNumber / view.players.length) - patience);
}

interface Play {
  readonly slot: number;
  /** Points that the hand is likely to hold once the window is over. */
  readonly leaves: number;
  /** The same, and what the others may make of the card that is laid down. */
  readonly costs: number;
}

/** The play that costs the least; the drawn card itself where no other is better. */
function bestPlay(belief: Belief, hand: readonly Believed[], drawn: Card | null, taken: boolean): Play | null {
  const held = total(hand);
  const comesIn = drawn === null ? 0 : pointsOf(drawn, belief.redKingPoints);
  let best: Play | null = null;
  const consider = (slot: number, card: Card | null, points: number) => {
    const leaves = held + points - (card === null ? 0 : pointsThatFollow(hand, card, slot));
    const costs = leaves + (card === null ? 0 : costOfHelping(belief, card));
    if (best === null || costs < best.costs) best = { slot, leaves, costs };
  };
  if (drawn !== null && !taken) consider(drawnSlot, drawn, 0);
  for (const { slot, card, faceUp, points } of hand) if (!faceUp) consider(slot, card, comesIn - points);
  return best;
}

/** What the hand loses in the window when `card` is played from `slot`: the other cards that it knows to be of that rank. */
function pointsThatFollow(hand: readonly Believed[], card: Card, slot: number): number {
  let points = 0;
  for (const held of hand) {
    if (held.slot !== slot && !held.faceUp && held.card !== null && sameRank(held.card, card)) points += held.points;
  }
  return points;
}

const total = (hand: readonly Believed[]): number => hand.reduce((sum, { points }) => sum + points, 0);

const isOfCollection = (card: Card, hand: readonly Believed[]): boolean =>
  hand.some((held) => held.faceUp && held.card !== null && sameRank(held.card, card));
