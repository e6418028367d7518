/** Cards and their places in the words of the wire (protocol.md, 4). Types alone: what the page uses of them costs it nothing. */

export type Rank = 'ace' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | '10' | 'jack' | 'queen' | 'king' | 'joker';
export type Suit = 'clubs' | 'diamonds' | 'hearts' | 'spades' | 'joker';

/** A card that somebody may see. */
export interface CardFace {
  rank: Rank;
  suit: Suit;
  /** What it counts in this room. */
  points: number;
}

/** Where a card lies. */
export interface Place {
  session_id: string;
  /** Index into that player's hand; -1 is the drawn card. */
  slot: number;
}

/** A card, and where it lies. */
export interface PlacedCard extends Place, CardFace {}
