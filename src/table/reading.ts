import { setImmediate } from 'node:timers/promises';
import { initial } from '../game/evolve.ts';
import { isRunning, maxEntries } from '../game/room.ts';
import type { Room } from '../game/state.ts';
import { type OpenJournal, Unreadable } from '../journal/journal.ts';
import { eventIn } from './entries.ts';
import { type Step, stepOf } from './steps.ts';

/** So many entries are read at a time, and folded before others have their turn: as much work as a hundred moves. */
const atOnce = 500;
/** A room plays its last match to the end when it has as many entries as it may: no room of ours has twice as many. */
const mostEntries = 2 * maxEntries;
/** Nor so many bytes: characters, which is what they cost here. */
const mostCharacters = 32 * 1024 * 1024;

/** A room as its journal tells of it. */
export interface ReadRoom {
  readonly room: Room;
  /** Of the match that runs, for who remembers by them. */
  readonly match: readonly Step[];
}

/**
 * The room that a journal tells of, and the steps of its running match. What it takes is bounded, whatever the journal is
 * like: a room that can't be read must not cost its process, nor other rooms their turn.
 * @throws Unreadable an entry can't be folded, or there are too many; Fenced; NoSuchRoom; JournalUnavailable
 */
export async function readRoom(journal: OpenJournal): Promise<ReadRoom> {
  const { roomId } = journal;
  let room = initial;
  let match: Step[] = [];
  for (let characters = 0; ; await setImmediate()) {
    const entries = await journal.read(room.n, atOnce);
    for (const entry of entries) {
      const n = room.n + 1;
      characters += entry.length;
      if (n > mostEntries) throw new Unreadable(roomId, n, `a room has ${mostEntries} entries at most`);
      if (characters > mostCharacters)
        throw new Unreadable(roomId, n, `a room has ${mostCharacters} characters at most`);
      const step = nextStep(room, entry, n, roomId);
      room = step.after;
      if (step.event.type === 'match_started') match = [step];
      else if (isRunning(room)) match.push(step);
      else match = [];
    }
    if (entries.length < atOnce) return { room, match };
  }
}

function nextStep(before: Room, entry: string, n: number, roomId: string): Step {
  const event = eventIn(entry, n, roomId);
  try {
    return stepOf(before, event);
  } catch (cause) {
    throw new Unreadable(roomId, n, `${event.type} does not follow from what is before it (${(cause as Error).name})`);
  }
}
