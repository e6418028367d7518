/**
 * rules.md 2, cards. A card is a number: `card % 54` is its face, the whole number tells the two decks of a large table
 * apart. Faces 0 to 51 are suit * 13 + rank, 52 and 53 the jokers. Card numbers never leave the server.
 */
export type Card = number;

export const ranks = ['ace', '2', '3', '4', '5', '6', '7', '8', '9', '10', 'jack', 'queen', 'king', 'joker'] as const;
export type Rank = (typeof ranks)[number];

const suits = ['clubs', 'diamonds', 'hearts', 'spades'] as const;
export type Suit = (typeof suits)[number] | 'joker';

export const deckSize = 54;

const faces = Array.from({ length: deckSize }, (_, face) => ({
  rank: (face < 52 ? ranks[face % 13] : 'joker') as Rank,
  suit: (face < 52 ? suits[Math.floor(face / 13)] : 'joker') as Suit,
  points: face < 52 ? Math.min((face % 13) + 1, 10) : 0,
}));

const faceOf = (card: Card) => faces[card % deckSize] as (typeof faces)[number];

export const rankOf = (card: Card): Rank => faceOf(card).rank;
export const suitOf = (card: Card): Suit => faceOf(card).suit;
export const sameRank = (a: Card, b: Card): boolean => rankOf(a) === rankOf(b);

/** What decides how much a card counts: a part of a room's settings. */
export interface PointRules {
  /** What a king of hearts or diamonds counts: 10 or 0. */
  readonly redKingPoints: number;
}

export function pointsOf(card: Card, { redKingPoints }: PointRules): number {
  const { rank, suit, points } = faceOf(card);
  return rank === 'king' && (suit === 'hearts' || suit === 'diamonds') ? redKingPoints : points;
}

export type Power = 'queen' | 'jack';

/** The power that a card gives to who plays it, or null. */
export function powerOf(card: Card): Power | null {
  const rank = rankOf(card);
  return rank === 'queen' || rank === 'jack' ? rank : null;
}

/** Two to six seats play with one deck, seven and eight with two. */
export const decksFor = (seats: number): number => (seats > 6 ? 2 : 1);

/** All cards of a match, in the order that the shuffle starts from. */
export const freshDeck = (seats: number): Card[] => Array.from({ length: deckSize * decksFor(seats) }, (_, i) => i);
