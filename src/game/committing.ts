import type { Decision } from './decision.ts';
import { type Refusal, refuse } from './refusal.ts';
import { isBetweenMatches, isPerson, nextMatchNumber } from './room.ts';
import { startIfFull } from './starting.ts';

/** rules.md 4: players commit to their parts of the next deal. */

/** A client that has lost its nonce may commit anew, but not for ever: each time is an entry of the journal. */
const commitsEach = 8;

export function commitToDeal(
  decision: Decision,
  seat: number,
  matchNumber: number,
  commitment: string,
): Refusal | null {
  const { room } = decision;
  const seated = room.seats[seat] ?? null;
  if (!isPerson(seated)) return refuse('NOT_ALLOWED', 'This seat was given up.');
  if (!isBetweenMatches(room))
    return refuse('WRONG_PHASE', 'The parts of this deal are closed: wait for the next one.');
  const next = nextMatchNumber(room);
  if (matchNumber !== next) return refuse('WRONG_PHASE', `match_number: the next match is ${next}.`);
  if (seated.commits >= commitsEach) {
    return refuse('NOT_ALLOWED', `commitment: was sent ${commitsEach} times; the last one counts.`);
  }
  decision.emit({ type: 'deal_committed', seat, matchNumber, commitment });
  startIfFull(decision);
  return null;
}
