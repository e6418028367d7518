import { isKicked } from './kicked.ts';
import { giveUp } from './leaving.ts';
import { type Refusal, refuse } from './refusal.ts';
import { seatBySession } from './room.ts';
import { refuseUnlessOwnerWaits } from './starting.ts';
import type { Room } from './state.ts';
import type { Step } from './step.ts';

/** protocol.md 2, kicking: who is shown out by the owner stays out until the next match starts, or the owner lets them back. */

export function refuseIfKicked(room: Room, userId: string): Refusal | null {
  return isKicked(room, userId)
    ? refuse('KICKED', 'The owner has shown you out: wait for the next match to start, or to be let back in.')
    : null;
}

export function kick(step: Step, seat: number, sessionId: string): Refusal | null {
  const refusal = refuseUnlessOwnerWaits(step, seat);
  if (refusal) return refusal;
  const target = seatBySession(step.room, sessionId);
  if (!target || target.isBot || target.presence === 'left' || target.seat === seat) {
    return refuse('INVALID_PAYLOAD', 'session_id: must be that of another person in this room.');
  }
  giveUp(step, target, 'kicked');
  return null;
}

export function unkick(step: Step, seat: number, userId: string): Refusal | null {
  const refusal = refuseUnlessOwnerWaits(step, seat);
  if (refusal) return refusal;
  if (!isKicked(step.room, userId)) {
    return refuse('INVALID_PAYLOAD', 'user_id: nobody of that id was shown out; get_kicked tells who was.');
  }
  step.emit({ type: 'unkicked', userId });
  return null;
}
