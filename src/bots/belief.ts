import type { Card } from '../game/cards.ts';
import { decksFor, type PointRules, pointsOf } from '../game/cards.ts';
import type { PlaceOf } from '../game/hand.ts';
import type { PublicPlayer, PublicView } from '../game/view.ts';
import { isKept, type Known, type Memory, type Preferred } from './memory.ts';
import { below, certainly, meanOf, type Odds, oddsOfUnseen } from './odds.ts';

/** A card in a slot, as far as a seat sees, remembers or guesses it. */
export interface Believed extends PlaceOf {
  /** null: it could be any. */
  readonly card: Card | null;
  readonly faceUp: boolean;
  readonly odds: Odds;
  /** What it counts on average. */
  readonly points: number;
}

/** What a seat holds true of the table. */
export interface Belief {
  readonly seat: number;
  readonly view: PublicView;
  /** The discard pile, the top card last. */
  readonly discard: readonly Card[];
  /** What it still knows of cards in slots. */
  readonly known: readonly Known[];
  readonly preferred: readonly Preferred[];
  /** All cards of which it knows where they are. */
  readonly inSight: readonly Card[];
  /** Of any other card. */
  readonly unseen: Odds;
  readonly rules: PointRules;
}

/**
 * @param drawn the card that the seat holds in its hand, if any
 * @param keeps the share of its knowledge that is left after each round
 */
export function believe(
  seat: number,
  view: PublicView,
  memory: Memory,
  drawn: Card | null,
  keeps: number,
  rules: PointRules,
): Belief {
  const seats = view.players.length;
  const rounds = (since: number) => (view.turnNumber - since) / seats;
  const { discard } = memory;
  const known = memory.known.filter((one) => one.faceUp || isKept(one, keeps, rounds(one.turn)));
  const preferred = memory.preferred.filter((one) => isKept(one, keeps, rounds(one.turn)));
  const inSight = [...discard, ...known.map(({ card }) => card)];
  if (drawn !== null) inSight.push(drawn);
  const unseen = oddsOfUnseen(decksFor(seats), inSight, rules);
  return { seat, view, discard, known, preferred, inSight, unseen, rules };
}

/** The cards of a player's hand, in the order of their slots. */
export function handOf(belief: Belief, player: PublicPlayer): Believed[] {
  const hand: Believed[] = [];
  player.hand.forEach((held, slot) => {
    if (held) hand.push(believed(belief, { seat: player.seat, slot }, held.card));
  });
  return hand;
}

function believed(belief: Belief, place: PlaceOf, faceUp: Card | null): Believed {
  const card = faceUp ?? at(belief.known, place)?.card ?? null;
  const odds = card === null ? oddsAt(belief, place) : certainly(pointsOf(card, belief.rules));
  return { seat: place.seat, slot: place.slot, card, faceUp: faceUp !== null, odds, points: meanOf(odds) };
}

/** A card that its player preferred to another is likely to be lower than that. */
function oddsAt({ preferred, unseen, rules }: Belief, place: PlaceOf): Odds {
  const other = at(preferred, place)?.to;
  return other === undefined ? unseen : below(pointsOf(other, rules), unseen);
}

function at<T extends PlaceOf>(sights: readonly T[], { seat, slot }: PlaceOf): T | null {
  for (const one of sights) if (one.slot === slot && one.seat === seat) return one;
  return null;
}

export const othersOf = ({ seat, view }: Belief): PublicPlayer[] =>
  view.players.filter((player) => player.seat !== seat);

export const totalOf = (cards: readonly Believed[]): number => cards.reduce((sum, { points }) => sum + points, 0);
