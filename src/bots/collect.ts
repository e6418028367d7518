import { type Card, decksFor, type Rank, rankOf } from '../game/cards.ts';
import type { PublicPlayer } from '../game/view.ts';
import type { Belief, Believed } from './belief.ts';

/**
 * Whether one more card of its collection rank is worth its points: the fourth always, the ones before it for as long as
 * four can still come together. Everybody throws dear cards away, so that a collection of them has the best prospects.
 */
export function paysToCollect(belief: Belief, hand: readonly Believed[]): boolean {
  const collected = hand.filter((held) => held.faceUp);
  if (collected.length === 3) return true;
  const card = collected[0]?.card ?? null;
  return belief.view.recallCalledBy === null && card !== null && withinReach(belief, rankOf(card)) >= 4;
}

/** What it is likely to cost, in points, to lay down a card that others collect, by how many of them they have. */
const priceOfHelping = [0, 2, 5, 20];

export function costOfHelping(belief: Belief, card: Card): number {
  let cost = 0;
  for (const player of belief.view.players) {
    if (player.seat === belief.seat || player.collectionRank !== rankOf(card)) continue;
    cost += priceOfHelping[collectedBy(player)] ?? 0;
  }
  return cost;
}

/** How many cards of that rank may still come to the seat, those that it has included. */
function withinReach(belief: Belief, rank: Rank): number {
  const { seat, view, discard } = belief;
  let count = (rank === 'joker' ? 2 : 4) * decksFor(view.players.length);
  // Those at the top of the discard pile can be taken, one after another; what lies below another rank can't.
  let free = discard.length;
  while (free > 0 && rankOf(discard[free - 1] as Card) === rank) free--;
  for (let i = 0; i < free; i++) if (rankOf(discard[i] as Card) === rank) count--;
  for (const player of view.players) {
    if (player.seat !== seat && player.collectionRank === rank) count -= collectedBy(player);
  }
  return count;
}

function collectedBy(player: PublicPlayer): number {
  let count = 0;
  for (const held of player.hand) if (held && held.card !== null) count++;
  return count;
}
