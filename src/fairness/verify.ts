import { type Card, rankOf, suitOf } from '../game/cards.ts';
import { dealFrom } from '../game/deal.ts';
import { commitmentOf, fairness, isHex32, partCommitmentOf, seedOf, seedOfParts } from './fairness.ts';
import type { DealSeat, OwnPart } from './ownPart.ts';

/** Checking a deal (docs/fair-deal.md): what a client kept for itself, against what the server says afterwards. */

export interface Face {
  readonly rank: string;
  readonly suit: string;
}

/** What is said of a match when it has ended, and what was seen of its cards. */
export interface DealtMatch {
  readonly roomId: string;
  readonly matchNumber: number;
  /** 1: nobody took part in the deal. */
  readonly formula: number;
  /** The server's, in hex. */
  readonly secret: string;
  /** To the secret, as it was read before the match; empty where nobody has read it. */
  readonly commitment: string;
  /** Who played, in seat order. `part`: the nonce that was revealed, `left_out`, or empty for who took no part. */
  readonly seats: readonly (DealSeat & { readonly name: string; readonly part: string })[];
  readonly discard: Face | null;
  /** The session id of who had the first turn. */
  readonly starter: string | null;
  /** Cards as they were dealt, as many as are known. */
  readonly cards: readonly (Face & { readonly sessionId: string; readonly slot: number })[];
}

export interface Check {
  readonly of: 'commitment' | 'formula' | 'seats' | 'part' | 'own_part' | 'discard' | 'starter' | 'card';
  readonly holds: boolean;
  readonly name?: string;
  readonly card?: Face;
  readonly slot?: number;
}

/**
 * - fair: one's own part is in and nobody's was left out: it is the deal that chance gave, chosen by nobody;
 * - limited: one's own part is in, and somebody's was left out or the deal was begun again: it is one of `choices`;
 * - consistent: what the server says fits together, which a server that has chosen the deal can bring about;
 * - broken: something does not fit.
 */
export type Outcome = 'fair' | 'limited' | 'consistent' | 'broken';

export interface Verdict {
  readonly outcome: Outcome;
  readonly checks: readonly Check[];
  /** Names of those whose part is in the deal, and of those who were left out. */
  readonly tookPart: readonly string[];
  readonly leftOut: readonly string[];
  readonly own: 'in' | 'left_out' | 'none';
  /** How often the deal was begun, by one's own record: whoever has it begun again can choose among as many. */
  readonly begun: number;
  /**
   * Among how many deals somebody could choose at most. From outside it can't be told who would have left out what, so
   * that with one's own part in and one left out it is two for each other part, whosever they are.
   */
  readonly choices: number;
  readonly seed: string;
  readonly hands: readonly { readonly name: string; readonly cards: readonly Face[] }[];
}

const leftOut = 'left_out';

/**
 * Deals again, and compares.
 * @param own what this client kept before it revealed its part; without it nothing better than `consistent` is found
 */
export function verifyDeal(match: DealtMatch, own: OwnPart | null): Verdict {
  const { roomId, matchNumber, seats, secret } = match;
  const record = own?.closed ? { ...own, ...own.closed } : null;
  const seed = match.formula === 1 ? seedOfFirst(match) : seedOfSecond(match);
  const dealt = dealFrom(seed, seats.length, fairness);
  const hands = seats.map(({ name }, i) => ({ name, cards: (dealt.hands[i] ?? []).map(faceOf) }));
  const nameOf = (sessionId: string) => seats.find((one) => one.sessionId === sessionId)?.name ?? '';

  const checks: Check[] = [];
  const check = (of: Check['of'], holds: boolean, more: Partial<Check> = {}) => checks.push({ of, holds, ...more });
  // Only where nobody has kept or read a commitment there is none to compare with, and nothing is found fair then.
  const promised = own ? [own.promised, ...(own.closed ? [own.closed.serverCommitment] : [])] : [match.commitment];
  if (own || match.commitment !== '' || !isHex32(secret)) {
    check('commitment', isHex32(secret) && promised.every((one) => one === commitmentOf(secret)));
  }
  if (record) {
    const sameMatch = record.roomId === roomId && record.matchNumber === matchNumber;
    check('formula', match.formula === 2 && sameMatch);
    check('seats', JSON.stringify(seats.map(known)) === JSON.stringify(record.seats.map(known)));
  }
  for (const { sessionId, name, part, dealCommitment } of seats) {
    // What was committed to is read where the server can't change it any more.
    const kept = record?.seats.find((one) => one.sessionId === sessionId)?.dealCommitment ?? dealCommitment;
    if (part === '' && kept === '') continue;
    const fits = isHex32(part) && partCommitmentOf(part, roomId, matchNumber, sessionId) === kept;
    check('part', (part === leftOut && isHex32(kept)) || fits, { name });
  }
  const mine = record && seats.find((one) => one.sessionId === record.sessionId);
  const isIn = record !== null && mine?.part === record.nonce;
  // Left out in spite of its word that it has the nonce: not late, but a lie.
  if (record && (isIn || record.confirmed)) check('own_part', isIn);
  if (match.discard) check('discard', same(faceOf(dealt.discard), match.discard), { card: match.discard });
  if (match.starter) {
    check('starter', seats[dealt.starter]?.sessionId === match.starter, { name: nameOf(match.starter) });
  }
  for (const { sessionId, slot, rank, suit } of match.cards) {
    const at = seats.findIndex((one) => one.sessionId === sessionId);
    const card = { rank, suit };
    check('card', same(hands[at]?.cards[slot], card), { card, slot, name: nameOf(sessionId) });
  }

  const missing = seats.filter(({ part }) => part === leftOut).map(({ name }) => name);
  const begun = 1 + (own?.openedBefore ?? 0);
  const choices = begun * (missing.length > 0 ? 2 ** (takingPart(seats) - 1) : 1);
  const holds = checks.every((one) => one.holds);
  return {
    outcome: !holds ? 'broken' : !isIn ? 'consistent' : choices > 1 ? 'limited' : 'fair',
    checks,
    tookPart: seats.filter(({ part }) => part !== '' && part !== leftOut).map(({ name }) => name),
    leftOut: missing,
    begun,
    choices: isIn ? choices : Number.POSITIVE_INFINITY,
    own: isIn ? 'in' : own ? leftOut : 'none',
    seed,
    hands,
  };
}

const takingPart = (seats: DealtMatch['seats']): number => seats.filter(({ part }) => part !== '').length;

const known = ({ seat, sessionId, dealNonce, dealCommitment }: DealSeat) => [
  seat,
  sessionId,
  dealNonce,
  dealCommitment,
];

const seedOfFirst = ({ secret, roomId, matchNumber, seats }: DealtMatch): string =>
  seedOf(
    secret,
    roomId,
    matchNumber,
    seats.map((one) => one.dealNonce),
  );

const seedOfSecond = ({ secret, roomId, matchNumber, seats }: DealtMatch): string =>
  seedOfParts(
    secret,
    roomId,
    matchNumber,
    seats.map(({ seat, sessionId, dealNonce, dealCommitment: commitment, part }) => {
      return { seat, sessionId, dealNonce, commitment, nonce: part === leftOut ? '' : part };
    }),
  );

const faceOf = (card: Card): Face => ({ rank: rankOf(card), suit: suitOf(card) });
const same = (a: Face | undefined, b: Face): boolean => a?.rank === b.rank && a.suit === b.suit;
