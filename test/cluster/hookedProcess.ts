import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Client } from '@colyseus/sdk';
import { killWithThisProcess } from '../../harness/child.ts';
import { guestOf, quick } from '../../harness/process.ts';
import { freePort } from '../../harness/redis.ts';
import type { HookName } from '../../src/hooks.ts';

export interface Fired {
  readonly hook: HookName;
  readonly room_id: string;
  readonly user_id?: string;
  readonly already_joined?: boolean;
  readonly reason?: string;
}

/** A real server process that tells of its hooks. */
export class HookedProcess {
  /** The hooks of all processes of this test file so far, in the order in which they came. */
  static readonly fired: Fired[] = [];

  readonly #folder = mkdtempSync(join(tmpdir(), 'recall-hooks-'));
  readonly #settings: Record<string, string>;
  #child: ChildProcess | undefined;
  url = '';

  private constructor(settings: Record<string, string>) {
    this.#settings = settings;
    all.push(this);
  }

  /** @param settings of the environment, beside `quick` */
  static async start(settings: Record<string, string>): Promise<HookedProcess> {
    const made = new HookedProcess(settings);
    await made.start();
    return made;
  }

  /** Starts it (again), on a port of its own. @returns when it serves. */
  async start(): Promise<void> {
    const port = `${await freePort()}`;
    this.url = `http://127.0.0.1:${port}`;
    const env = { ...process.env, HOST: '127.0.0.1', LOG_LEVEL: 'error', PORT: port, DATA_DIR: this.#folder };
    const child = spawn(process.execPath, [program], {
      env: { ...env, ...quick, ...this.#settings },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    killWithThisProcess(child);
    const serving = Promise.withResolvers<void>();
    const lines = createInterface(child.stdout);
    lines.on('line', (line) => {
      if (line === 'serves') serving.resolve();
      else if (line.startsWith('{"hook"')) HookedProcess.fired.push(JSON.parse(line));
    });
    lines.on('close', () => serving.reject(new Error('the server has not started')));
    await serving.promise;
  }

  /** @returns when it has ended, and all that it had printed was read. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'close');
    child.kill(signal);
    await closed;
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child?.kill(signal);
  }

  /** A client that has signed in as a guest. */
  guest(name?: string): Promise<Client> {
    return guestOf(this.url, name ?? 'Ann');
  }

  /** After each test. */
  static async killAll(): Promise<void> {
    for (const one of all.splice(0)) {
      await one.end('SIGKILL');
      rmSync(one.#folder, { recursive: true, force: true });
    }
    HookedProcess.fired.length = 0;
  }
}

const program = fileURLToPath(new URL('./hookedServer.ts', import.meta.url));
const all: HookedProcess[] = [];
