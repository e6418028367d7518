import type { OwnPart } from '../../src/fairness/ownPart.ts';
import type { DealtMatch, Face, Verdict } from '../../src/fairness/verify.ts';
import { verifyDeal } from '../../src/fairness/verify.ts';
import type { MatchEvent } from '../../src/protocol/matchEvent.ts';
import type { CardsShown } from '../../src/protocol/toClient.ts';
import { isRunning, type TableState } from './table.ts';

/** Checking the deal (docs/fair-deal.md), in the page: what was seen of a match is kept, and compared once its secret is open. */

/** What this page saw of a match's deal while it ran. */
export type Seen = Omit<DealtMatch, 'secret'>;

/** Keeps what a page sees of the deals of a room. */
export function createWitness() {
  let seen: Seen | null = null;
  let early: { discard: Face; starter: string } | null = null;

  return {
    table(table: TableState): void {
      if (!isRunning(table.phase) || seen?.matchNumber === table.matchNumber) return;
      const { roomId, matchNumber, dealCommitment: commitment, dealFormula: formula } = table;
      const seats = Object.values(table.players)
        .sort((a, b) => a.seat - b.seat)
        .map(({ seat, sessionId, name, dealNonce, dealCommitment, dealPart: part }) => {
          return { seat, sessionId, name, dealNonce, dealCommitment, part };
        });
      seen = { roomId, matchNumber, formula, commitment, seats, discard: null, starter: null, cards: [], ...early };
      early = null;
    },
    /** An event may come before the state that it has led to. */
    event(event: MatchEvent): void {
      if (event.type !== 'match_started') return;
      const { discard, starter } = event;
      const { rank, suit } = discard;
      const opened = { discard: { rank, suit }, starter };
      if (seen?.matchNumber === event.match_number) seen = { ...seen, ...opened };
      else early = opened;
    },
    shown({ reason, cards }: CardsShown): void {
      if (!seen || reason !== 'initial_peek') return;
      seen = {
        ...seen,
        cards: cards.map(({ session_id, slot, rank, suit }) => ({ sessionId: session_id, slot, rank, suit })),
      };
    },
    /** What was seen of this match, or null. */
    of: (matchNumber: number): Seen | null => (seen?.matchNumber === matchNumber ? seen : null),
  };
}

/** Deals again from the revealed secret, and compares. */
export const verify = (seen: Seen, secret: string, own: OwnPart | null): Verdict =>
  verifyDeal({ ...seen, secret }, own);

/** What `npm run verify-deal` reads: one's own record, and what the server has said and shown. */
export const fileOf = (seen: Seen, secret: string, own: OwnPart | null): string =>
  JSON.stringify({ own, match: { ...seen, secret } }, null, 2);

/** Whether this player's part should be in the running deal, and is not. */
export function isLeftOut({ phase, players }: TableState, own: OwnPart | null): boolean {
  return own !== null && isRunning(phase) && players[own.sessionId]?.dealPart !== own.nonce;
}

/** How often the running deal was begun, as far as this page has opened its part each time: once, where all is well. */
export const begun = ({ phase }: TableState, own: OwnPart | null): number =>
  own !== null && isRunning(phase) ? own.openedBefore + 1 : 1;
