import { isBetweenMatches } from './room.ts';
import type { Step } from './step.ts';

/** protocol.md 2, closing: when a room is over for good without any time having to pass. */

/** So many entries may the journal of a room have, about 2 MB. A match has 150 to 400: the longest evening has a few thousand. */
export const maxEntries = 30_000;

/**
 * Closes the room where the step has left it so. After a match that everybody has gone from there is nothing to come into:
 * nobody starts it again. A room whose journal is full plays its match to the end, and nothing more.
 */
export function closeIfOver(step: Step): void {
  const { room } = step;
  if (room.closed || !isBetweenMatches(room)) return;
  if (room.match && room.emptySince !== null) step.emit({ type: 'room_closed', reason: 'empty' });
  else if (room.n >= room.settings.maxEntries) step.emit({ type: 'room_closed', reason: 'played_out' });
}
