import type { Card } from '../game/cards.ts';
import { deckSize, decksFor, pointsOf } from '../game/cards.ts';
import type { PlaceOf } from '../game/events.ts';
import type { PublicPlayer, PublicView } from '../game/view.ts';
import { isKept, type Known, type Memory } from './memory.ts';

/** A card in a slot, as far as a seat sees or still remembers it. */
export interface Believed extends PlaceOf {
  /** null: it could be any. */
  readonly card: Card | null;
  readonly faceUp: boolean;
  /** Of an unknown card, what the cards that are not in sight count on average. */
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
  readonly unknownPoints: number;
  readonly redKingPoints: number;
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
  redKingPoints: number,
): Belief {
  const seats = view.players.length;
  const { discard } = memory;
  const known = memory.known.filter((one) => isKept(one, keeps, (view.turnNumber - one.turn) / seats));
  const inSight = [...discard, ...known.map(({ card }) => card)];
  if (drawn !== null) inSight.push(drawn);
  const unknownPoints = averageUnseen(seats, inSight, redKingPoints);
  return { seat, view, discard, known, unknownPoints, redKingPoints };
}

/** The cards of a player's hand, in the order of their slots. */
export function handOf(belief: Belief, player: PublicPlayer): Believed[] {
  const hand: Believed[] = [];
  player.hand.forEach((held, slot) => {
    if (!held) return;
    const card = held.card ?? remembered(belief, player.seat, slot);
    const points = card === null ? belief.unknownPoints : pointsOf(card, belief.redKingPoints);
    hand.push({ seat: player.seat, slot, card, faceUp: held.card !== null, points });
  });
  return hand;
}

function remembered(belief: Belief, seat: number, slot: number): Card | null {
  for (const one of belief.known) if (one.slot === slot && one.seat === seat) return one.card;
  return null;
}

/** What a card that is not in sight counts on average. */
function averageUnseen(seats: number, inSight: readonly Card[], redKingPoints: number): number {
  // Of one deck: four suits of ace to ten and three pictures; two of the kings are red.
  const deckPoints = 4 * (55 + 30) - 2 * (10 - redKingPoints);
  const decks = decksFor(seats);
  const cards = deckSize * decks - inSight.length;
  const points = inSight.reduce((left, card) => left - pointsOf(card, redKingPoints), deckPoints * decks);
  return cards > 0 ? points / cards : 0;
}
