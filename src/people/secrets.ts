import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * A secret that the server made for itself: read from `file` in `dataDir`, or made and kept there, for its owner alone.
 * Processes that start together get the same one.
 * @param bytes how many random bytes; the secret is their base64url form.
 * @throws Error when the file can't be written, or holds something else.
 */
export function keptSecret(dataDir: string, file: string, bytes: number): string {
  const path = join(dataDir, file);
  const length = Math.ceil((bytes * 4) / 3);
  const kept = read(path) ?? make(path, randomBytes(bytes).toString('base64url'));
  if (kept.length !== length) throw new Error(`${path} is damaged: delete it, and a new one is made`);
  return kept;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A link appears whole or not at all, and never over another: of two makers one wins, and nobody reads half a secret. */
function make(path: string, secret: string): string {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(draft, `${secret}\n`, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, path);
    return secret;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return readFileSync(path, 'utf8').trim();
  } finally {
    rmSync(draft);
  }
}
