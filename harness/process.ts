import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@colyseus/sdk';
import type { Build } from './build.ts';
import { onFreePort } from './ports.ts';
import { serve } from './serve.ts';
import { unlimited } from './unlimited.ts';

/** Settings for games that are played by tests: short steps, quick computer players. */
export const quick = {
  ...{ BOT_DELAY_MIN_S: '0.01', BOT_DELAY_MAX_S: '0.02', SAME_RANK_WINDOW_S: '0.05', SHOW_S: '0.05' },
  ...{ ...unlimited, MESSAGES_PER_S: '1000' },
};

/** A setting of a process whose wall clock a test sets (`setClock`). */
export const movableClock = { NODE_OPTIONS: `--import=${new URL('./movedClock.ts', import.meta.url)}` };

/** What runs in it: `src/main.ts` of the working tree, and its lines are printed, if nothing else is said (serve.ts). */
interface Program {
  readonly path?: string | undefined;
  readonly hear?: (line: string) => void;
}

/** A real server process, which can be killed, stalled, and started again on the same port and the same data. */
export class Process {
  readonly port: number;
  readonly folder = mkdtempSync(join(tmpdir(), 'recall-data-'));
  readonly #settings: Record<string, string>;
  #program: Program;
  #child: ChildProcess | undefined;
  #serving = Promise.withResolvers<void>();

  private constructor(port: number, settings: Record<string, string>, program: Program) {
    this.port = port;
    this.#program = program;
    this.#settings = { PORT: `${port}`, DATA_DIR: this.folder, ...settings };
  }

  /** @param settings of the environment, beside `quick` */
  static start(settings: Record<string, string> = {}, program: Program = {}): Promise<Process> {
    return onFreePort(async (port) => {
      const made = new Process(port, { ...quick, ...settings }, program);
      all.push(made);
      await made.start();
      return made;
    }, 'is taken');
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /**
   * Starts it (again).
   * @param build another one from now on
   * @returns when it serves.
   */
  async start(build?: Build): Promise<void> {
    if (build) this.#program = { ...this.#program, path: build.main };
    const env = { ...process.env, HOST: '127.0.0.1', LOG_LEVEL: 'error', ...this.#settings };
    const { child, url } = serve(env, this.#program.hear, this.#program.path);
    this.#child = child;
    await url;
    this.#serving.resolve();
  }

  /** @returns when it serves, now or once it has been started again. */
  serves(): Promise<void> {
    return this.#serving.promise;
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child?.kill(signal);
  }

  /** Sets its wall clock, which is right at first; it stays so when the process is started again. Needs `movableClock`. */
  setClock(offByMs: number): void {
    writeFileSync(join(this.folder, 'clock'), String(offByMs));
    this.#child?.kill('SIGWINCH');
  }

  /** @returns its exit code, when it has ended, and all that it has said was heard. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const child = this.#child;
    if (!child || !this.isRunning) return null;
    this.#serving = Promise.withResolvers();
    child.kill(signal);
    await once(child, 'close');
    return child.exitCode;
  }

  /** A client that has signed in as a guest. */
  guest(name = 'Ann'): Promise<Client> {
    return guestOf(this.url, name);
  }
}

/** A client of that address, which has signed in as a guest. */
export async function guestOf(url: string, name: string): Promise<Client> {
  const client = new Client(url);
  await client.auth.signInAnonymously({ name });
  return client;
}

const all: Process[] = [];

/** After each test. */
export async function killAll(): Promise<void> {
  for (const one of all.splice(0)) {
    await one.end('SIGKILL');
    rmSync(one.folder, { recursive: true, force: true });
  }
}
