import type { Stream } from '../game/chance.ts';
import type { Move } from '../game/commands.ts';
import type { PlaceOf } from '../game/hand.ts';
import type { PublicPlayer } from '../game/view.ts';
import { type Belief, type Believed, handOf, othersOf } from './belief.ts';
import { collectedBy, costOfBreaking } from './collect.ts';
import { prospectOf } from './prospect.ts';

/** What a computer player does with a jack. */
export type JackPolicy = (belief: Belief, hand: readonly Believed[], random: Stream) => Move;

/** Swaps any two cards; uses half of its jacks. */
export const swapsAnything: JackPolicy = (belief, _hand, random) => {
  const cards = belief.view.players.flatMap((player) => handOf(belief, player));
  if (cards.length < 2 || random(2) === 0) return skip;
  const first = random(cards.length);
  const second = (first + 1 + random(cards.length - 1)) % cards.length;
  return swap(cards[first] as Believed, cards[second] as Believed);
};

/** Gives its worst known card for the lowest one that it knows in another hand, where that is lower. */
export const swapsForLower: JackPolicy = (belief, hand) => {
  // A collection that has grown is worth more than its points say.
  const collected = hand.filter((held) => held.faceUp).length;
  const given = highest(hand.filter((held) => held.card !== null && !(held.faceUp && collected > 1)));
  const wanted = lowest(
    othersOf(belief).flatMap((player) => handOf(belief, player).filter(({ card }) => card !== null)),
  );
  return given && wanted && wanted.points < given.points ? swap(given, wanted) : skip;
};

/** The same, else takes a card away from a collection that is about to be four. */
export const swapsForLowerOrBreaks: JackPolicy = (belief, hand, random) => {
  const forLower = swapsForLower(belief, hand, random);
  const collector = othersOf(belief).find((player) => collectedBy(player) === 3);
  if (forLower !== skip || !collector) return forLower;
  const taken = handOf(belief, collector).find((held) => held.faceUp);
  const given = highest(hand.filter((held) => !held.faceUp));
  return taken && given ? swap(given, taken) : skip;
};

/** Of what a swap costs another player, the share that it is worth to who makes it. */
const shareOfHarm = 0.25;

/**
 * Makes the swap that gains the most points, of any two cards: its own and another's, or two of others.
 *
 * @param awaits see `prospectOf`
 */
export const swapsByGain = (awaits: number): JackPolicy => {
  return (belief) => {
    const { players } = belief.view;
    const cards = players.flatMap((player) =>
      handOf(belief, player).map((held) => weighed(belief, player, held, awaits)),
    );
    let best = skip;
    let most = 0;
    for (const [i, first] of cards.entries()) {
      for (const second of cards.slice(0, i)) {
        const gain = gainOf(belief, first, second);
        if (gain > most) [best, most] = [swap(first.held, second.held), gain];
      }
    }
    return best;
  };
};

/** A card, with what its owner may lose with it. */
interface Weighed {
  readonly held: Believed;
  readonly owner: PublicPlayer;
  /** What it is likely to count in the end in the seat's own hand, face down. */
  readonly own: number;
  /** As it lies now. */
  readonly now: number;
}

function weighed(belief: Belief, owner: PublicPlayer, held: Believed, awaits: number): Weighed {
  const own = prospectOf(belief, { ...held, faceUp: false }, awaits);
  return { held, owner, own, now: held.faceUp ? held.points : own };
}

function gainOf(belief: Belief, first: Weighed, second: Weighed): number {
  if (first.owner !== second.owner) return gainBy(belief, first, second) + gainBy(belief, second, first);
  // Within a hand nothing changes, but that collected cards lie face down and can be played.
  const broken = costOfBreaking(belief, first.owner, Number(first.held.faceUp) + Number(second.held.faceUp));
  return first.owner.seat === belief.seat ? first.now + second.now - first.own - second.own - broken : broken;
}

/** What the seat gains by what the owner of one card gets for it. */
function gainBy(belief: Belief, given: Weighed, gotten: Weighed): number {
  const { held, owner } = given;
  const broken = costOfBreaking(belief, owner, Number(held.faceUp));
  if (owner.seat === belief.seat) return given.now - gotten.own - broken;
  return broken + shareOfHarm * (gotten.held.points - held.points);
}

const skip: Move = { type: 'skip_power' };

const swap = (first: PlaceOf, second: PlaceOf): Move => ({
  type: 'jack_swap',
  first: { seat: first.seat, slot: first.slot },
  second: { seat: second.seat, slot: second.slot },
});

const highest = (cards: readonly Believed[]) =>
  cards.reduce<Believed | null>((best, one) => (best && best.points >= one.points ? best : one), null);

const lowest = (cards: readonly Believed[]) =>
  cards.reduce<Believed | null>((best, one) => (best && best.points <= one.points ? best : one), null);
