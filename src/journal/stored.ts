import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { RedisAddress } from '../ops/redisAddress.ts';
import type { Entry, Person } from './journal.ts';
import { lookAtRedis } from './redisClient.ts';
import { primariesOf } from './redisCluster.ts';
import { keysOf, peopleOf } from './redisKeys.ts';
import { peopleIn } from './redisPeople.ts';

/** A server that is just writing is waited for so long, ms. */
const busyMs = 5000;

/** A room's journal as it is stored, to look at: nothing is claimed and nothing changed, whoever has the room. */
export interface StoredRoom {
  readonly roomId: string;
  /** The process that has it, or had; empty: nobody's. */
  readonly owner: string;
  readonly token: number;
  readonly format: number;
  /** As `OpenJournal.read`. */
  read(from: number, most: number): Promise<readonly Entry[]>;
  /** Whom they name. */
  people(): Promise<readonly Person[]>;
  close(): void;
}

/** What the head of a room says, for whoever looks after rooms. */
export interface StoredHead {
  readonly roomId: string;
  /** The process that has it, or had; empty: nobody's. */
  readonly owner: string;
  readonly format: number;
  /** What claims have left that did not bring it back (mark.ts); empty: nothing. */
  readonly mark: string;
}

/** Of every room. @param folder as `storedInFile` has it */
export async function headsInFile(folder: string): Promise<readonly StoredHead[]> {
  const database = new DatabaseSync(join(folder, 'recall.sqlite'), { readOnly: true });
  const rows = database.prepare('SELECT * FROM rooms ORDER BY room').all() as Record<string, string | number | null>[];
  database.close();
  return rows.map(({ room_id, owner, format, mark }) => {
    return { roomId: `${room_id}`, owner: `${owner ?? ''}`, format: Number(format ?? 1), mark: `${mark ?? ''}` };
  });
}

/** Of every room. @param where as `storedInRedis` has it */
export async function headsInRedis(where: RedisAddress | string): Promise<readonly StoredHead[]> {
  const redis = await lookAtRedis(where);
  const heads: StoredHead[] = [];
  for (const primary of primariesOf(redis)) {
    for await (const keys of primary.scanStream({ match: keysOf('*')[0] as string, count: 1_000 })) {
      for (const key of keys as string[]) {
        const [owner, format, mark] = await redis.hmget(key, 'owner', 'format', 'mark');
        const roomId = key.slice(key.indexOf('{') + 1, key.indexOf('}'));
        heads.push({ roomId, owner: owner ?? '', format: Number(format ?? 1), mark: mark ?? '' });
      }
    }
  }
  redis.disconnect();
  return heads;
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
  // A file of before there were people has no such table.
  const hasPeople = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'people'").get();
  const people = 'SELECT person AS key, user_id AS userId, name FROM people WHERE room_id = ?';
  const {
    room,
    owner,
    token,
    format = 1,
  } = head as {
    room: number;
    owner: string | null;
    token: number;
    format?: number;
  };
  return {
    ...{ roomId, owner: owner ?? '', token, format },
    read: async (from, most) => entries.all(room, from, most).map(({ entry }) => entry as Entry),
    people: async () => (hasPeople ? (database.prepare(people).all(roomId) as unknown as Person[]) : []),
    close: () => database.close(),
  };
}

/** @param where an address, or `REDIS_URL`. @returns null where there is no such room. @throws Error where Redis can't be reached */
export async function storedInRedis(where: RedisAddress | string, roomId: string): Promise<StoredRoom | null> {
  const redis = await lookAtRedis(where);
  const [head, log] = keysOf(roomId) as [string, string];
  const [owner, token, format, first] = await redis.hmget(head, 'owner', 'token', 'format', 'first');
  if (!token) {
    redis.disconnect();
    return null;
  }
  return {
    ...{ roomId, owner: owner ?? '', token: Number(token), format: Number(format ?? 1) },
    read: (from, most) => {
      const start = Math.max(from - Number(first ?? 0), 0);
      return redis.lrange(log, start, start + most - 1);
    },
    people: async () => peopleIn(await redis.hgetall(peopleOf(roomId))),
    close: () => redis.disconnect(),
  };
}

/**
 * Takes away what claims have left that did not bring a room back: whoever opens it next begins anew. Whoever has the room,
 * nothing else of it changes.
 * @param folder as `storedInFile` has it
 * @returns the mark (empty: there was none), or null where there is no such room
 */
export function unmarkInFile(folder: string, roomId: string): string | null {
  const database = new DatabaseSync(join(folder, 'recall.sqlite'), { timeout: busyMs });
  try {
    const head = database.prepare('SELECT * FROM rooms WHERE room_id = ?').get(roomId);
    if (head?.mark) database.prepare('UPDATE rooms SET mark = NULL WHERE room_id = ?').run(roomId);
    return head ? `${head.mark ?? ''}` : null;
  } finally {
    database.close();
  }
}

/** As `unmarkInFile`. @param where as `storedInRedis` has it */
export async function unmarkInRedis(where: RedisAddress | string, roomId: string): Promise<string | null> {
  const redis = await lookAtRedis(where);
  try {
    const [head] = keysOf(roomId) as [string];
    const [token, mark] = await redis.hmget(head, 'token', 'mark');
    if (mark) await redis.hdel(head, 'mark');
    return token ? (mark ?? '') : null;
  } finally {
    redis.disconnect();
  }
}
