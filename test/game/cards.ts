import type { Card } from '../../src/game/cards.ts';
import type { Hand } from '../../src/game/hand.ts';

/**
 * Cards as text: rank and suit (`7h`, `10c`, `Qs`, `Ad`), jokers `X1` and `X2`; the second deck's end with a comma (`7h,`).
 * A hand is its slots in a row: `[7h]` lies face up, `.` is an empty slot.
 */
const rankNames = ['A', '2', '3', '4', '5', '6', '7', '8', '9', '10', 'J', 'Q', 'K'];
const suitNames = 'cdhs';

export function card(text: string): Card {
  const deck = text.endsWith(',') ? 54 : 0;
  const face = text.replace(/[[\],]/g, '');
  if (face === 'X1' || face === 'X2') return deck + 51 + Number(face[1]);
  const rank = rankNames.indexOf(face.slice(0, -1));
  const suit = suitNames.indexOf(face.slice(-1));
  if (rank < 0 || suit < 0) throw new Error(`no such card: ${text}`);
  return deck + suit * 13 + rank;
}

export function cards(text: string): Card[] {
  return text.split(' ').filter(Boolean).map(card);
}

export function nameOf(card: Card): string {
  const face = card % 54;
  const name = face > 51 ? `X${face - 51}` : `${rankNames[face % 13]}${suitNames[Math.floor(face / 13)]}`;
  return card < 54 ? name : `${name},`;
}

export const namesOf = (cards: readonly Card[]): string => cards.map(nameOf).join(' ');

export function handText(hand: Hand): string {
  return hand.map((held) => (held ? (held.faceUp ? `[${nameOf(held.card)}]` : nameOf(held.card)) : '.')).join(' ');
}
