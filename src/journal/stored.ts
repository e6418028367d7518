import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Redis } from 'ioredis';
import type { Entry } from './journal.ts';
import { keysOf } from './redisKeys.ts';

/** A room's journal as it is stored, to look at: nothing is claimed and nothing changed, whoever has the room. */
export interface StoredRoom {
  /** The process that has it, or had; empty: nobody's. */
  readonly owner: string;
  readonly token: number;
  readonly format: number;
  /** `most` entries at most, from the one with the index `from` on. */
  read(from: number, most: number): Promise<readonly Entry[]>;
  close(): void;
}

/** @param folder `DATA_DIR`; a server may be using it. @returns null where there is no such room */
export function storedInFile(folder: string, roomId: string): StoredRoom | null {
  const database = new DatabaseSync(join(folder, 'recall.sqlite'), { readOnly: true });
  const head = database.prepare('SELECT * FROM rooms WHERE room_id = ?').get(roomId);
  if (!head) {
    database.close();
    return null;
  }
  const entries = database.prepare('SELECT entry FROM entries WHERE room = ? AND n >= ? ORDER BY n LIMIT ?');
  const {
    room,
    owner,
    token,
    format = 1,
  } = head as { room: number; owner: string | null; token: number; format?: number };
  return {
    ...{ owner: owner ?? '', token, format },
    read: async (from, most) => entries.all(room, from, most).map(({ entry }) => entry as Entry),
    close: () => database.close(),
  };
}

/** @param url `REDIS_URL`. @returns null where there is no such room. @throws Error where Redis can't be reached */
export async function storedInRedis(url: string, roomId: string): Promise<StoredRoom | null> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  redis.on('error', () => {});
  await redis.connect();
  const [head, log] = keysOf(roomId) as [string, string];
  const [owner, token, format] = await redis.hmget(head, 'owner', 'token', 'format');
  if (!token) {
    redis.disconnect();
    return null;
  }
  return {
    ...{ owner: owner ?? '', token: Number(token), format: Number(format ?? 1) },
    read: (from, most) => redis.lrange(log, from, from + most - 1),
    close: () => redis.disconnect(),
  };
}
