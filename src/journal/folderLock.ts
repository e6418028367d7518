import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makeDataFolder } from './dataFolder.ts';

/** A process that is just ending is waited for so long, ms. */
const waitMs = 1000;

/** SQLite's own code for a file that another connection has locked. */
const sqliteBusy = 5;

/**
 * Takes a folder for this process alone. The lock is SQLite's, on a file of its own, and so the operating system's: it ends
 * with its process, whatever ends that, and nothing that a dead process has left behind is ever taken for a living one.
 * @param folder `DATA_DIR`; made where it is missing, readable by its owner alone
 * @returns lets go of it; or null where another process has it
 * @throws Error where the folder can't be used
 */
export function lockFolder(folder: string): (() => void) | null {
  makeDataFolder(folder);
  const path = join(folder, 'recall.lock');
  make(path);
  const lock = new DatabaseSync(path, { timeout: waitMs });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return () => lock.close();
  } catch (error) {
    lock.close();
    if ((error as { errcode?: number }).errcode === sqliteBusy) return null;
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** SQLite would make it readable for all. Not opened where it is there: to close it again would end a lock of our own. */
function make(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
