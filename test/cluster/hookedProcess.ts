import { fileURLToPath } from 'node:url';
import { Process } from '../../harness/process.ts';
import type { HookName } from '../../src/hooks.ts';

export interface Fired {
  readonly hook: HookName;
  readonly room_id: string;
  readonly user_id?: string;
  readonly already_joined?: boolean;
  readonly reason?: string;
}

/** The hooks of all processes of this test so far, in the order in which they came. */
export const fired: Fired[] = [];

/** A real server process that tells of its hooks. @param settings of the environment */
export const startHooked = (settings: Record<string, string>): Promise<Process> =>
  Process.start(settings, { path, hear });

const path = fileURLToPath(new URL('./hookedServer.ts', import.meta.url));

function hear(line: string): void {
  if (line.startsWith('{"hook"')) fired.push(JSON.parse(line));
  else console.error(line);
}
