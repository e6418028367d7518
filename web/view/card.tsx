import type { Face } from '../state/table.ts';

/** Cards, drawn by us. What they say to a screen reader is said by what holds them. */

const suits: Record<string, string> = {
  hearts:
    'M12 21S4 15.7 4 9.8C4 6.6 6.3 4.5 8.9 4.5c1.5 0 2.6.8 3.1 1.9.5-1.1 1.6-1.9 3.1-1.9 2.6 0 4.9 2.1 4.9 5.3C20 15.7 12 21 12 21z',
  diamonds: 'M12 2.5 19.5 12 12 21.5 4.5 12z',
  spades:
    'M12 2.5c3 4 8 6.6 8 10.9 0 2.6-2 4.3-4.1 4.3-1.2 0-2.2-.5-2.8-1.3.2 2 1 3.6 2.4 5.1h-7c1.4-1.5 2.2-3.1 2.4-5.1-.6.8-1.6 1.3-2.8 1.3C6 17.7 4 16 4 13.4c0-4.3 5-6.9 8-10.9z',
  clubs:
    'M12 2.8a4.2 4.2 0 0 1 3.5 6.5 4.3 4.3 0 1 1-1.6 7.7c.3 1.8.9 3.1 2 4.5H8.1c1.1-1.4 1.7-2.7 2-4.5a4.3 4.3 0 1 1-1.6-7.7A4.2 4.2 0 0 1 12 2.8z',
};

/** The middle of the cards that are more than a number: a queen looks, a jack swaps. */
const pictures: Record<string, string> = {
  queen:
    'M12 5C6.5 5 2.7 9.3 1.2 12c1.5 2.7 5.3 7 10.8 7s9.3-4.3 10.8-7C21.3 9.3 17.5 5 12 5zm0 11.8a4.8 4.8 0 1 1 0-9.6 4.8 4.8 0 0 1 0 9.6zm0-2.6a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z',
  jack: 'M7.5 3 2 8.5l5.5 5.5v-3.7H19V6.7H7.5zM16.5 10l5.5 5.5-5.5 5.5v-3.7H5v-3.6h11.5z',
  king: 'M3 19h18v2.5H3zM2 6.5l5 4 5-7.5 5 7.5 5-4L19.5 17h-15z',
  joker: 'm12 1.5 2.8 7.1 7.6.5-5.9 4.8 1.9 7.4L12 17.2l-6.4 4.1 1.9-7.4-5.9-4.8 7.6-.5z',
};

const indices: Record<string, string> = { ace: 'A', jack: 'J', queen: 'Q', king: 'K', joker: '★' };

export function FaceView({ face }: { face: Face }) {
  const { rank, suit } = face;
  const red = suit === 'hearts' || suit === 'diamonds';
  const kind = rank === 'joker' ? 'joker' : red ? 'red' : 'black';
  const index = indices[rank] ?? rank;
  return (
    <svg class={`card face ${kind}`} viewBox="0 0 100 140" aria-hidden="true">
      <rect class="paper" x="1.5" y="1.5" width="97" height="137" rx="12" />
      <text class="index" x="10" y="42" textLength={index === '10' ? 40 : undefined} lengthAdjust="spacingAndGlyphs">
        {index}
      </text>
      {suits[suit] && <path d={suits[suit]} transform="translate(7 48) scale(1.2)" />}
      <path d={pictures[rank] ?? suits[suit]} transform="translate(29 66) scale(2.7)" />
    </svg>
  );
}

/** @param no the number of its slot, as people count */
export function BackView({ no }: { no?: number }) {
  return (
    <span class="card back" aria-hidden="true">
      {no !== undefined && <span class="no">{no}</span>}
    </span>
  );
}

export const EmptyView = () => <span class="card empty" aria-hidden="true" />;
