import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { Client } from '@colyseus/sdk';
import { afterEach, expect, test } from 'vitest';
import { temporaryFolder } from '../people/folder.ts';
import { Player } from '../rooms/player.ts';

/** A server that can be killed, and started again on the same port and the same data. */
class Process {
  readonly #settings: Record<string, string>;
  #child: ChildProcess | undefined;

  constructor(settings: Record<string, string>) {
    this.#settings = settings;
  }

  async start(): Promise<void> {
    const env = { ...process.env, HOST: '127.0.0.1', LOG_LEVEL: 'warn', ...this.#settings };
    const child = spawn(process.execPath, ['src/main.ts'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child = child;
    for await (const line of createInterface({ input: child.stdout })) if (line.includes('serves on')) return;
    throw new Error('the server has not started');
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  return port;
}

async function newServer() {
  const port = await freePort();
  const short = { BOT_DELAY_MIN_S: '0.01', BOT_DELAY_MAX_S: '0.02', SAME_RANK_WINDOW_S: '0.05', SHOW_S: '0.05' };
  const server = new Process({ PORT: `${port}`, DATA_DIR: temporaryFolder(), ...short });
  servers.push(server);
  await server.start();
  return { server, url: `http://127.0.0.1:${port}` };
}

const servers: Process[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.end('SIGKILL');
});

async function guest(url: string): Promise<Client> {
  const client = new Client(url);
  await client.auth.signInAnonymously({ name: 'Ann' });
  return client;
}

/** Ann plays against a computer player, and has drawn a card. */
async function drawn(url: string) {
  const client = await guest(url);
  const ann = new Player(await client.create('recall', { max_players: 2, bots: 1, turn_time_limit: 30 }));
  await ann.ask('start_match');
  await ann.ask('completed_initial_peek', { slots: [0, 1] });
  await ann.event('turn_started', ({ session_id }) => session_id === ann.id);
  await ann.ask('draw_card');
  const shown = await ann.message('cards_shown', ({ reason }) => reason === 'drawn');
  return { client, ann, shown };
}

test('a player whose server is killed gets their seat and their cards back when it starts again', async () => {
  const { server, url } = await newServer();
  const { client, ann, shown } = await drawn(url);
  const { sessionId, reconnectionToken } = ann.connection;
  const before = ann.state.toJSON();
  await server.end('SIGKILL');
  await ann.closed;
  await server.start();

  const back = new Player(await client.reconnect(reconnectionToken));
  expect(back.id).toBe(sessionId);
  await back.sees((state) => state.players.get(sessionId)?.connected === true);
  expect(back.state.toJSON()).toEqual({ ...before, deadlineAt: back.state.deadlineAt });
  expect(back.state.deadlineAt).toBeGreaterThan((before as { deadlineAt: number }).deadlineAt);
  const again = await back.message('cards_shown', ({ reason }) => reason === 'drawn');
  expect(again.cards).toEqual(shown.cards);
  await back.ask('play_card', { slot: -1 });
  await back.event('turn_started', ({ session_id }) => session_id === sessionId);
});

test('an SDK that reconnects by itself sees the state as a fresh client does (never again 41)', async () => {
  const { server, url } = await newServer();
  const { client, ann } = await drawn(url);
  Object.assign(ann.connection.reconnection, { enabled: true, minUptime: 0, delay: 50, minDelay: 50, maxRetries: 60 });
  const reconnected = new Promise<void>((resolve) => ann.connection.onReconnect(resolve));
  await server.end('SIGKILL');
  await server.start();
  await reconnected;
  await ann.sees((state) => state.players.get(ann.id)?.connected === true);
  await ann.ask('call_recall');
  await ann.ask('play_card', { slot: 2 });
  await ann.event('match_ended');

  const fresh = new Player(await client.joinById(ann.roomId));
  await fresh.message('already_joined');
  expect(fresh.state.toJSON()).toEqual(ann.state.toJSON());
});

test('a countdown goes on, and the match starts once', async () => {
  const { server, url } = await newServer();
  const client = await guest(url);
  const ann = new Player(await client.joinOrCreate('recall', { random: true }));
  await ann.sees((state) => state.startsAt > 0);
  const { reconnectionToken } = ann.connection;
  await server.end('SIGKILL');
  await server.start();
  const back = new Player(await client.reconnect(reconnectionToken));
  await back.event('match_started');
  expect(back.told('match_event').filter(({ type }) => type === 'match_started')).toHaveLength(1);
});
