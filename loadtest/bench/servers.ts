import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { availableParallelism, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Redis } from 'ioredis';
import { RedisServer } from '../../harness/redis.ts';
import { type Serving, serve } from '../../harness/serve.ts';
import { secret } from '../../harness/site.ts';
import { unlimited } from '../../harness/unlimited.ts';
import type { Usage } from './probe.ts';
import type { Shape } from './shape.ts';

const [serverCore, othersCore] = [0, 1];

/** All threads of a process run on that core from now on, and those that they start. */
function pin(pid: number, core: number): void {
  execFileSync('taskset', ['-a', '-c', '-p', String(core), String(pid)], { stdio: 'ignore' });
}

let servesOn: number | undefined;

/**
 * From now on servers have a core for themselves; this process, and all else that it starts, has the other one.
 * @throws Error with one line where this machine has no two, or can't be told
 */
export function pinGenerator(): void {
  if (process.platform !== 'linux' || availableParallelism() < 2)
    throw new Error('npm run bench needs Linux and two cores, one for a server and one for its clients');
  pin(process.pid, othersCore);
  servesOn = serverCore;
}

/** A program that runs where servers do. @returns all that it has said */
export async function runAsServer(program: string, args: readonly string[]): Promise<string> {
  const all = [program, ...args];
  const [file = program, ...rest] = servesOn === undefined ? all : ['taskset', '-c', String(servesOn), ...all];
  return (await promisify(execFile)(file, rest)).stdout;
}

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

/** All people of the bench come from one address. */
export const nobodyLimited = {
  ...unlimited,
  ...{ MESSAGES_PER_S: '100000', MAX_CONNECTIONS_ADDRESS: '100000', RATE_LIMIT_COMINGS_ADDRESS: '1000000' },
};

/** How a match is played for the bench: nothing waits for a human, and nobody is limited. */
export const hasty = {
  ...nobodyLimited,
  ...{ SAME_RANK_WINDOW_S: '0.001', SHOW_S: '0.001', POWER_S: '600', INITIAL_PEEK_S: '600', MAX_TURNS: '30' },
};

/** Starts a server, with what measures it, on its core. */
function run(env: Record<string, string>, program: string | undefined): Serving {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const preloaded = {
    NODE_OPTIONS: `--expose-gc --import=${new URL('probe.ts', import.meta.url)}`,
    BENCH_PROBE: probeIn(env.DATA_DIR ?? ''),
  };
  const serving = serve({ PATH, NODE_COMPILE_CACHE, ...env, ...preloaded }, undefined, program);
  if (servesOn !== undefined) pin(serving.child.pid as number, servesOn);
  return serving;
}

const probeIn = (folder: string): string => join(folder, 'probe');

/** What a Redis has done since it started. */
interface RedisUse {
  readonly cpuUs: number;
  readonly commands: number;
  readonly memoryMb: number;
  readonly bytesIn: number;
}

/** A server that is measured, alone on its core. */
export class Measured {
  url = '';
  readonly redis: RedisServer | undefined;
  readonly #env: Record<string, string>;
  readonly #program: string | undefined;
  readonly #client: Redis | undefined;
  #serving: Serving;
  #folder = '';

  private constructor(env: Record<string, string>, program: string | undefined, redis: RedisServer | undefined) {
    this.#env = env;
    this.#program = program;
    this.redis = redis;
    this.#client = redis?.client();
    this.#serving = run(env, program);
  }

  /** One of ours. @param settings of its environment. @param beside one that has the Redis already */
  static async recall(keeper: Keeper, settings: Record<string, string> = hasty, beside?: Measured): Promise<Measured> {
    const fsync = /^redis-(\w+)$/.exec(keeper)?.[1];
    const redis =
      fsync === undefined ? undefined : (beside?.redis ?? (await RedisServer.start({ appendfsync: fsync })));
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
    const made = new Measured({ DATA_DIR: folder, ...env }, program, redis);
    made.#folder = folder;
    made.url = await made.#serving.url;
    return made;
  }

  /** What it has used so far. @param collect its garbage first */
  async usage(collect = false): Promise<Usage> {
    const socket = connect(probeIn(this.#folder));
    socket.write(collect ? 'collect' : 'usage');
    return JSON.parse(await text(socket));
  }

  /** What its Redis has done so far; nothing where it has none. */
  async redisUse(): Promise<RedisUse> {
    const info = (await this.#client?.info()) ?? '';
    const of = (name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1] ?? 0);
    return {
      cpuUs: (of('used_cpu_sys') + of('used_cpu_user')) * 1e6,
      commands: of('total_commands_processed'),
      memoryMb: of('used_memory') / 1024 ** 2,
      bytesIn: of('total_net_input_bytes'),
    };
  }

  /** How often it has appended to its journal, as `/metrics` has it; 0 where it has none. */
  async appends(): Promise<number> {
    const answer = await fetch(`${this.url}/metrics`).catch(() => null);
    const text = answer?.ok ? await answer.text() : '';
    return Number(/^recall_journal_append_seconds_count (\S+)/m.exec(text)?.[1] ?? 0);
  }

  /** Kills it; what it has stored stays. */
  async kill(): Promise<void> {
    const { child } = this.#serving;
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'close');
  }

  /** Starts it again after a kill, on the same data and at the same address. */
  async startAgain(): Promise<void> {
    this.#serving = run({ ...this.#env, PORT: new URL(this.url).port }, this.#program);
    await this.#serving.url;
  }

  /** Nothing stays of it. */
  async dispose(): Promise<void> {
    await this.kill();
    await this.redis?.dispose();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
