import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makeDataFolder } from './dataFolder.ts';

/** Counts the shapes that the file has had. A change that older code can't live with raises it. */
const SCHEMA = 1;

/** A statement waits so long for another connection's lock, milliseconds: longer than a commit of another process takes. */
const LOCK_WAIT_MS = 50;

/**
 * Opens `recall.sqlite`, the file in which the embedded form keeps everything; creates it, and its folder, where they
 * are missing, readable by their owner alone. Open it once in a process, and close it last.
 * @param folder `DATA_DIR`
 * @param lockWaitMs how long a statement, and whoever waits for this thread, waits for the lock of another process
 * @throws Error where it can't be opened, or was written by a newer version
 */
export function openDatabase(folder: string, lockWaitMs = LOCK_WAIT_MS): DatabaseSync {
  makeDataFolder(folder);
  const path = join(folder, 'recall.sqlite');
  // Made here, because SQLite would make it readable for all; the files that SQLite puts beside it get the same mode.
  closeSync(openSync(path, 'a', 0o600));
  const database = new DatabaseSync(path, { timeout: lockWaitMs });
  try {
    prepare(database);
    return database;
  } catch (cause) {
    database.close();
    throw new Error(`${path}: ${(cause as Error).message}`, { cause });
  }
}

/** Within a commit: writes to the file, and changes nothing. Finds out what an empty commit doesn't, such as a full disk. */
export function rewriteVersion(database: DatabaseSync): void {
  database.exec(`PRAGMA user_version = ${SCHEMA}`);
}

function prepare(database: DatabaseSync): void {
  const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
  if (version > SCHEMA) {
    throw new Error(
      `written by a newer version of this server (schema ${version}, this one knows ${SCHEMA}): ` +
        'run that version, or set DATA_DIR to another folder',
    );
  }
  // FULL: what was committed survives a power cut. In WAL mode anything less may lose the last commits.
  // And what is deleted is overwritten (scrub.ts).
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON');
  if (version < SCHEMA) database.exec(`PRAGMA user_version = ${SCHEMA}`);
}
