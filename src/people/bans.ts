import type { DatabaseSync } from 'node:sqlite';
import type { GroupCommit } from '../journal/groupCommit.ts';
import { orUnavailable } from './unavailable.ts';
import { isGuestId } from './user.ts';

/** A user who may not be here for a while. */
export interface Ban {
  readonly userId: string;
  /** Unix ms. */
  readonly at: number;
  readonly until: number;
  /** The id of the operator who says so. */
  readonly by: string;
}

/** Who is banned. Each call rejects with RecallError UNAVAILABLE while that can't be stored, or read. */
export interface Bans {
  /** Bans a user from now on, whatever was said before: all that they have here ends as by a sign-out. @param ms for how long */
  ban(userId: string, ms: number, by: string): Promise<Ban>;
  /** @returns false where they were not banned. */
  unban(userId: string): Promise<boolean>;
  /** The bans in force, those that end soonest first. */
  bans(): Promise<readonly Ban[]>;
}

/** A table of bans: one row a user. */
export interface BanTable extends Bans {
  /** Until when a user is banned; null where they are not. */
  until(userId: string): number | null;
  /** Within a commit: those are gone that are over, and that of a user who has been erased and can't come back. */
  prune(erased?: string): void;
}

/**
 * @param commits of the same database, for all that is written
 * @param now Unix ms
 * @param tell of who has to go
 */
export function banTable(
  database: DatabaseSync,
  commits: GroupCommit,
  now: () => number,
  tell: (userId: string) => void,
): BanTable {
  database.exec(`CREATE TABLE IF NOT EXISTS bans (
    user_id TEXT PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    until_ms INTEGER NOT NULL,
    by_id TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`);
  const put = database.prepare('INSERT OR REPLACE INTO bans VALUES (?, ?, ?, ?)');
  const prune = database.prepare('DELETE FROM bans WHERE until_ms <= ?');
  const remove = database.prepare('DELETE FROM bans WHERE user_id = ? AND until_ms > ?');
  const find = database.prepare('SELECT until_ms FROM bans WHERE user_id = ? AND until_ms > ?');
  const list = database.prepare(`SELECT user_id AS userId, at_ms AS at, until_ms AS until, by_id AS by FROM bans
    WHERE until_ms > ? ORDER BY until_ms, user_id`);

  const drop = database.prepare('DELETE FROM bans WHERE user_id = ?');

  const inForce = async () => list.all(Math.floor(now())) as unknown as Ban[];

  return {
    async ban(userId, ms, by) {
      const at = Math.floor(now());
      const ban = { userId, at, until: at + Math.ceil(ms), by };
      const storing = commits.write(userId.length + by.length, () => {
        prune.run(at);
        put.run(userId, at, ban.until, by);
      });
      await orUnavailable(storing, banFailed);
      tell(userId);
      return ban;
    },
    unban: (userId) =>
      orUnavailable(
        commits.write(0, () => remove.run(userId, Math.floor(now())).changes > 0),
        banFailed,
      ),
    bans: () => orUnavailable(inForce(), bansUnknown),
    prune(erased) {
      prune.run(Math.floor(now()));
      if (erased !== undefined && isGuestId(erased)) drop.run(erased);
    },
    until: (userId) => (find.get(userId, Math.floor(now()))?.until_ms as number | undefined) ?? null,
  };
}

/** What an operator is told whose ban was not stored, and who can't be told which there are. */
export const banFailed = 'bans can not be stored just now: try again';
export const bansUnknown = 'the bans can not be looked up just now';
