import type { CommandOf } from './commands.ts';
import type { Decision } from './decision.ts';
import { endIfAbandoned } from './ending.ts';
import { isNamed } from './erasing.ts';
import { dealIfAllAreIn, lackingAfterLoss } from './parts.ts';
import { type Refusal, refuse } from './refusal.ts';
import { release } from './releasing.ts';
import { isDealing, isPerson, isRunning, persons, seatBySession, seatByUser } from './room.ts';
import { startIfFull } from './starting.ts';
import type { LeaveReason, Seat } from './state.ts';
import { refuseIfTooManyReturns } from './waiting.ts';

/** rules.md 12 and protocol.md 2: sitting down, dropping, leaving, and who owns the room then. */

export function connect(decision: Decision, { sessionId, token, events }: CommandOf<'connect'>): Refusal | null {
  const seat = seatBySession(decision.room, sessionId);
  if (!isPerson(seat)) return refuse('NOT_ALLOWED', 'This seat was given up: join the room again.');
  const tooMany = refuseIfTooManyReturns(seat, decision.now);
  if (tooMany) return tooMany;
  const wish = events !== undefined && events !== seat.events && { events };
  decision.emit({ type: 'seat_connected', seat: seat.seat, token, ...wish });
  // Everybody had left: whoever comes first owns the room.
  if (!seatByUser(decision.room, decision.room.ownerId)) decision.emit({ type: 'owner_changed', ownerId: seat.userId });
  const { match, settings, startsAt } = decision.room;
  if (settings.startDelayMs !== null && match === null && startsAt === null && !isDealing(decision.room)) {
    decision.emit({ type: 'start_scheduled', startsAt: decision.now + settings.startDelayMs });
  }
  startIfFull(decision);
  return null;
}

export function drop(decision: Decision, sessionId: string): Refusal | null {
  const seat = seatBySession(decision.room, sessionId);
  if (!isPerson(seat) || seat.attendance !== 'connected') return null;
  decision.emit({ type: 'seat_dropped', seat: seat.seat, until: decision.now + decision.room.settings.graceMs });
  return null;
}

export function leave(decision: Decision, sessionId: string, reason: LeaveReason): Refusal | null {
  const seat = seatBySession(decision.room, sessionId);
  if (isPerson(seat)) giveUp(decision, seat, reason);
  return null;
}

/** Nothing is left of who they are but what others have seen. */
export function erase(decision: Decision, userId: string): Refusal | null {
  const seat = seatByUser(decision.room, userId);
  if (seat) giveUp(decision, seat, 'signed_out');
  if (isNamed(decision.room, userId)) decision.emit({ type: 'person_erased', userId });
  return null;
}

/** rules.md 6: a person whom a computer player plays for plays on, be it their turn or not. */
export function takeSeatBack(decision: Decision, seat: number): Refusal | null {
  if (!isRunning(decision.room)) return refuse('WRONG_PHASE', 'No match is running.');
  const seated = decision.room.seats[seat] ?? null;
  if (!isPerson(seated)) return refuse('NOT_ALLOWED', 'This seat was given up.');
  if (!seated.playedByBot) return refuse('WRONG_PHASE', 'You play for yourself.');
  decision.emit({ type: 'player_back', seat });
  return null;
}

/** Running deadlines go on from where the last event left them, and every grace starts again; a deal has longer. */
export function recover(decision: Decision): Refusal | null {
  decision.emit({ type: 'time_lost', byMs: decision.now - decision.room.touchedAt + lackingAfterLoss(decision.room) });
  // Who was erased while nobody had the room comes back to nothing.
  for (const seat of persons(decision.room)) if (seat.userId === '') giveUp(decision, seat, 'left');
  const until = decision.now + decision.room.settings.graceMs;
  for (const { seat, attendance } of persons(decision.room)) {
    if (attendance === 'connected' || attendance === 'held') decision.emit({ type: 'seat_dropped', seat, until });
  }
  return null;
}

/** A reservation has lapsed, or the grace of a dropped connection is over. */
export function seatTimedOut(decision: Decision, seat: Seat): void {
  if (seat.attendance === 'reserved') {
    giveUp(decision, seat, 'lapsed');
  } else if (isRunning(decision.room)) {
    decision.emit({ type: 'grace_ended', seat: seat.seat });
    if (!seat.playedByBot) decision.emit({ type: 'bot_took_over', seat: seat.seat, why: 'away' });
    endIfAbandoned(decision);
  } else {
    giveUp(decision, seat, 'dropped');
  }
}

/** A person's seat is given up, with all that follows from it. */
export function giveUp(decision: Decision, seat: Seat, reason: LeaveReason): void {
  release(decision, seat, reason);
  endIfAbandoned(decision);
  dealIfAllAreIn(decision);
}
