import { type Card, rankOf, sameRank } from '../game/cards.ts';
import type { Belief, Believed } from './belief.ts';
import { cardsOfRank } from './collect.ts';

/**
 * What a card is likely to count in the end, in the hand of a player who knows it: face down, it goes for nothing in the
 * window of the first card of its rank that anybody plays, and there are the more of them, the fewer are in sight.
 *
 * @param awaits how likely each of them is to be played in time, from 0 to 1
 */
export function prospectOf(belief: Belief, { card, faceUp, points }: Believed, awaits: number): number {
  if (awaits === 0 || card === null || faceUp || belief.view.recallCalledBy !== null) return points;
  return points * (1 - awaits) ** outOfSight(belief, card);
}

function outOfSight(belief: Belief, card: Card): number {
  let count = cardsOfRank(belief, rankOf(card));
  for (const other of belief.inSight) if (sameRank(other, card)) count--;
  return count;
}
