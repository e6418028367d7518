import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { killWithThisProcess } from './child.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** A server as `npm start` runs it, in a process of its own, which ends with this one. */
export interface Serving {
  readonly child: ChildProcess;
  /** Its address, when it serves. Rejects with what it said, where it ends instead. */
  readonly url: Promise<string>;
}

/**
 * @param env all of its environment
 * @param hear gets each line that it says beside the greeting
 * @param program another one than `src/main.ts`, which greets as that does
 */
export function serve(
  env: NodeJS.ProcessEnv,
  hear: (line: string) => void = console.error,
  program: string = main,
): Serving {
  const child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  killWithThisProcess(child);
  const said: string[] = [];
  const { promise: url, resolve, reject } = Promise.withResolvers<string>();
  // Who doesn't wait for it to serve may end it.
  url.catch(() => {});
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (line) => {
      const [, greeted, logged] = /^Recall serves on (http:\S+)|"url":"(http:[^"]+)".*"msg":"serving"/.exec(line) ?? [];
      const address = greeted ?? logged;
      if (address) resolve(address);
      else if (!line.startsWith('  ')) {
        said.push(line);
        hear(line);
      }
    });
  }
  child.once('close', (code) => reject(new Error(`the server has ended (${code}):\n${said.join('\n')}`)));
  return { child, url };
}
