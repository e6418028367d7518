import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { Client } from '@colyseus/sdk';
import { temporaryFolder } from '../people/folder.ts';
import { Player } from '../rooms/player.ts';

/** Settings for tests that play: short steps, quick computer players. */
const quick = { BOT_DELAY_MIN_S: '0.01', BOT_DELAY_MAX_S: '0.02', SAME_RANK_WINDOW_S: '0.05', SHOW_S: '0.05' };

/** A real server process, which can be killed, stalled, and started again on the same port and the same data. */
export class Process {
  readonly url: string;
  readonly #settings: Record<string, string>;
  #child: ChildProcess | undefined;

  private constructor(port: number, settings: Record<string, string>) {
    this.url = `http://127.0.0.1:${port}`;
    this.#settings = { PORT: `${port}`, ...settings };
  }

  /** @param settings of the environment, beside `quick` */
  static async start(settings: Record<string, string> = {}): Promise<Process> {
    const made = new Process(await freePort(), { DATA_DIR: temporaryFolder(), ...quick, ...settings });
    all.push(made);
    await made.start();
    return made;
  }

  async start(): Promise<void> {
    const env = { ...process.env, HOST: '127.0.0.1', LOG_LEVEL: 'error', ...this.#settings };
    const child = spawn(process.execPath, ['src/main.ts'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child = child;
    for await (const line of createInterface({ input: child.stdout })) if (line.includes('serves on')) return;
    throw new Error('the server has not started');
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child?.kill(signal);
  }

  /** @returns its exit code, when it has ended. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return null;
    child.kill(signal);
    await once(child, 'exit');
    return child.exitCode;
  }

  /** The same user on another device, which knows this process' address. */
  clientOf(other: Client): Client {
    const client = new Client(this.url);
    client.auth.token = other.auth.token ?? '';
    return client;
  }

  /** A client that has signed in as a guest. */
  async guest(name = 'Ann'): Promise<Client> {
    const client = new Client(this.url);
    await client.auth.signInAnonymously({ name });
    return client;
  }
}

const all: Process[] = [];

/** After each test. */
export async function killAll(): Promise<void> {
  for (const one of all.splice(0)) await one.end('SIGKILL');
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  return port;
}

/** Ann plays against a computer player, and has drawn a card. */
export async function drawn(client: Client) {
  const ann = new Player(await client.create('recall', { max_players: 2, bots: 1, turn_time_limit: 30 }));
  await ann.ask('start_match');
  await ann.ask('completed_initial_peek', { slots: [0, 1] });
  await ann.event('turn_started', ({ session_id }) => session_id === ann.id);
  await ann.ask('draw_card');
  const shown = await ann.message('cards_shown', ({ reason }) => reason === 'drawn');
  return { ann, shown };
}

/** The SDK's own reconnection, without the 5 s of uptime that it asks for. */
export function reconnects(player: Player): Promise<void> {
  Object.assign(player.connection.reconnection, {
    enabled: true,
    minUptime: 0,
    delay: 50,
    minDelay: 50,
    maxDelay: 500,
    maxRetries: 60,
  });
  return new Promise((resolve) => player.connection.onReconnect(resolve));
}
