import { type IRoomCache, initializeRoomCache, LocalDriver, type SortOptions } from '@colyseus/core';
import { freeOf, isPublic, positionOf, sizeOf, takesRandomJoins } from '../listing.ts';
import type { Row } from '../roomIndex.ts';

/** A row as text, and back; what JSON doesn't know (dates, infinity) included. */
export const encodeRow = (row: IRoomCache): string => JSON.stringify(row);

export function decodeRow(text: string): Row {
  const stored = JSON.parse(text);
  return initializeRoomCache({
    ...stored,
    maxClients: stored.maxClients ?? Number.POSITIVE_INFINITY,
    createdAt: new Date(stored.createdAt),
  });
}

/** What the sets of the index say of a row: scripts.ts makes them of this. */
export function encodeIndexEntry(row: IRoomCache): string {
  const size = sizeOf(row);
  return JSON.stringify({
    process: row.processId,
    name: row.name,
    position: positionOf(row).slice(0, -row.roomId.length - 1),
    available: row.locked === false && row.private === false,
    kind: row.metadata && kindOf(row.metadata.game_type, row.metadata.phase),
    public: isPublic(row) ? kindOf(row.metadata.game_type, row.metadata.phase) : undefined,
    joinable: takesRandomJoins(row) ? row.metadata.game_type : undefined,
    size,
    max: size + freeOf(row),
  });
}

export const kindOf = (gameType: string, phase: string): string => `${gameType}:${phase}`;

/** Those of `rows` that Colyseus' own driver finds. */
export function matching(
  rows: readonly IRoomCache[],
  conditions: Partial<IRoomCache>,
  sort?: SortOptions,
): IRoomCache[] {
  const driver = new LocalDriver();
  driver.rooms = [...rows];
  return driver.query(conditions, sort);
}
