import type { Redis } from 'ioredis';
import { Misconfigured } from '../ops/misconfigured.ts';
import type { RedisAddress } from '../ops/redisAddress.ts';
import { connectRedis, reasonOf } from './redisClient.ts';
import { type AnyRedis, primariesOf } from './redisCluster.ts';

/** What the scripts need: 7.0 has PEXPIRETIME. */
const OLDEST = 7;

interface CheckOptions {
  readonly production: boolean;
  /** `ALLOW_VOLATILE_REDIS` */
  readonly allowVolatile: boolean;
  /** `WAIT_REPLICAS`. None by default. */
  readonly waitReplicas?: number;
  readonly log: { warn(line: string): unknown };
  /** So long may Redis take to answer, milliseconds. 10 s by default. */
  readonly patienceMs?: number;
}

/**
 * Waits until Redis takes connections, before everything begins to talk to it.
 * @param where an address, or `REDIS_URL`
 * @throws Misconfigured where it refuses the user or the password; Error where nobody answers
 */
export async function reachRedis(where: RedisAddress | string, patienceMs = 10_000): Promise<void> {
  const redis = connectRedis(where, () => {});
  try {
    await connected(redis, patienceMs);
  } finally {
    redis.disconnect();
  }
}

/**
 * Looks at how Redis is set up, once, when a process starts: it holds what must not be lost. docs/durability.md says
 * what each setting promises.
 * @param redis from `connectRedis`, connected or about to be
 * @throws Error where nobody answers; Misconfigured, with one line that says what to set, where it is too old, a replica,
 *   or (which only production refuses) may lose rooms
 */
export async function checkRedis(redis: AnyRedis, options: CheckOptions): Promise<void> {
  await connected(redis, options.patienceMs ?? 10_000);
  // Each node may be set up otherwise; what is the same of all is said once.
  const lines = new Set<string>();
  const log = { warn: (line: string) => lines.add(line) };
  for (const primary of primariesOf(redis)) await checkPrimary(primary, redis.isCluster, { ...options, log });
  for (const line of lines) options.log.warn(line);
}

async function checkPrimary(redis: Redis, isOfCluster: boolean, options: CheckOptions): Promise<void> {
  const { production, allowVolatile, waitReplicas = 0, log } = options;
  const info = await readInfo(redis);
  const version = info.get('redis_version') ?? `${OLDEST}`;
  if (Number.parseInt(version, 10) < OLDEST) {
    throw new Misconfigured(`Redis ${version} is too old: REDIS_URL must name a Redis ${OLDEST} or newer`);
  }
  const shares =
    info.get('cluster_enabled') === '1' && !/^cluster_size:[01]\b/m.test((await redis.cluster('INFO')) as string);
  if (shares && !isOfCluster)
    throw new Misconfigured(
      'This Redis is a node of a Redis Cluster: REDIS_URL must begin with redis+cluster (or rediss)',
    );
  // At an address that moves, that is so for a moment in a failover: it may be tried again.
  if (info.get('role') === 'slave') throw new Error('This Redis is a replica: REDIS_URL must name the primary');

  const losses = lossesOf(info);
  if (losses.length > 0) {
    const line = `Redis may lose rooms: set ${losses.join(' and ')}`;
    if (production && !allowVolatile)
      throw new Misconfigured(`${line}, or ALLOW_VOLATILE_REDIS=true to start all the same`);
    log.warn(line);
  }
  // No mistake of the settings: after a failover it is so for a while.
  const replicas = Number(info.get('connected_slaves') ?? 0);
  if (replicas < waitReplicas)
    log.warn(
      `Redis has ${replicas} replicas: nothing is acknowledged until it has WAIT_REPLICAS=${waitReplicas} of them`,
    );
  if (info.get('aof_enabled') === '0') return;
  const warning = warnings[await readFsync(redis)];
  if (warning) log.warn(`${warning}; "appendfsync always" loses none`);
}

/** What must be set so that Redis keeps what it has acknowledged. */
function lossesOf(info: ReadonlyMap<string, string>): readonly string[] {
  const losses: string[] = [];
  if (info.get('aof_enabled') === '0') losses.push('"appendonly yes" (it keeps no append-only file)');
  const policy = info.get('maxmemory_policy') ?? 'noeviction';
  if (policy !== 'noeviction')
    losses.push(`"maxmemory-policy noeviction" (${policy} deletes rooms when memory is short)`);
  if (mayBeReplacedUnaware(info))
    losses.push('"min-replicas-to-write 1" (a primary that was replaced, and has not noticed, would go on without it)');
  return losses;
}

/**
 * Where a replica has become the primary, the one before may still be reached by some of our processes. What it takes then is
 * lost as soon as it is told; with `min-replicas-to-write` it refuses, since nobody follows it any more. INFO counts the good
 * replicas only where that is set, and says so also where CONFIG is forbidden.
 */
const mayBeReplacedUnaware = (info: ReadonlyMap<string, string>): boolean =>
  Number(info.get('connected_slaves') ?? 0) > 0 && !info.has('min_slaves_good_slaves');

/** By what `appendfsync` is; nothing is to be said of `always`. */
const warnings: Readonly<Record<string, string>> = {
  everysec: 'Redis has appendfsync everysec: moves of the last second can be lost with the power',
  no: 'Redis has appendfsync no: moves of the last half minute can be lost with the power',
  unknown: "Redis doesn't tell its appendfsync: moves of the last seconds may be lost with the power",
};

async function connected(redis: AnyRedis, patienceMs: number): Promise<void> {
  if (redis.status === 'ready') return;
  let why = 'no answer';
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onError = (error: Error) => {
    // Where it refuses our certificate, that is all that is seen of it.
    const { message } = reasonOf(error);
    why = /^Reached the max retries/.test(message) ? 'it closes the connection' : message;
    // To ask again would be of no use.
    if (/^(WRONGPASS|NOAUTH|NOPERM)/.test(why))
      reject(new Misconfigured('Redis refuses the user or the password in REDIS_URL'));
  };
  redis.on('error', onError);
  redis.once('ready', resolve);
  const timer = setTimeout(() => reject(new Error(`Redis can't be reached at REDIS_URL: ${why}`)), patienceMs);
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    redis.off('error', onError);
    redis.off('ready', resolve);
  }
}

async function readInfo(redis: Redis): Promise<ReadonlyMap<string, string>> {
  const lines = (await redis.info()).split('\r\n');
  return new Map(lines.map((line) => line.split(':')).map(([name = '', value = '']) => [name, value]));
}

/** Hosted Redis often forbids CONFIG. */
async function readFsync(redis: Redis): Promise<string> {
  try {
    const [, fsync = 'unknown'] = (await redis.config('GET', 'appendfsync')) as string[];
    return fsync;
  } catch {
    return 'unknown';
  }
}
