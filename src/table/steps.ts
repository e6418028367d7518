import { setImmediate } from 'node:timers/promises';
import type { Event } from '../game/events.ts';
import { evolve, initial } from '../game/evolve.ts';
import { isRunning } from '../game/room.ts';
import type { Room } from '../game/state.ts';
import type { Entry } from '../journal/journal.ts';

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

/** So many entries are folded before others have their turn: a long journal takes as long as a hundred moves. */
const atOnce = 500;

/** The room that a journal tells of, and the steps of its running match. */
export async function folded(entries: readonly Entry[]): Promise<{ room: Room; match: readonly Step[] }> {
  let room = initial;
  let match: Step[] = [];
  for (let from = 0; from < entries.length; from += atOnce) {
    if (from > 0) await setImmediate();
    const events = entries.slice(from, from + atOnce).map((entry) => JSON.parse(entry) as Event);
    const steps = stepsOf(room, events);
    room = steps.at(-1)?.after ?? room;
    const start = steps.findLastIndex(({ event }) => event.type === 'match_started');
    match = start === -1 ? [...match, ...steps] : steps.slice(start);
    if (!isRunning(room)) match = [];
  }
  return { room, match };
}
