import { type Card, pointsOf, rankOf, sameRank } from '../game/cards.ts';
import type { Move } from '../game/commands.ts';
import { drawnSlot } from '../game/hand.ts';
import type { PublicPlayer } from '../game/view.ts';
import { type Belief, type Believed, handOf } from './belief.ts';
import { costOfHelping, paysToCollect } from './collect.ts';
import type { Level } from './levels.ts';
import { certainly, meanOf } from './odds.ts';
import { prospectOf } from './prospect.ts';

/** How much lower than a draw is likely to be, a card must be for it to be taken from the discard pile. */
const clearlyLower = 3;

export function draw(belief: Belief, player: PublicPlayer, allowDiscardTake: boolean): Move {
  const top = belief.view.discardTop;
  if (allowDiscardTake && top !== null) {
    const points = pointsOf(top, belief.rules);
    // A card that was taken can't be played itself: one from a slot has to go for it.
    const hand = handOf(belief, player);
    const worst = Math.max(...hand.filter((held) => !held.faceUp).map((held) => held.points));
    if (points < worst && points + clearlyLower <= meanOf(belief.unseen)) return { type: 'take_from_discard' };
  }
  return { type: 'draw_card' };
}

/** @param taken the drawn card comes from the discard pile */
export function play(
  belief: Belief,
  player: PublicPlayer,
  drawn: Card | null,
  taken: boolean,
  level: Level,
): Move | null {
  const mayCollect = drawn !== null && rankOf(drawn) === player.collectionRank;
  if (mayCollect && paysToCollect(belief, player)) return { type: 'collect_drawn' };
  const best = bestPlay(belief, handOf(belief, player), drawn, taken, level.awaits);
  if (best === null) return null;
  if (belief.view.recallCalledBy === null && level.calls(belief, best.left)) return { type: 'call_recall' };
  return { type: 'play_card', slot: best.slot };
}

interface Play {
  readonly slot: number;
  /** The hand as it is likely to be once the window is over. */
  readonly left: readonly Believed[];
  /** What that counts in the end, and what the others may make of the card that is laid down. */
  readonly costs: number;
}

/** The play that costs the least; the drawn card itself where no other is better. */
function bestPlay(
  belief: Belief,
  hand: readonly Believed[],
  drawn: Card | null,
  taken: boolean,
  awaits: number,
): Play | null {
  let best: Play | null = null;
  const consider = (slot: number, card: Card | null) => {
    const left = leftAfter(belief, hand, drawn, slot, card);
    const prospects = left.reduce((sum, held) => sum + prospectOf(belief, held, awaits), 0);
    const costs = prospects + (card === null ? 0 : costOfHelping(belief, card));
    if (best === null || costs < best.costs) best = { slot, left, costs };
  };
  if (drawn !== null && !taken) consider(drawnSlot, drawn);
  for (const { slot, card, faceUp } of hand) if (!faceUp) consider(slot, card);
  return best;
}

/** The hand without what was played from `slot` and, where it is known, without all that can follow it in the window. */
function leftAfter(
  { seat, rules }: Belief,
  hand: readonly Believed[],
  drawn: Card | null,
  slot: number,
  card: Card | null,
): Believed[] {
  const follows = (held: Believed) => card !== null && held.card !== null && !held.faceUp && sameRank(held.card, card);
  const left = hand.filter((held) => held.slot !== slot && !follows(held));
  if (slot === drawnSlot || drawn === null) return left;
  const points = pointsOf(drawn, rules);
  return [...left, { seat, slot, card: drawn, faceUp: false, odds: certainly(points), points }];
}
