import { commitmentOf, seedOf, stream } from '../../src/fairness/fairness.ts';
import { type Card, freshDeck, rankOf, suitOf } from '../../src/game/cards.ts';
import { shuffled } from '../../src/game/chance.ts';
import type { CardsShown } from '../../src/protocol/toClient.ts';
import type { MatchEvent } from './matchEvent.ts';
import { type Face, isRunning, type Table } from './table.ts';

/** Checking the deal (docs/fair-deal.md), in the page: what was seen of a match is kept, and compared once its secret is open. */

interface DealtPlayer {
  readonly sessionId: string;
  readonly name: string;
  readonly nonce: string;
}

/** What this page saw of a match's deal while it ran. */
export interface Seen {
  readonly matchNumber: number;
  readonly commitment: string;
  /** In seat order. */
  readonly players: readonly DealtPlayer[];
  /** The nonce that this player brought; empty where the page does not know it. */
  readonly ownNonce: string;
  readonly discard: Face | null;
  readonly starter: string | null;
  readonly peeked: readonly (Face & { readonly sessionId: string; readonly slot: number })[];
}

export interface Check {
  readonly of: 'commitment' | 'nonce' | 'discard' | 'starter' | 'peeked';
  readonly holds: boolean;
  readonly card?: Face;
  readonly slot?: number;
  readonly name?: string;
}

export interface Verdict {
  readonly fair: boolean;
  readonly checks: readonly Check[];
  readonly secret: string;
  readonly commitment: string;
  readonly seed: string;
  readonly hands: readonly { readonly name: string; readonly cards: readonly Face[] }[];
}

/** Keeps what a page sees of the deals of a room. */
export function createWitness() {
  let seen: Seen | null = null;
  let early: Partial<Pick<Seen, 'discard' | 'starter'>> = {};

  return {
    table(table: Table, ownNonce: string): void {
      if (!isRunning(table.phase) || seen?.matchNumber === table.matchNumber) return;
      const players = Object.values(table.players)
        .sort((a, b) => a.seat - b.seat)
        .map(({ sessionId, name, dealNonce }) => ({ sessionId, name, nonce: dealNonce }));
      const { matchNumber, dealCommitment: commitment } = table;
      seen = { matchNumber, commitment, players, ownNonce, discard: null, starter: null, peeked: [], ...early };
      early = {};
    },
    /** An event may come before the state that it has led to. */
    event(event: MatchEvent): void {
      if (event.type !== 'match_started') return;
      const { discard, starter } = event;
      if (seen?.matchNumber === event.match_number) seen = { ...seen, discard, starter };
      else early = { discard, starter };
    },
    shown({ reason, cards }: CardsShown): void {
      if (!seen || reason !== 'initial_peek') return;
      seen = { ...seen, peeked: cards.map((card) => ({ ...card, sessionId: card.session_id })) };
    },
    /** What was seen of this match, or null. */
    of: (matchNumber: number): Seen | null => (seen?.matchNumber === matchNumber ? seen : null),
  };
}

const faceOf = (card: Card): Face => ({ rank: rankOf(card), suit: suitOf(card) });
const same = (a: Face | undefined, b: Face): boolean => a?.rank === b.rank && a.suit === b.suit;

/** Deals again from the revealed secret, and compares. */
export function verify(seen: Seen, roomId: string, secret: string): Verdict {
  const { players, commitment } = seen;
  const nonces = players.map((player) => player.nonce);
  const seed = seedOf(secret, roomId, seen.matchNumber, nonces);
  const pile = shuffled(freshDeck(players.length), stream(seed, 'deal'));
  const take = (): Face => faceOf(pile.pop() as Card);
  const hands = players.map(({ sessionId, name }) => ({ sessionId, name, cards: [take(), take(), take(), take()] }));
  const discard = take();
  const starter = players[stream(seed, 'start')(players.length)];

  const checks: Check[] = [{ of: 'commitment', holds: commitmentOf(secret) === commitment }];
  if (seen.ownNonce) checks.push({ of: 'nonce', holds: nonces.includes(seen.ownNonce) });
  if (seen.discard) checks.push({ of: 'discard', holds: same(discard, seen.discard), card: seen.discard });
  if (seen.starter) {
    const name = players.find((player) => player.sessionId === seen.starter)?.name ?? '';
    checks.push({ of: 'starter', holds: starter?.sessionId === seen.starter, name });
  }
  for (const { sessionId, slot, rank, suit } of seen.peeked) {
    const dealt = hands.find((hand) => hand.sessionId === sessionId)?.cards[slot];
    const card = { rank, suit };
    checks.push({ of: 'peeked', holds: same(dealt, card), card, slot });
  }
  return { fair: checks.every((check) => check.holds), checks, secret, commitment, seed, hands };
}
