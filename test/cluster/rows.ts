import { type IRoomCache, initializeRoomCache } from '@colyseus/core';
import { Redis } from 'ioredis';
import { vi } from 'vitest';
import type { RedisServer } from '../../harness/redis.ts';
import { RedisRoomIndex, type RedisRoomIndexOptions } from '../../src/cluster/driver.ts';
import type { GameRow, RoomIndex } from '../../src/cluster/roomIndex.ts';
import type { RoomFacts } from '../../src/protocol/toClient.ts';

/** An index on a connection of its own, as another process has one. */
export const indexOn = (server: RedisServer, options?: RedisRoomIndexOptions): RedisRoomIndex =>
  new RedisRoomIndex(connect(server), options);

/** Nothing waits for a server that is away. */
function connect(server: RedisServer): Redis {
  const redis = new Redis(server.url, { enableOfflineQueue: false, maxRetriesPerRequest: 0, retryStrategy: () => 20 });
  redis.on('error', () => {});
  return redis;
}

/** Resolves when the server can be asked. */
export async function ready(...indexes: readonly RedisRoomIndex[]): Promise<void> {
  await vi.waitFor(() => Promise.all(indexes.map((index) => index.has(''))), { interval: 5, timeout: 10_000 });
}

/** A public room of the game that waits for players and starts by itself, with facts of the test's choice. */
export function gameRow(roomId: string, facts: Partial<RoomFacts> = {}, row: Partial<IRoomCache> = {}): GameRow {
  const created_at = facts.created_at ?? 1_790_000_000_000;
  const metadata: RoomFacts = {
    room_id: roomId,
    owner_id: 'an owner',
    permission: 'public',
    game_type: 'classic',
    current_size: 0,
    people: 1,
    max_size: 4,
    min_players: 2,
    turn_time_limit: 30,
    auto_start: true,
    phase: 'waiting_for_players',
    ...facts,
    created_at,
  };
  const createdAt = new Date(created_at);
  return initializeRoomCache({ roomId, name: 'recall', processId: 'one', createdAt, metadata, ...row }) as GameRow;
}

export const withFacts = (row: GameRow, facts: Partial<RoomFacts>) => ({
  $set: { metadata: { ...row.metadata, ...facts } },
});

export const idsOf = (rows: Iterable<IRoomCache>): string[] => [...rows].map(({ roomId }) => roomId);

export const wish = (roomId: string, skip: string[] = []) =>
  ({ gameType: 'classic', skip, roomId, maxSize: 4 }) as const;

/** The room in which a place was reserved, or 'open'; what had to be opened is given up again. */
export async function reserved(index: RoomIndex, skip: string[] = [], roomId = 'room_new'): Promise<string> {
  const place = await index.reservePlace(wish(roomId, skip));
  if (place === 'open') await index.giveUp(roomId);
  return place === 'open' ? place : place.room.roomId;
}
