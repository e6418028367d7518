import { setImmediate } from 'node:timers/promises';
import type { Event } from '../game/events.ts';
import { evolve, initial } from '../game/evolve.ts';
import { maxEntries } from '../game/room.ts';
import type { Room } from '../game/state.ts';
import { type Entry, NoSuchRoom, type OpenJournal, type Person, Unreadable } from '../journal/journal.ts';
import { eventIn } from './entries.ts';
import { People } from './people.ts';
import { nothingPlayed, type Played, playedWith } from './replay.ts';
import { type Step, stepOf } from './steps.ts';

/** So many entries are read at a time, and folded before others have their turn: as much work as a hundred moves. */
const atOnce = 500;
/** A room plays its last match to the end when its journal has as many entries as it may: none of ours has twice as many. */
const mostEntries = 2 * maxEntries;
/** Nor so many bytes: characters, which is what they cost here. */
const mostCharacters = 32 * 1024 * 1024;

/** A room as its journal tells of it. */
export interface ReadRoom {
  readonly room: Room;
  /** Of the match that runs, or was the last one. */
  readonly played: Played;
  /** Whom it names. */
  readonly people: People;
}

/** What a room is read from. */
export interface Source {
  readonly roomId: string;
  read(from: number, most: number): Promise<readonly Entry[]>;
  people(): Promise<readonly Person[]>;
}

/**
 * The room that a journal tells of. What it takes is bounded, whatever the journal is
 * like: a room that can't be read must not cost its process, nor other rooms their turn.
 * @throws Unreadable an entry can't be folded, or there are too many; Fenced; NoSuchRoom; JournalUnavailable
 */
export async function readRoom(source: Source): Promise<ReadRoom> {
  const { roomId } = source;
  const people = new People(await source.people());
  let room = initial;
  let played = nothingPlayed;
  let [count, characters] = [0, 0];
  for (; ; await setImmediate()) {
    const entries = await source.read(room.n, atOnce);
    const steps: Step[] = [];
    for (const [i, entry] of entries.entries()) {
      const n = room.n + 1;
      count += 1;
      characters += entry.length;
      if (count > mostEntries) throw new Unreadable(roomId, n, 'too_long', `a room has ${mostEntries} entries at most`);
      if (characters > mostCharacters)
        throw new Unreadable(roomId, n, 'too_long', `a room has ${mostCharacters} characters at most`);
      const event = eventIn(entry, n, roomId, people);
      if (event.type === 'snapshot') {
        if (n + i > 1) throw new Unreadable(roomId, n, 'bad_snapshot', 'it is a snapshot, and something is before it');
        await checkPlace(source, event.room.n, entries);
        room = evolve(room, event);
        // What was told until then is known to be, and no more what it was.
        played = { ...nothingPlayed, after: room.told };
        continue;
      }
      const step = nextStep(room, event, n, roomId);
      room = step.after;
      steps.push(step);
    }
    // All at once: each time what was played before is copied.
    played = playedWith(played, steps);
    if (entries.length < atOnce) return { room, played, people };
  }
}

/**
 * As `readRoom`, of a claim. A room that is over goes with its journal: its process has died in between.
 * @throws NoSuchRoom it was over; and as `readRoom`
 */
export async function readLiving(claim: OpenJournal): Promise<ReadRoom> {
  const read = await readRoom(claim);
  const { roomId, closed } = read.room;
  if (roomId !== '' && !closed) return read;
  await claim.forget();
  throw new NoSuchRoom(claim.roomId);
}

/** Where an index is dropped, what comes first is read: so a snapshot is found at its index, and what follows behind it. */
async function checkPlace(source: Source, n: number, [snapshot, next]: readonly Entry[]): Promise<void> {
  const [[there], [behind]] = [await source.read(n - 1, 1), await source.read(n, 1)];
  if (there !== snapshot || behind !== next)
    throw new Unreadable(source.roomId, 1, 'bad_snapshot', 'it is a snapshot, and not of as many as it says');
}

function nextStep(before: Room, event: Event, n: number, roomId: string): Step {
  try {
    return stepOf(before, event);
  } catch (cause) {
    const why = `${event.type} does not follow from what is before it (${(cause as Error).name})`;
    throw new Unreadable(roomId, n, 'does_not_follow', why);
  }
}
