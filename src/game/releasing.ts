import type { Decision } from './decision.ts';
import { isRunning, longestSeated, persons } from './room.ts';
import type { LeaveReason, Seat } from './state.ts';

/** rules.md 12: what becomes of a seat that is given up, and of the room that its person may have owned. */

/** A person's seat is free, or, in a running match, played on by a computer player. */
export function release(decision: Decision, seat: Seat, reason: LeaveReason): void {
  decision.emit({ type: 'seat_left', seat: seat.seat, reason });
  if (isRunning(decision.room) && !seat.playedByBot)
    decision.emit({ type: 'bot_took_over', seat: seat.seat, why: 'left' });
  passOwnership(decision, seat);
  if (decision.room.startsAt !== null && persons(decision.room).length === 0)
    decision.emit({ type: 'start_called_off' });
}

function passOwnership(decision: Decision, left: Seat): void {
  if (left.userId !== decision.room.ownerId) return;
  const next = longestSeated(decision.room, isSeated) ?? longestSeated(decision.room, () => true);
  if (next) decision.emit({ type: 'owner_changed', ownerId: next.userId });
}

const isSeated = (seat: Seat): boolean => seat.attendance !== 'reserved';
