import type { Event } from '../game/events.ts';
import { type Entry, Unreadable } from '../journal/journal.ts';
import { eventSchemas } from './eventSchemas.ts';

/** Entries of a journal are events, as JSON. */
export const asEntry = (event: Event): Entry => JSON.stringify(event);

/**
 * The event of an entry.
 * @param n the number of the entry, from 1
 * @throws Unreadable it is torn, or of a type that this version doesn't know, or not what such an event looks like. The
 *   reason names fields and types, and nothing that stands in them: that is secret.
 */
export function eventIn(entry: Entry, n: number, roomId: string): Event {
  const found = parsed(entry);
  if (found === undefined) throw new Unreadable(roomId, n, 'it is torn');
  const type = typeOf(found);
  if (type === undefined) throw new Unreadable(roomId, n, 'it is no event that this version knows');
  const { error } = eventSchemas[type].safeParse(found);
  if (!error) return found as Event;
  const fields = error.issues.map((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : issue.path).join('.'));
  throw new Unreadable(roomId, n, `it is no ${type} that this version knows: ${fields.join(', ').slice(0, 200)}`);
}

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
