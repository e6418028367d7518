import type { Event } from '../game/events.ts';
import { evolve } from '../game/evolve.ts';
import type { Room, Seat } from '../game/state.ts';

/** One event, with the room before it and after it. */
export interface Step {
  readonly before: Room;
  readonly event: Event;
  readonly after: Room;
}

export function stepsOf(room: Room, events: readonly Event[]): Step[] {
  let before = room;
  return events.map((event) => {
    const after = evolve(before, event);
    const step = { before, event, after };
    before = after;
    return step;
  });
}

/** Each seat as it was whenever a connection had sat down in it, in that order. */
export const connectedIn = (steps: readonly Step[]): readonly Seat[] =>
  steps.flatMap(({ event, after }) => (event.type === 'seat_connected' ? [after.seats[event.seat] as Seat] : []));
