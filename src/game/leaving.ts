import { endMatch } from './ending.ts';
import { dealIfAllAreIn, lackingAfterLoss } from './parts.ts';
import { type Refusal, refuse } from './refusal.ts';
import {
  isDealing,
  isPerson,
  isPresent,
  isRunning,
  longestSeated,
  persons,
  seatBySession,
  seatByUser,
} from './room.ts';
import { startIfFull } from './starting.ts';
import type { LeaveReason, Seat } from './state.ts';
import type { Step } from './step.ts';
import { refuseIfTooManyReturns } from './waiting.ts';

/** rules.md 12 and protocol.md 2: sitting down, dropping, leaving, and who owns the room then. */

export function connect(step: Step, sessionId: string, token: string): Refusal | null {
  const seat = seatBySession(step.room, sessionId);
  if (!isPerson(seat)) return refuse('NOT_ALLOWED', 'This seat was given up: join the room again.');
  const tooMany = refuseIfTooManyReturns(seat, step.now);
  if (tooMany) return tooMany;
  step.emit({ type: 'seat_connected', seat: seat.seat, token });
  // Everybody had left: whoever comes first owns the room.
  if (!seatByUser(step.room, step.room.ownerId)) step.emit({ type: 'owner_changed', ownerId: seat.userId });
  const { match, settings, startsAt } = step.room;
  if (settings.startDelayMs !== null && match === null && startsAt === null && !isDealing(step.room)) {
    step.emit({ type: 'start_scheduled', startsAt: step.now + settings.startDelayMs });
  }
  startIfFull(step);
  return null;
}

export function drop(step: Step, sessionId: string): Refusal | null {
  const seat = seatBySession(step.room, sessionId);
  if (!isPerson(seat) || seat.presence !== 'connected') return null;
  step.emit({ type: 'seat_dropped', seat: seat.seat, until: step.now + step.room.settings.graceMs });
  return null;
}

export function leave(step: Step, sessionId: string, reason: LeaveReason): Refusal | null {
  const seat = seatBySession(step.room, sessionId);
  if (isPerson(seat)) giveUp(step, seat, reason);
  return null;
}

/** rules.md 6: a person whom a computer player plays for plays on, be it their turn or not. */
export function takeSeatBack(step: Step, seat: number): Refusal | null {
  if (!isRunning(step.room)) return refuse('WRONG_PHASE', 'No match is running.');
  const seated = step.room.seats[seat] ?? null;
  if (!isPerson(seated)) return refuse('NOT_ALLOWED', 'This seat was given up.');
  if (!seated.playedByBot) return refuse('WRONG_PHASE', 'You play for yourself.');
  step.emit({ type: 'player_back', seat });
  return null;
}

/** Running deadlines go on from where the last event left them, and every grace starts again; a deal has longer. */
export function recover(step: Step): Refusal | null {
  step.emit({ type: 'time_lost', byMs: step.now - step.room.touchedAt + lackingAfterLoss(step.room) });
  const until = step.now + step.room.settings.graceMs;
  for (const { seat, presence } of persons(step.room)) {
    if (presence === 'connected' || presence === 'held') step.emit({ type: 'seat_dropped', seat, until });
  }
  return null;
}

/** A reservation has lapsed, or the grace of a dropped connection is over. */
export function seatTimedOut(step: Step, seat: Seat): void {
  if (seat.presence === 'reserved') {
    giveUp(step, seat, 'lapsed');
  } else if (isRunning(step.room)) {
    step.emit({ type: 'grace_ended', seat: seat.seat });
    if (!seat.playedByBot) step.emit({ type: 'bot_took_over', seat: seat.seat, why: 'away' });
    endIfAbandoned(step);
  } else {
    giveUp(step, seat, 'dropped');
  }
}

/** A person's seat is free, or, in a running match, played on by a computer player. */
export function giveUp(step: Step, seat: Seat, reason: LeaveReason): void {
  step.emit({ type: 'seat_left', seat: seat.seat, reason });
  if (isRunning(step.room) && !seat.playedByBot) step.emit({ type: 'bot_took_over', seat: seat.seat, why: 'left' });
  passOwnership(step, seat);
  if (step.room.startsAt !== null && persons(step.room).length === 0) step.emit({ type: 'start_called_off' });
  endIfAbandoned(step);
  dealIfAllAreIn(step);
}

function passOwnership(step: Step, left: Seat): void {
  if (left.userId !== step.room.ownerId) return;
  const next = longestSeated(step.room, isSeated) ?? longestSeated(step.room, () => true);
  if (next) step.emit({ type: 'owner_changed', ownerId: next.userId });
}

const isSeated = (seat: Seat): boolean => seat.presence !== 'reserved';

/** rules.md 11, case 5. */
export function endIfAbandoned(step: Step): void {
  if (isRunning(step.room) && !step.room.seats.some(isPresent)) endMatch(step, 'abandoned', []);
}

/** The seats of those whose grace had ended are theirs only until the match ends. */
export function releaseAway(step: Step): void {
  for (const seat of step.room.seats) if (isPerson(seat) && isAway(seat)) giveUp(step, seat, 'lapsed');
}

const isAway = (seat: Seat): boolean => seat.presence === 'away';
