import { dealWithoutParts, dealWithParts, playingIn } from './deal.ts';
import type { Decision } from './decision.ts';
import { type Refusal, refuse } from './refusal.ts';
import { isPerson, nextMatchNumber } from './room.ts';
import type { DealPart, Room, Seat } from './state.ts';

/**
 * rules.md 4: the parts of a deal. The server's commitment stands first; then players commit; when the match is to start
 * the commitments are closed; only then is anything revealed, and it stays here until all is in or the time is up.
 */

/** How long those who take part have to reveal, ms. */
const revealMs = 2_000;
/** How long from when the room is back after the loss of its process: they have to notice that first, and to come back. */
const revealBackMs = 5_000;

/** What the deal's time lacks of that when the room is back, ms. */
export const lackingAfterLoss = ({ dealing, touchedAt }: Room): number =>
  dealing ? Math.max(0, revealBackMs - Math.max(0, dealing.deadlineAt - touchedAt)) : 0;

export function revealPart(decision: Decision, seat: number, matchNumber: number, nonce: string): Refusal | null {
  const { room, chance } = decision;
  const next = nextMatchNumber(room);
  if (!room.dealing || matchNumber !== next) return refuse('WRONG_PHASE', 'Nothing is revealed now.');
  const part = room.dealing.parts.find((one) => one.seat === seat);
  if (!part?.commitment || !isPerson(room.seats[seat] ?? null)) {
    return refuse('NOT_ALLOWED', 'You take no part in this deal.');
  }
  if (chance.partCommitmentOf(nonce, room.roomId, next, part.sessionId) !== part.commitment) {
    return refuse('INVALID_PAYLOAD', 'nonce: is not the one that you have committed to.');
  }
  if (part.nonce === nonce) return null;
  decision.emit({ type: 'deal_revealed', seat, nonce });
  dealIfAllAreIn(decision);
  return null;
}

/** The match is to start: deals at once where nobody who is there takes part, else closes the parts. */
export function beginDeal(decision: Decision): void {
  const { room, now } = decision;
  const playing = playingIn(room);
  if (!playing.some((seat) => seat.attendance === 'connected' && seat.commitment !== '')) {
    dealWithoutParts(decision);
    return;
  }
  decision.emit({
    type: 'deal_closed',
    matchNumber: nextMatchNumber(room),
    seats: playing.map((seat) => seat.seat),
    commitments: playing.map((seat) => seat.commitment),
    deadlineAt: now + revealMs,
  });
}

/** Deals where every part is in that may still come: who has left reveals nothing any more. */
export function dealIfAllAreIn(decision: Decision): void {
  const { dealing, seats } = decision.room;
  if (dealing && !dealing.parts.some((part) => isAwaited(part, seats[part.seat] ?? null))) dealWithParts(decision);
}

const isAwaited = ({ commitment, nonce }: DealPart, seat: Seat | null): boolean =>
  commitment !== '' && nonce === '' && isPerson(seat);

/** The time to reveal is over: what is missing is left out. */
export const revealTimedOut = (decision: Decision): void => dealWithParts(decision);
