import type { Decision } from './decision.ts';
import { isKicked } from './kicked.ts';
import { giveUp } from './leaving.ts';
import { type Refusal, refuse } from './refusal.ts';
import { freeSeats, isBetweenMatches, seatBySession } from './room.ts';
import { isOwner, seatBots, startIfFull } from './starting.ts';
import type { BotLevel } from './state.ts';
import { refuseIfTooMany } from './waiting.ts';

/**
 * protocol.md 2: what the owner of a waiting room may ask. Who is shown out stays out until the next match starts, or the
 * owner lets them back.
 */

/** What only the owner may ask, and only while no match runs. */
function refuseUnlessOwnerWaits({ room, now }: Decision, seat: number): Refusal | null {
  if (!isBetweenMatches(room)) return refuse('MATCH_RUNNING', 'A match is running: wait for its end.');
  if (!isOwner(room, room.seats[seat])) return refuse('NOT_OWNER', 'Only the owner of the room may do this.');
  return refuseIfTooMany(room, 'changes', now);
}

export function addBot(decision: Decision, seat: number, level?: BotLevel): Refusal | null {
  const refusal = refuseUnlessOwnerWaits(decision, seat);
  if (refusal) return refusal;
  if (freeSeats(decision.room) === 0) return refuse('ROOM_FULL', 'Every seat is taken.');
  seatBots(decision, 1, level);
  startIfFull(decision);
  return null;
}

export function removeBot(decision: Decision, seat: number, sessionId: string): Refusal | null {
  const refusal = refuseUnlessOwnerWaits(decision, seat);
  if (refusal) return refusal;
  const target = seatBySession(decision.room, sessionId);
  if (!target?.isBot || target.attendance === 'left') {
    return refuse('INVALID_PAYLOAD', 'session_id: no computer player sits there.');
  }
  decision.emit({ type: 'seat_left', seat: target.seat, reason: 'removed' });
  return null;
}

export function kick(decision: Decision, seat: number, sessionId: string): Refusal | null {
  const refusal = refuseUnlessOwnerWaits(decision, seat);
  if (refusal) return refusal;
  const target = seatBySession(decision.room, sessionId);
  if (!target || target.isBot || target.attendance === 'left' || target.seat === seat) {
    return refuse('INVALID_PAYLOAD', 'session_id: must be that of another person in this room.');
  }
  giveUp(decision, target, 'kicked');
  return null;
}

export function unkick(decision: Decision, seat: number, userId: string): Refusal | null {
  const refusal = refuseUnlessOwnerWaits(decision, seat);
  if (refusal) return refusal;
  if (!isKicked(decision.room, userId)) {
    return refuse('INVALID_PAYLOAD', 'user_id: nobody of that id was shown out; get_kicked tells who was.');
  }
  decision.emit({ type: 'unkicked', userId });
  return null;
}
