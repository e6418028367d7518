import type { Move } from '../game/commands.ts';
import { type Belief, type Believed, handOf } from './belief.ts';

/** Looks at an own card that it doesn't know. */
export function queenPeek(hand: readonly Believed[]): Move {
  const unknown = hand.find((held) => held.card === null);
  return unknown ? { type: 'queen_peek', target: { seat: unknown.seat, slot: unknown.slot } } : { type: 'skip_power' };
}

/** Gives its worst known card for the lowest one that it knows in another hand, where that is lower. */
export function jackSwap(belief: Belief, hand: readonly Believed[]): Move {
  // A collection that has grown is worth more than its points say.
  const collected = hand.filter((held) => held.faceUp).length;
  const given = highest(hand.filter((held) => held.card !== null && !(held.faceUp && collected > 1)));
  const others = belief.view.players.filter((player) => player.seat !== belief.seat);
  const wanted = lowest(others.flatMap((player) => handOf(belief, player).filter((held) => held.card !== null)));
  if (!given || !wanted || wanted.points >= given.points) return { type: 'skip_power' };
  return {
    type: 'jack_swap',
    first: { seat: given.seat, slot: given.slot },
    second: { seat: wanted.seat, slot: wanted.slot },
  };
}

const highest = (cards: readonly Believed[]) =>
  cards.reduce<Believed | null>((best, one) => (best && best.points >= one.points ? best : one), null);

const lowest = (cards: readonly Believed[]) =>
  cards.reduce<Believed | null>((best, one) => (best && best.points <= one.points ? best : one), null);
