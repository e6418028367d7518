import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { type AnyRedis, primariesOf } from './redisCluster.ts';

/**
 * What was erased leaves bytes: in the pages of a file, and in logs of what was written. SQLite overwrites what it deletes
 * (`secure_delete`, database.ts), but not what it has moved from one page to another, nor what was deleted before it did.
 */

/**
 * Empties the log of the file, and has the next start rewrite the file itself: that takes two seconds for each 100 MB or
 * so, in which nobody could play.
 */
export function scrubFile(database: DatabaseSync): void {
  database.exec(`CREATE TABLE IF NOT EXISTS chores (chore TEXT PRIMARY KEY) STRICT;
    INSERT OR IGNORE INTO chores VALUES ('vacuum');
    PRAGMA wal_checkpoint(TRUNCATE)`);
}

/**
 * Rewrites the file where that is due. Before anybody plays.
 * @returns whether it was
 * @throws Error where another process uses the file, or the disk has no room for another one: it stays due
 */
export function vacuumIfDue(database: DatabaseSync): boolean {
  const hasChores = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'chores'").get();
  if (!hasChores || !database.prepare("SELECT 1 FROM chores WHERE chore = 'vacuum'").get()) return false;
  database.exec("VACUUM; DELETE FROM chores WHERE chore = 'vacuum'; PRAGMA wal_checkpoint(TRUNCATE)");
  return true;
}

/** A rewriting that has begun before may have what was erased since: its end is waited for, so often and so long, ms. */
const waits = { most: 240, ms: 500 };

/** Has Redis rewrite its append-only file, where it keeps one. @throws Error where it can't, or may not */
export async function rewriteAof(redis: AnyRedis): Promise<void> {
  await Promise.all(primariesOf(redis).map(rewriteOne));
}

async function rewriteOne(redis: Redis): Promise<void> {
  const has = async (line: string) => (await redis.info('persistence')).includes(line);
  if (!(await has('aof_enabled:1'))) return;
  for (let wait = 0; ; wait++) {
    const isUnderWay = (await has('aof_rewrite_in_progress:1')) || (await has('aof_rewrite_scheduled:1'));
    if (!isUnderWay) break;
    if (wait === waits.most) throw new Error('another rewriting of the append-only file does not end');
    await delay(waits.ms);
  }
  await redis.bgrewriteaof();
}
