import { type Card, decksFor, type Rank, rankOf } from '../game/cards.ts';
import type { PublicPlayer } from '../game/view.ts';
import type { Belief } from './belief.ts';

/**
 * Whether one more card of its collection rank is worth its points: the fourth always, the ones before it for as long as
 * four can still come together. Everybody throws dear cards away, so that a collection of them has the best prospects.
 */
export function paysToCollect(belief: Belief, player: PublicPlayer): boolean {
  const { seat, collectionRank } = player;
  if (collectedBy(player) === 3) return true;
  return (
    belief.view.recallCalledBy === null && collectionRank !== null && withinReach(belief, seat, collectionRank) >= 4
  );
}

/** What it is likely to cost, in points, to lay down a card that others collect. */
export function costOfHelping(belief: Belief, card: Card): number {
  let cost = 0;
  for (const player of belief.view.players) {
    if (player.seat === belief.seat || player.collectionRank !== rankOf(card)) continue;
    cost += worthOf(collectedBy(player) + 1) - worthOf(collectedBy(player));
  }
  return cost;
}

/** What it costs a player, in points, to lose so many cards of the collection; nothing where four can't come together. */
export function costOfBreaking(belief: Belief, player: PublicPlayer, cards: number): number {
  const { seat, collectionRank } = player;
  if (cards === 0 || collectionRank === null || withinReach(belief, seat, collectionRank) < 4) return 0;
  return worthOf(collectedBy(player)) - worthOf(collectedBy(player) - cards);
}

export function collectedBy(player: PublicPlayer): number {
  let count = 0;
  for (const held of player.hand) if (held && held.card !== null) count++;
  return count;
}

/** How many cards the match has of a rank. */
export const cardsOfRank = ({ view }: Belief, rank: Rank): number =>
  (rank === 'joker' ? 2 : 4) * decksFor(view.players.length);

/** What a collection of so many cards is worth, in points. */
const worths = [0, 0, 2, 7, 27];
const worthOf = (cards: number): number => worths[cards] ?? 0;

/** How many cards of that rank may still come to the seat, those that it has included. */
function withinReach(belief: Belief, seat: number, rank: Rank): number {
  const { view, discard } = belief;
  let count = cardsOfRank(belief, rank);
  // Those at the top of the discard pile can be taken, one after another; what lies below another rank can't.
  let free = discard.length;
  while (free > 0 && rankOf(discard[free - 1] as Card) === rank) free--;
  for (let i = 0; i < free; i++) if (rankOf(discard[i] as Card) === rank) count--;
  for (const player of view.players) {
    if (player.seat !== seat && player.collectionRank === rank) count -= collectedBy(player);
  }
  return count;
}
