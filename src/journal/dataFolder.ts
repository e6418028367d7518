import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Misconfigured } from '../ops/misconfigured.ts';

/** What can't be helped by trying again. */
const forGood = ['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EEXIST', 'ENAMETOOLONG', 'EINVAL'];

/**
 * Makes `DATA_DIR`, readable by its owner alone, where it is missing. Step by step: where the system lets nobody make a
 * folder and says that its parent is missing (`/proc`), Node's own way would try for ever.
 * @throws Misconfigured where it can't be made
 */
export function makeDataFolder(folder: string): void {
  try {
    make(resolve(folder));
    if (!statSync(folder).isDirectory()) throw new Misconfigured(`DATA_DIR must be a folder: ${folder} is a file`);
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (!forGood.includes(code)) throw error;
    throw new Misconfigured(`DATA_DIR must be a folder that this user may write into: ${message}`);
  }
}

function make(folder: string, mayAsk = true): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || !mayAsk || dirname(folder) === folder) throw error;
    make(dirname(folder));
    make(folder, false);
  }
}
