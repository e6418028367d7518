import type { Card } from '../../src/game/cards.ts';
import type { Shown } from '../../src/game/seen.ts';
import type { Room } from '../../src/game/state.ts';
import type { Sight } from './refereeTable.ts';

/**
 * Other worlds: rooms that differ in what one seat may not know, and in nothing else. What is sent to that seat must be the
 * same in all of them, or it tells something (rules.md 14).
 */

/** Which card lies where another one lies in this world. */
export type Exchange = readonly Card[];

/** Cards that lie open on the table. */
export function openCards(room: Room): Card[] {
  const { match } = room;
  if (!match) return [];
  const faceUp = match.players.flatMap((player) => player.hand.flatMap((held) => (held?.faceUp ? [held.card] : [])));
  const top = match.discard.at(-1);
  return top === undefined ? faceUp : [...faceUp, top];
}

const everyCard = Array.from({ length: 108 }, (_, card) => card);

/** Exchanges the cards of the game in that order, in a circle, but for those that `held` names. */
export function exchange(order: readonly Card[], held: Iterable<Card>): Exchange {
  const kept = new Set(held);
  const result = everyCard.slice();
  let first: Card | null = null;
  let last: Card | null = null;
  for (const card of order) {
    if (kept.has(card)) continue;
    if (last === null) first = card;
    else result[last] = card;
    last = card;
  }
  if (first !== null && last !== null) result[last] = first;
  return result;
}

/** How many cards lie elsewhere in that world. */
export const exchanged = (by: Exchange): number => by.filter((other, card) => other !== card).length;

/** The room in the world where those cards are exchanged, with other secrets. `seed`: that of the match, null: another. */
export function otherWorld(room: Room, by: Exchange, seed: string | null): Room {
  const { match } = room;
  if (!match) return room;
  const other = (card: Card): Card => by[card] ?? card;
  return {
    ...room,
    secret: 'another secret',
    botSeed: 'another seed',
    settings: { ...room.settings, passwordHash: 'another hash' },
    seats: room.seats.map((seat) => seat && { ...seat, token: 'another token' }),
    match: {
      ...match,
      seed: seed ?? 'another seed',
      players: match.players.map((player) => ({
        ...player,
        hand: player.hand.map((held) => held && { ...held, card: other(held.card) }),
      })),
      drawPile: match.drawPile.map(other),
      discard: match.discard.map(other),
      drawn: match.drawn && { ...match.drawn, card: other(match.drawn.card) },
      showing: match.showing.map((one) => ({ ...one, card: other(one.card) })),
    },
  };
}

/** What a seat is being shown by the rules, as text. */
export function entitledTo(sights: readonly Sight[], seat: number, now: number): string[] {
  return sights
    .filter((one) => one.to === seat && (one.reason === 'drawn' || one.until > now))
    .map((one) => `${one.reason} ${one.place.seat}/${one.place.slot} ${one.card} until ${one.until}`)
    .sort();
}

/** What a seat is being shown by the room, as the same text. */
export function sightsIn(shown: readonly Shown[]): string[] {
  return shown
    .flatMap(({ reason, cards, until }) =>
      cards.map((one) => `${reason} ${one.seat}/${one.slot} ${one.card} until ${until}`),
    )
    .sort();
}
