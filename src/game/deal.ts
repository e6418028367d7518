import { type Card, freshDeck } from './cards.ts';
import { type Chance, type SeedPart, shuffled } from './chance.ts';
import type { Decision } from './decision.ts';
import { endIfAbandoned } from './ending.ts';
import { isFree, nextMatchNumber } from './room.ts';
import type { Room, Seat } from './state.ts';

/** rules.md 4, the deal: from a seed to the cards. */

const cardsEach = 4;

export interface Dealt {
  /** In seat order. */
  readonly hands: readonly (readonly Card[])[];
  readonly discard: Card;
  /** The top card is the last. */
  readonly drawPile: readonly Card[];
  /** Whose turn is the first: a place in the order of the seats. */
  readonly starter: number;
}

/** What a seed deals to so many seats. Whoever checks a deal deals again by this. */
export function dealFrom(seed: string, seats: number, { stream }: Pick<Chance, 'stream'>): Dealt {
  const pile = shuffled(freshDeck(seats), stream(seed, 'deal'));
  const take = () => pile.pop() as Card;
  const hands = Array.from({ length: seats }, () => Array.from({ length: cardsEach }, take));
  const discard = take();
  return { hands, discard, drawPile: pile, starter: stream(seed, 'start')(seats) };
}

/** Nobody takes part: the seed is made by the first formula, which does not bind the server. */
export function dealWithoutParts(decision: Decision): void {
  const { room, chance } = decision;
  const playing = playingIn(room);
  const nonces = playing.map((seat) => seat.dealNonce);
  const seed = chance.seedOf(room.secret, room.roomId, nextMatchNumber(room), nonces);
  startMatchWith(decision, playing, seed, {});
}

/** The parts are in, but for those that are left out: the seed is made of them by the second formula. */
export function dealWithParts(decision: Decision): void {
  const { room, chance } = decision;
  const { parts } = room.dealing ?? { parts: [] };
  const playing = parts.map(({ seat }) => room.seats[seat] as Seat);
  const seedParts = parts.map((part, i): SeedPart => ({ ...part, dealNonce: playing[i]?.dealNonce ?? '' }));
  const seed = chance.seedOfParts(room.secret, room.roomId, nextMatchNumber(room), seedParts);
  const public_ = parts.map(({ commitment, nonce }) => ({ commitment, nonce }));
  startMatchWith(decision, playing, seed, { formula: 2, parts: public_ });
  // Who has left since the parts were closed plays all the same.
  for (const { seat, attendance } of playing) {
    if (attendance === 'left') decision.emit({ type: 'bot_took_over', seat, why: 'left' });
  }
  endIfAbandoned(decision);
}

/** The seats that play in a match which begins now. */
export const playingIn = (room: Room): Seat[] => room.seats.filter((seat): seat is Seat => !isFree(room, seat));

type Formula = { formula?: 2; parts?: readonly { commitment: string; nonce: string }[] };

function startMatchWith(decision: Decision, playing: readonly Seat[], seed: string, formula: Formula): void {
  const { room, chance, now } = decision;
  const seats = playing.map((seat) => seat.seat);
  const nonces = playing.map((seat) => seat.dealNonce);
  const { hands, discard, drawPile, starter: place } = dealFrom(seed, seats.length, chance);
  const starter = seats[place] as number;
  const deadlineAt = now + room.settings.initialPeekMs;
  const dealt = { matchNumber: nextMatchNumber(room), seats, nonces, seed, hands, discard, drawPile, starter };
  decision.emit({ type: 'match_started', ...dealt, deadlineAt, ...formula });
}
