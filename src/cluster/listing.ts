import { RecallError } from '../protocol/errors.ts';
import type { GameRow, Row } from './roomIndex.ts';

/** What follows from a row: where a room is listed, and in which order. */

/** So long is a place reserved, ms: as long as the reservation that it becomes. */
export const placeMs = 15_000;

const open = (row: Row): boolean => !row.locked && !row.private && !row.unlisted;

const isOpenToAll = (row: Row): row is GameRow => open(row) && row.metadata?.permission === 'public';

/**
 * Whether a room is in the public list, given the right phase and number of seats. One with nobody in it is not: who comes
 * would sit alone in what others have left. (A row of a process of an older version doesn't say.)
 */
export const isPublic = (row: Row): row is GameRow => isOpenToAll(row) && row.metadata.people !== 0;

/** Whether random join may enter, given a free seat; also before the first of those who were sent there has arrived. */
export const takesRandomJoins = (row: Row): row is GameRow =>
  isOpenToAll(row) && row.metadata.phase === 'waiting_for_players' && row.metadata.auto_start;

/** Seats taken, reservations not counted. */
export const sizeOf = (row: Row): number => row.metadata?.current_size ?? 0;

export const freeOf = (row: Row): number => Math.max((row.metadata?.max_size ?? 0) - sizeOf(row), 0);

/**
 * Where a room stands among all others, as a text that sorts from the oldest to the newest: this is also the cursor. It
 * never changes, also when the room goes on on another process.
 */
export function positionOf(row: Row): string {
  const openedAt = row.metadata?.created_at ?? Number(row.createdAt ?? 0);
  return `${String(Math.floor(openedAt)).padStart(timeDigits, '0')}-${row.roomId}`;
}

const timeDigits = 15;
const position = new RegExp(`^\\d{${timeDigits}}-[A-Za-z0-9_-]{1,64}$`);

/** @throws RecallError where it is no cursor of ours. */
export function checkCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined || position.test(cursor)) return cursor;
  throw new RecallError('INVALID_OPTIONS', 'cursor must be the next_cursor of the page before');
}
