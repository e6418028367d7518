import type { Event } from '../game/events.ts';
import { evolve } from '../game/evolve.ts';
import type { Room } from '../game/state.ts';

/** One event, with the room before it and after it. */
export interface Step {
  readonly before: Room;
  readonly event: Event;
  readonly after: Room;
}

export const stepOf = (before: Room, event: Event): Step => ({ before, event, after: evolve(before, event) });

export function stepsOf(room: Room, events: readonly Event[]): Step[] {
  let before = room;
  return events.map((event) => {
    const step = stepOf(before, event);
    before = step.after;
    return step;
  });
}
