import type { DatabaseSync } from 'node:sqlite';
import { databaseTime } from '../journal/databaseTime.ts';
import { GroupCommit } from '../journal/groupCommit.ts';
import { SqliteJournal, type SqliteJournalOptions } from '../journal/sqlite.ts';
import { type Audit, sqliteAudit } from '../people/audit.ts';
import { type Revocations, sqliteRevocations } from '../people/revocations.ts';
import { type Sessions, sqliteSessions } from '../people/sessions.ts';

interface Kept {
  readonly commits: GroupCommit;
  readonly journal: SqliteJournal;
  readonly sessions: Sessions;
  readonly revocations: Revocations;
  readonly audit: Audit;
}

/** How long what is kept is kept at most, ms; and as those of the journal. */
interface KeptOptions extends Omit<SqliteJournalOptions, 'now'> {
  readonly replayTtlMs: number;
  readonly sessionTtlMs: number;
}

/**
 * What stands in the file, for a server and for `npm run erase` alike.
 * @param clock when it is set, what is stored moves with it: only for the one process that has the file
 */
export function keptInFile(
  database: DatabaseSync,
  { replayTtlMs, sessionTtlMs, ...options }: KeptOptions,
  clock: Parameters<typeof databaseTime>[2],
  log: Parameters<typeof databaseTime>[3],
): Kept {
  const commits = new GroupCommit(database);
  const now = databaseTime(database, { replayTtlMs, sessionTtlMs }, clock, log);
  return {
    commits,
    journal: new SqliteJournal(database, { now, ...options }),
    sessions: sqliteSessions(database, commits, sessionTtlMs, now),
    revocations: sqliteRevocations(database, commits, sessionTtlMs, now),
    audit: sqliteAudit(database, commits, now),
  };
}
