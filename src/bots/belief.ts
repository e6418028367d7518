import type { Card } from '../game/cards.ts';
import { decksFor, type PointRules, pointsOf } from '../game/cards.ts';
import type { PlaceOf } from '../game/hand.ts';
import type { PublicPlayer, PublicView } from '../game/view.ts';
import { isKept, type Known, type Memory, type Preferred } from './memory.ts';
import { below, certainly, meanOf, type Odds, oddsOfUnseen } from './odds.ts';

/** A card in a slot, as far as a seat sees or remembers it. */
export interface Recognised extends PlaceOf {
  /** null: it could be any. */
  readonly card: Card | null;
  readonly faceUp: boolean;
}

/** The same, and what the seat guesses of it. */
export interface Believed extends Recognised {
  readonly odds: Odds;
  /** What it counts on average. */
  readonly points: number;
}

/** What a seat holds true of the table. Nothing of it is reckoned before it is asked for: of most hands little ever is. */
export class Belief {
  readonly seat: number;
  readonly view: PublicView;
  readonly rules: PointRules;
  readonly #memory: Memory;
  readonly #drawn: Card | null;
  readonly #keeps: number;
  #inSight: readonly Card[] | null = null;
  #unseen: Odds | null = null;

  /**
   * @param drawn the card that the seat holds in its hand, if any
   * @param keeps the share of its knowledge that is left after each round
   */
  constructor(seat: number, view: PublicView, memory: Memory, drawn: Card | null, keeps: number, rules: PointRules) {
    this.seat = seat;
    this.view = view;
    this.rules = rules;
    this.#memory = memory;
    this.#drawn = drawn;
    this.#keeps = keeps;
  }

  /** The discard pile, the top card last. */
  get discard(): readonly Card[] {
    return this.#memory.discard;
  }

  /** The card that it still knows to lie there; null: it could be any. */
  knownAt(place: PlaceOf): Card | null {
    const known = at(this.#memory.known, place);
    return known && this.#isKnown(known) ? known.card : null;
  }

  /** The card that it still knows to have been thrown away for the one that lies there, or null. */
  thrownFor(place: PlaceOf): Card | null {
    const preferred = at(this.#memory.preferred, place);
    return preferred && this.#isKept(preferred) ? preferred.to : null;
  }

  /** All cards of which it knows where they are. */
  get inSight(): readonly Card[] {
    this.#inSight ??= [...this.discard, ...this.#knownCards(), ...(this.#drawn === null ? [] : [this.#drawn])];
    return this.#inSight;
  }

  /** Of any other card. */
  get unseen(): Odds {
    this.#unseen ??= oddsOfUnseen(decksFor(this.view.players.length), this.inSight, this.rules);
    return this.#unseen;
  }

  #knownCards(): Card[] {
    return this.#memory.known.filter((one) => this.#isKnown(one)).map(({ card }) => card);
  }

  #isKnown(one: Known): boolean {
    return one.faceUp || this.#isKept(one);
  }

  #isKept(one: Known | Preferred): boolean {
    return isKept(one, this.#keeps, (this.view.turnNumber - one.turn) / this.view.players.length);
  }
}

/** The cards of a player's hand, in the order of their slots, as far as they are known. */
export function cardsOf(belief: Belief, { seat, hand }: PublicPlayer): Recognised[] {
  const cards: Recognised[] = [];
  hand.forEach((held, slot) => {
    if (!held) return;
    cards.push({ seat, slot, card: held.card ?? belief.knownAt({ seat, slot }), faceUp: held.card !== null });
  });
  return cards;
}

/** The same, and what they are likely to count. */
export const handOf = (belief: Belief, player: PublicPlayer): Believed[] =>
  cardsOf(belief, player).map(({ seat, slot, card, faceUp }) => {
    const odds = card === null ? oddsAt(belief, { seat, slot }) : certainly(pointsOf(card, belief.rules));
    return { seat, slot, card, faceUp, odds, points: meanOf(odds) };
  });

/** A card that its player preferred to another is likely to be lower than that. */
function oddsAt(belief: Belief, place: PlaceOf): Odds {
  const thrown = belief.thrownFor(place);
  return thrown === null ? belief.unseen : below(pointsOf(thrown, belief.rules), belief.unseen);
}

function at<T extends PlaceOf>(sights: readonly T[], { seat, slot }: PlaceOf): T | null {
  for (const one of sights) if (one.slot === slot && one.seat === seat) return one;
  return null;
}

export const othersOf = ({ seat, view }: Belief): PublicPlayer[] =>
  view.players.filter((player) => player.seat !== seat);

export const totalOf = (cards: readonly Believed[]): number => cards.reduce((sum, { points }) => sum + points, 0);
