import { execFile } from 'node:child_process';
import { bareEnvironment } from './environment.ts';

/** How a command has ended, and what it has said. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/**
 * Runs a command of `scripts/`, without npm.
 * @param settings of its environment, beside the bare one
 * @param uid of the user whom it runs as, where this one may say so
 */
export function command(
  name: string,
  args: readonly string[],
  settings: NodeJS.ProcessEnv,
  uid?: number,
): Promise<Ended> {
  const env = { ...bareEnvironment(), ...settings };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [`scripts/${name}.ts`, ...args],
      { env, ...(uid !== undefined && { uid }) },
      (failed, out, error) => resolve({ code: Number(failed?.code ?? 0), out, error }),
    );
  });
}
