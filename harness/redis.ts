import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Redis, type RedisOptions } from 'ioredis';
import { killWithThisProcess } from './child.ts';
import { onFreePort } from './ports.ts';

/** A redis-server of the test's own, with an append-only file in a folder of its own. */
export class RedisServer {
  readonly port: number;
  readonly folder = mkdtempSync(join(tmpdir(), 'recall-redis-'));
  readonly #settings: Readonly<Record<string, string>>;
  /** Beside those, since its disk was thrown away. */
  #added: Readonly<Record<string, string>> = {};
  readonly #clients: Redis[] = [];
  #process: ChildProcess | undefined;

  private constructor(port: number, settings: Readonly<Record<string, string>>) {
    this.port = port;
    this.#settings = {
      port: `${port}`,
      bind: '127.0.0.1',
      dir: this.folder,
      appendonly: 'yes',
      appendfsync: 'always',
      save: '',
      ...settings,
    };
  }

  /** @param settings of redis.conf, beside those that a test needs anyway */
  static start(settings: Readonly<Record<string, string>> = {}): Promise<RedisServer> {
    return onFreePort(async (port) => {
      const server = new RedisServer(port, settings);
      try {
        await server.start();
        return server;
      } catch (error) {
        await server.dispose();
        throw error;
      }
    }, 'Address already in use');
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Starts it (again), on the same port and the same data. */
  async start(): Promise<void> {
    const settings = Object.entries({ ...this.#settings, ...this.#added });
    const list = settings.flatMap(([name, value]) => [`--${name}`, ...value.split(' ')]);
    const server = spawn('redis-server', list, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#process = server;
    await once(server, 'spawn').catch((cause) => {
      throw new Error('redis-server is missing: npm test says how to get it', { cause });
    });
    killWithThisProcess(server);
    let log = '';
    for await (const line of createInterface(server.stdout)) {
      log += `${line}\n`;
      if (line.includes('Ready to accept connections')) {
        server.stdout.resume();
        return;
      }
    }
    throw new Error(`redis-server has ended:\n${log}`);
  }

  /** SIGTERM, and waits for its end. */
  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  /** SIGKILL, and waits for its end. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  /** SIGKILL, and its disk is thrown away. */
  async lose(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
    mkdirSync(this.folder);
  }

  /** Starts it, empty, to follow the one on that port. */
  async follow(port: number): Promise<void> {
    this.#added = { replicaof: `127.0.0.1 ${port}` };
    await this.start();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Stands still, with its connections open. */
  pause(): void {
    this.#process?.kill('SIGSTOP');
  }

  resume(): void {
    this.#process?.kill('SIGCONT');
  }

  /** A plain connection, for the test itself. */
  client(options: RedisOptions = {}): Redis {
    const client = new Redis(this.url, options);
    // A server that is away is what these tests are about.
    client.on('error', () => {});
    this.#clients.push(client);
    return client;
  }

  async dispose(): Promise<void> {
    for (const client of this.#clients) client.disconnect();
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const server = this.#process;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill(signal);
    await ended;
  }
}
