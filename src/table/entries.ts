import { createHash } from 'node:crypto';
import type { Event } from '../game/events.ts';
import { type Entry, Unreadable } from '../journal/journal.ts';
import { eventSchemas, keyedSchemas } from './eventSchemas.ts';
import { isKeyed, withKeys, withNames } from './keyed.ts';
import type { People } from './people.ts';
import { requestIn } from './requests.ts';

/**
 * Entries of a journal are events, as JSON.
 * @param format in which they are written. In the second, who is named is named by a key, and there are snapshots.
 */
export function asEntry(event: Event, format: number, people: People): Entry {
  if (format < 2) return JSON.stringify(inFirst(event));
  const stored = withKeys(event, people);
  return JSON.stringify(stored.type === 'snapshot' ? { ...stored, sum: sumOf(stored.room) } : stored);
}

/** What the first format doesn't have, it goes without. */
function inFirst(event: Event): object {
  if (event.type !== 'seat_reserved' && event.type !== 'seat_connected') return event;
  const { events: _, ...rest } = event;
  return rest;
}

/**
 * The event of an entry.
 * @param n the number of the entry, from 1
 * @throws Unreadable it is torn, or of a type that this version doesn't know, or not what such an event looks like. The
 *   reason names fields and types, and nothing that stands in them: that is secret.
 */
export function eventIn(entry: Entry, n: number, roomId: string, people: People): Event {
  const found = parsed(entry);
  if (found === undefined) throw new Unreadable(roomId, n, 'torn', 'it is torn');
  const type = typeOf(found);
  if (type === undefined) throw new Unreadable(roomId, n, 'unknown_event', 'it is no event that this version knows');
  const event = upToDate(found as Event);
  const { error } = schemaOf(type, event).safeParse(event);
  if (error) {
    const fields = error.issues.map((issue) =>
      (issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys] : issue.path).join('.'),
    );
    const named = fields.join(', ').slice(0, 200);
    throw new Unreadable(roomId, n, 'misshapen_event', `it is no ${type} that this version knows: ${named}`);
  }
  if (roomIn(event, roomId) !== roomId) throw new Unreadable(roomId, n, 'does_not_follow', 'it is of another room');
  if (event.type === 'snapshot' && (event as { sum?: string }).sum !== sumOf(event.room))
    throw new Unreadable(roomId, n, 'bad_snapshot', 'its checksum is wrong');
  try {
    return withNames(event, people);
  } catch (error) {
    throw new Unreadable(roomId, n, 'unknown_person', (error as Error).message);
  }
}

/** What an older version wrote, as this one has it. Entries are never rewritten. */
const upToDate = (event: Event): Event =>
  event.type === 'command_done' && typeof event.request === 'string'
    ? { ...event, request: requestIn(event.request) }
    : event;

const schemaOf = (type: Event['type'], event: Event) =>
  isKeyed(event) && Object.hasOwn(keyedSchemas, type)
    ? keyedSchemas[type as keyof typeof keyedSchemas]
    : eventSchemas[type];

function roomIn(event: Event, roomId: string): string {
  if (event.type === 'room_opened') return event.roomId;
  return event.type === 'snapshot' ? event.room.roomId : roomId;
}

const sumOf = (room: object): string => createHash('sha256').update(JSON.stringify(room)).digest('hex');

function parsed(entry: Entry): unknown {
  try {
    return JSON.parse(entry);
  } catch {
    return undefined;
  }
}

function typeOf(found: unknown): Event['type'] | undefined {
  const { type } = (typeof found === 'object' && found !== null ? found : {}) as { type?: unknown };
  return typeof type === 'string' && Object.hasOwn(eventSchemas, type) ? (type as Event['type']) : undefined;
}
