import type { Face } from '../state/table.ts';

/** Cards, in words. */

/** In words, so that a screen reader says “ten”, and not “one zero”. */
const numbers = ['two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
export const rankName = (rank: string): string => numbers[Number(rank) - 2] ?? rank;
const article = (rank: string): string => (rank === 'ace' || rank === '8' ? 'an' : 'a');
/** “sevens”, “sixes”. */
export const rankNames = (rank: string): string => (rank === '6' ? 'sixes' : `${rankName(rank)}s`);
/** “a seven”, “an ace”. */
export const aRank = (rank: string): string => `${article(rank)} ${rankName(rank)}`;
const cardName = ({ rank, suit }: Face): string => (rank === 'joker' ? 'joker' : `${rankName(rank)} of ${suit}`);
/** As it is printed: who speaks to their screen says what they see there. */
export const cardLabel = ({ rank, suit }: Face): string => (rank === 'joker' ? 'joker' : `${rank} of ${suit}`);
export const theCard = (card: Face): string => `the ${cardName(card)}`;
export const cardNo = (slot: number): string => `card ${slot + 1}`;
