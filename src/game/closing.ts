import type { Decision } from './decision.ts';
import { isBetweenMatches } from './room.ts';

/** protocol.md 2, closing: when a room is over for good without any time having to pass. */

/**
 * Closes the room where the decision has left it so. After a match that everybody has gone from there is nothing to come into:
 * nobody starts it again. A room whose journal is full plays its match to the end, and nothing more.
 */
export function closeIfOver(decision: Decision): void {
  const { room } = decision;
  if (room.closed || !isBetweenMatches(room)) return;
  if (room.match && room.emptySince !== null) decision.emit({ type: 'room_closed', reason: 'empty' });
  else if (room.n - room.base >= room.settings.maxEntries) decision.emit({ type: 'room_closed', reason: 'played_out' });
}
