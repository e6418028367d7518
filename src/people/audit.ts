import type { DatabaseSync } from 'node:sqlite';
import type { GroupCommit } from '../journal/groupCommit.ts';
import { orUnavailable } from './unavailable.ts';

/** One thing that an operator has asked for. */
export interface AuditEntry {
  /** Later ones have greater ones, as a number or as Redis' streams have it. */
  readonly id: string;
  /** Unix ms. */
  readonly at: number;
  /** The id of the operator. */
  readonly who: string;
  readonly what: string;
  /** A user, a room or a process; null where it is about none. */
  readonly whom: string | null;
  /** How, where there is more to say. */
  readonly how: Readonly<Record<string, unknown>> | null;
}

/**
 * What operators have done, and when. It only grows: what was written is neither changed nor removed.
 * Each call rejects with RecallError UNAVAILABLE where that is not possible just now.
 */
export interface Audit {
  /** @returns when it is durable: what it is about is done after that, and not without it. */
  write(entry: Omit<AuditEntry, 'id' | 'at'>): Promise<void>;
  /** The last ones, the newest first. @param before the id of an entry: only older ones */
  read(most: number, before?: string): Promise<readonly AuditEntry[]>;
}

/**
 * A table of its own, which SQLite itself keeps from being changed.
 * @param commits of the same database, for all that is written
 * @param now Unix ms
 */
export function sqliteAudit(database: DatabaseSync, commits: GroupCommit, now: () => number): Audit {
  database.exec(`CREATE TABLE IF NOT EXISTS audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    whom TEXT,
    how TEXT
  ) STRICT;
  CREATE TRIGGER IF NOT EXISTS audit_is_not_changed BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit only grows'); END;
  CREATE TRIGGER IF NOT EXISTS audit_is_not_removed BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit only grows'); END`);
  const add = database.prepare('INSERT INTO audit (at_ms, who, what, whom, how) VALUES (?, ?, ?, ?, ?)');
  const list = database.prepare(`SELECT CAST(id AS TEXT) AS id, at_ms AS at, who, what, whom, how FROM audit
    WHERE audit.id < ? ORDER BY audit.id DESC LIMIT ?`);

  async function entries(most: number, before = `${Number.MAX_SAFE_INTEGER}`): Promise<readonly AuditEntry[]> {
    return list.all(Number.parseInt(before, 10), most).map(({ how, ...entry }) => {
      return { ...entry, how: how === null ? null : JSON.parse(String(how)) } as AuditEntry;
    });
  }

  return {
    async write({ who, what, whom, how }) {
      const kept = how && JSON.stringify(how);
      const writing = commits.write(
        who.length + (whom?.length ?? 0) + (kept?.length ?? 0),
        () => void add.run(Math.floor(now()), who, what, whom, kept),
      );
      await orUnavailable(writing, notWritten);
    },
    read: (most, before) => orUnavailable(entries(most, before), notRead),
  };
}

/** What an operator is told: what nobody can be held to is not done. */
export const notWritten = 'it can not be written down who asks for this, so nothing was done: try again';
export const notRead = 'the audit can not be read just now: try again';
