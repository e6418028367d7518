import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Redis } from 'ioredis';
import { RedisServer } from '../../harness/redis.ts';
import { type Serving, serve } from '../../harness/serve.ts';
import { secret } from '../../harness/site.ts';
import { unlimited } from '../../harness/unlimited.ts';
import type { Usage } from './probe.ts';
import type { Shape } from './shape.ts';

/** The server has this core for itself; all else has the other one. */
const serverCore = 0;
const othersCore = 1;

/** All threads of a process run on that core from now on, and those that they start. */
function pin(pid: number, core: number): void {
  execFileSync('taskset', ['-a', '-c', '-p', String(core), String(pid)], { stdio: 'ignore' });
}

/** This process and all that it starts from now on, but for servers, which are pinned when they start. */
export const pinGenerator = (): void => pin(process.pid, othersCore);

/** Before whatever else is done on this machine. */
const niceness = -10;

/**
 * This process, and all that it starts, goes before whatever else is done on this machine, where its user may say so. Linux
 * shares the processor between sessions first, and by niceness only within one: until this process ends, its whole session
 * goes first.
 */
export function goFirst(): void {
  const group = '/proc/self/autogroup';
  try {
    setPriority(niceness);
    const before = /nice (-?\d+)/.exec(readFileSync(group, 'utf8'))?.[1] ?? '0';
    writeFileSync(group, String(niceness));
    process.once('exit', () => writeFileSync(group, before));
  } catch {
    // Then others may be in the way, and the table says so.
  }
}

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

export const keepers = ['none', 'sqlite', 'redis-everysec', 'redis-always'] as const;
/** Where a server of ours keeps what happens. */
export type Keeper = (typeof keepers)[number];

/** How a match is played for the bench: nothing waits for a human, and nobody is limited. */
const hasty = {
  ...unlimited,
  ...{ MESSAGES_PER_S: '100000', MAX_CONNECTIONS_ADDRESS: '100000', RATE_LIMIT_COMINGS_ADDRESS: '1000000' },
  ...{ SAME_RANK_WINDOW_S: '0.001', SHOW_S: '0.001', POWER_S: '10', MAX_TURNS: '30' },
};

/** A server that is measured, alone on its core. */
export class Measured {
  readonly url: string;
  readonly redis: RedisServer | undefined;
  readonly #serving: Serving;
  readonly #folder: string;
  readonly #client: Redis | undefined;

  private constructor(serving: Serving, url: string, folder: string, redis: RedisServer | undefined) {
    this.#serving = serving;
    this.url = url;
    this.#folder = folder;
    this.redis = redis;
    this.#client = redis?.client();
  }

  /** One of ours. @param settings of its environment */
  static async recall(keeper: Keeper, settings: Record<string, string> = hasty): Promise<Measured> {
    const fsync = /^redis-(\w+)$/.exec(keeper)?.[1];
    const redis = fsync === undefined ? undefined : await RedisServer.start({ appendfsync: fsync });
    const env = {
      ...{ NODE_ENV: 'production', HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'error', JWT_SECRET: secret },
      ...(redis && { REDIS_URL: redis.url }),
      ...settings,
    };
    return Measured.#start(env, keeper === 'none' ? here('withoutJournal.ts') : undefined, redis);
  }

  /** One of the floors. */
  static floor(kind: 'ws' | 'stock', shape: Shape): Promise<Measured> {
    return Measured.#start({ BENCH_FLOOR: kind, BENCH_SHAPE: JSON.stringify(shape) }, here('floor.ts'));
  }

  static async #start(
    env: Record<string, string>,
    program: string | undefined,
    redis?: RedisServer,
  ): Promise<Measured> {
    const folder = mkdtempSync(join(tmpdir(), 'recall-bench-'));
    const preloaded = {
      NODE_OPTIONS: `--expose-gc --import=${new URL('probe.ts', import.meta.url)}`,
      BENCH_PROBE: join(folder, 'probe'),
    };
    const inherited = { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE };
    const serving = serve({ ...inherited, DATA_DIR: folder, ...env, ...preloaded }, undefined, program);
    pin(serving.child.pid as number, serverCore);
    return new Measured(serving, await serving.url, folder, redis);
  }

  get pid(): number {
    return this.#serving.child.pid as number;
  }

  /** What it has used so far. @param collect its garbage first */
  async usage(collect = false): Promise<Usage> {
    const socket = connect(join(this.#folder, 'probe'));
    socket.write(collect ? 'collect' : 'usage');
    return JSON.parse(await text(socket));
  }

  /** What its Redis has used so far, µs; 0 where it has none. */
  async redisCpu(): Promise<number> {
    const info = (await this.#client?.info('cpu')) ?? '';
    const used = [...info.matchAll(/^used_cpu_(?:sys|user):([\d.]+)/gm)].map(([, seconds]) => Number(seconds));
    return used.reduce((sum, seconds) => sum + seconds, 0) * 1e6;
  }

  /** How often it has appended to its journal, as `/metrics` has it; 0 where it has none. */
  async appends(): Promise<number> {
    const answer = await fetch(`${this.url}/metrics`).catch(() => null);
    const text = answer?.ok ? await answer.text() : '';
    return Number(/^recall_journal_append_seconds_count (\S+)/m.exec(text)?.[1] ?? 0);
  }

  async kill(): Promise<void> {
    const { child } = this.#serving;
    child.kill('SIGKILL');
    await once(child, 'close');
    await this.redis?.dispose();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
