import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { killWithThisProcess } from './child.ts';
import { freePort } from './ports.ts';
import { RedisServer } from './redis.ts';

/** A Redis that goes on without its primary, as operators have it. */
export interface Lasting {
  /** As `REDIS_URL`. */
  readonly url: string;
  /** A connection to whoever is the primary, for the test itself. */
  client(): Redis;
  /** What that primary acknowledges from now on its replica doesn't get; `failOver` is of the same one. */
  cutOff(): Promise<void>;
  /** A primary is killed, and its disk thrown away. @returns when what was its replica is the primary */
  failOver(): Promise<void>;
  /** An empty server takes the place of the lost one. @returns when it has all that its primary has */
  makeWhole(): Promise<void>;
  dispose(): Promise<void>;
}

/**
 * So long a primary is silent until a Sentinel takes it for dead, ms. On a busy machine one that lives may be silent for a
 * second, and the replica that would take its place may still be empty.
 */
const downAfterMs = 3_000;
/** Between two looks, ms. */
const lookMs = 50;

/** A primary with a replica, and three Sentinels, who call it `main`. */
export class Sentinels implements Lasting {
  readonly servers: readonly [RedisServer, RedisServer];
  readonly #sentinels: readonly Sentinel[];
  readonly #clients: Redis[] = [];
  #primary: RedisServer;

  private constructor(servers: readonly [RedisServer, RedisServer], sentinels: readonly Sentinel[]) {
    this.servers = servers;
    this.#primary = servers[0];
    this.#sentinels = sentinels;
  }

  /** @param settings of both servers, beside those that a test needs anyway */
  static async start(settings: Readonly<Record<string, string>> = {}): Promise<Sentinels> {
    const all = { ...quickReplication, ...settings };
    const primary = await RedisServer.start(all);
    const replica = await RedisServer.start({ ...all, replicaof: `127.0.0.1 ${primary.port}` });
    const sentinels = await Promise.all([1, 2, 3].map(() => Sentinel.start(primary.port)));
    const made = new Sentinels([primary, replica], sentinels);
    await made.#isWhole();
    return made;
  }

  get url(): string {
    return `redis+sentinel://${this.#sentinels.map(({ port }) => `127.0.0.1:${port}`)}/main`;
  }

  get primary(): RedisServer {
    return this.#primary;
  }

  get replica(): RedisServer {
    return this.servers.find((one) => one !== this.#primary) as RedisServer;
  }

  client(): Redis {
    const sentinels = this.#sentinels.map(({ port }) => ({ host: '127.0.0.1', port }));
    const client = new Redis({ sentinels, name: 'main', maxRetriesPerRequest: null });
    client.on('error', () => {});
    this.#clients.push(client);
    return client;
  }

  cutOff(): Promise<void> {
    return cutOff(this.#primary);
  }

  async failOver(): Promise<void> {
    const next = this.replica;
    await this.#primary.lose();
    await Promise.all(this.#sentinels.map((one) => one.until(async () => (await one.primaryPort()) === next.port)));
    this.#primary = next;
  }

  async makeWhole(): Promise<void> {
    await this.replica.follow(this.#primary.port);
    await this.#isWhole();
  }

  async dispose(): Promise<void> {
    for (const client of this.#clients) client.disconnect();
    for (const one of this.#sentinels) one.dispose();
    await Promise.all(this.servers.map((one) => one.dispose()));
  }

  /** @returns when the replica follows, and each Sentinel knows of it and of the other two. */
  async #isWhole(): Promise<void> {
    await followed(this.#primary);
    await Promise.all(this.#sentinels.map((one) => one.until(() => one.isReady())));
  }
}

/** A replica has all at once, and its primary knows what it has by the millisecond. */
export const quickReplication = {
  ...{ 'repl-diskless-sync-delay': '0', 'repl-ping-replica-period': '1', 'min-replicas-max-lag': '3' },
};

/** @returns when a replica follows it, and has all that it has. */
export async function followed(primary: RedisServer): Promise<void> {
  const client = primary.client();
  while (!/slave\d+:.*state=online/.test(await client.info('replication'))) await pause(lookMs);
  client.disconnect();
}

/** Its replicas lose their connection, and get none again. */
export async function cutOff(primary: RedisServer): Promise<void> {
  const client = primary.client();
  await client.acl('SETUSER', 'default', '-psync', '-sync');
  await client.call('CLIENT', 'KILL', 'TYPE', 'replica');
  client.disconnect();
}

/** One of those who say which is the primary. */
export class Sentinel {
  readonly port: number;
  readonly #client: Redis;
  readonly #end: () => void;

  private constructor(port: number, end: () => void) {
    this.port = port;
    this.#client = new Redis(port, { maxRetriesPerRequest: null });
    this.#client.on('error', () => {});
    this.#end = end;
  }

  /** @param settings lines of its configuration, beside those that a test needs anyway */
  static async start(primaryPort: number, settings: readonly string[] = []): Promise<Sentinel> {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'recall-sentinel-'));
    const file = join(folder, 'sentinel.conf');
    const lines = [
      ...[`port ${port}`, 'bind 127.0.0.1', `dir ${folder}`, `sentinel monitor main 127.0.0.1 ${primaryPort} 2`],
      ...[`sentinel down-after-milliseconds main ${downAfterMs}`, 'sentinel failover-timeout main 3000'],
      ...settings,
    ];
    writeFileSync(file, lines.join('\n'));
    const child = spawn('redis-server', [file, '--sentinel'], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child, 'spawn');
    killWithThisProcess(child);
    for await (const line of createInterface(child.stdout)) if (line.includes('+monitor master')) break;
    child.stdout.resume();
    return new Sentinel(port, () => {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    });
  }

  async primaryPort(): Promise<number> {
    const [, port] = (await this.#client.call('SENTINEL', 'get-master-addr-by-name', 'main')) as [string, string];
    return Number(port);
  }

  /** Whether it could fail over now. */
  async isReady(): Promise<boolean> {
    const flagsOf = async (what: string) =>
      ((await this.#client.call('SENTINEL', what, 'main')) as string[][]).map((one) => one[one.indexOf('flags') + 1]);
    const [replicas, others] = await Promise.all([flagsOf('replicas'), flagsOf('sentinels')]);
    return replicas.join() === 'slave' && others.join() === 'sentinel,sentinel';
  }

  async until(fits: () => Promise<boolean>): Promise<void> {
    while (!(await fits())) await pause(lookMs);
  }

  dispose(): void {
    this.#client.disconnect();
    this.#end();
  }
}
