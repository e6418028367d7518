import { type Refusal, refuse } from './refusal.ts';
import type { Room, Seat } from './state.ts';

/** Who was shown out of a room, and is remembered: a list with bounds. */

/** So many, the last ones. */
const most = 32;

export const isKicked = (room: Room, userId: string): boolean => room.kicked.some((one) => one.userId === userId);

/** With one more, who sat there. */
export const kickedWith = (room: Room, { userId, name }: Seat): Room['kicked'] =>
  [...kickedWithout(room, userId), { userId, name }].slice(-most);

export const kickedWithout = (room: Room, userId: string): Room['kicked'] =>
  isKicked(room, userId) ? room.kicked.filter((one) => one.userId !== userId) : room.kicked;

export function refuseIfKicked(room: Room, userId: string): Refusal | null {
  return isKicked(room, userId)
    ? refuse('KICKED', 'The owner has shown you out: wait for the next match to start, or to be let back in.')
    : null;
}
