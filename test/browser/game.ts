import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach } from 'vitest';
import type { Build } from '../../harness/build.ts';
import { serve } from '../../harness/serve.ts';
import { bareEnvironment } from '../support/environment.ts';

/** A server in a process of its own, so that it can be killed. */

/** A match of minutes in seconds. */
const quick = {
  SHOW_S: '0.5',
  SAME_RANK_WINDOW_S: '0.4',
  RANDOM_JOIN_DELAY_S: '1',
  AUTO_START_DELAY_S: '1',
  BOT_DELAY_MIN_S: '0.05',
  BOT_DELAY_MAX_S: '0.1',
};

export interface Game {
  readonly url: string;
  readonly port: number;
  /** As the power going. */
  kill(): Promise<void>;
  /** Starts it again, with the same data at the same address. @param build another one */
  restart(build?: Build): Promise<void>;
}

const running = new Set<ChildProcess>();
const shared = new Set<ChildProcess>();
afterEach(async () => {
  await Promise.all([...running].filter((child) => !shared.has(child)).map(kill));
});
afterAll(async () => {
  await Promise.all([...running].map(kill));
});

let sharedGame: Promise<string> | undefined;

/** The address of a server that the tests of a file share: to start one takes longer than most of them do. */
export function gameForFile(): Promise<string> {
  sharedGame ??= start({ ...environment(), PORT: '0' }).then(({ child, url }) => {
    shared.add(child);
    return url;
  });
  return sharedGame;
}

const environment = () => ({ ...bareEnvironment(), LOG_LEVEL: 'silent', ...quick });

/** A server of the test's own. @param settings of the environment, over those that make a match quick */
export async function startGame(settings: Record<string, string> = {}): Promise<Game> {
  const env = { ...environment(), ...settings };
  let { child, url } = await start({ ...env, PORT: '0' });
  const { port } = new URL(url);
  return {
    url,
    port: Number(port),
    kill: () => kill(child),
    async restart(build) {
      ({ child } = await start({ ...env, PORT: port }, build));
    },
  };
}

async function start(env: NodeJS.ProcessEnv, build?: Build): Promise<{ child: ChildProcess; url: string }> {
  const { child, url } = serve(env, console.error, build?.main);
  running.add(child);
  child.on('exit', () => running.delete(child));
  return { child, url: await url };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
