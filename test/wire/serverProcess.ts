import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '../../harness/serve.ts';
import { unlimited } from '../../harness/unlimited.ts';

/** A server as `npm start` runs it, in a process of its own. */
export interface ServerProcess {
  readonly url: string;
  /** What it has logged that an operator should look at. */
  readonly complaints: readonly string[];
  /** @returns its exit code. */
  stop(): Promise<number | null>;
}

/**
 * Starts `src/main.ts` on a free port, with a `DATA_DIR` of its own.
 * @param settings of the environment, such as `{ SAME_RANK_WINDOW_S: '0.05' }`
 * @returns when it serves
 * @throws Error with what it said, where it ends instead
 */
export async function startServerProcess(settings: Record<string, string> = {}): Promise<ServerProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'recall-server-'));
  const ours = { PORT: '0', HOST: '127.0.0.1', DATA_DIR: folder, LOG_LEVEL: 'warn' };
  const env = { ...process.env, ...unlimited, ...ours, ...settings };
  const complaints: string[] = [];
  const { child, url } = serve(env, (line) => complaints.push(line));
  return {
    url: await url,
    complaints,
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      rmSync(folder, { recursive: true, force: true });
      return child.exitCode;
    },
  };
}
