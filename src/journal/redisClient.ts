import { Redis, type RedisOptions } from 'ioredis';
import { type RedisAddress, redisAt } from '../ops/redisAddress.ts';
import { type AnyRedis, nodesOf, RedisCluster } from './redisCluster.ts';
import { Patience } from './redisPatience.ts';

/**
 * Connects to Redis as the journal needs it: what can't be sent, or isn't answered in time, fails at once, and waits in
 * no queue. Goes on trying for ever, about twice a second.
 * @param where an address, or `REDIS_URL`
 * @param onError told of each failed attempt to connect
 * @param patience how long an answer is waited for; what isn't answered by then is in doubt, and a new connection is tried
 */
export function connectRedis(
  where: RedisAddress | string,
  onError: (error: Error) => void,
  patience = new Patience(),
): AnyRedis {
  const waits = { commandTimeout: patience.waitMs, connectTimeout: patience.connectMs };
  const redis = redisFor(where, waits, (attempts) => Math.min(50 * attempts, 500));
  redis.on('error', onError);
  if (!(redis instanceof Redis)) redis.on('node error', onError);
  eachNode(redis, (node) => patience.guide(node));
  return redis;
}

/** For one look: who can't be reached is not waited for. @throws Error where Redis can't be reached */
export async function lookAtRedis(where: RedisAddress | string): Promise<AnyRedis> {
  const redis = redisFor(where, {}, () => null);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let why: Error | undefined;
  redis.on('error', (error: Error) => {
    why = reasonOf(error);
  });
  redis.once('ready', resolve);
  redis.once('end', () => reject(why ?? new Error('nobody answers')));
  await promise;
  return redis;
}

/** Of a Redis Cluster it is said that no node can be reached; this is what the last one of them has said. */
export const reasonOf = (error: Error): Error => (error as { lastNodeError?: Error }).lastNodeError ?? error;

/** So long a Sentinel may take to answer, ms: then the next one is asked. */
const sentinelMs = 1_000;

function redisFor(
  where: RedisAddress | string,
  waits: Pick<RedisOptions, 'commandTimeout' | 'connectTimeout'>,
  retryStrategy: (attempts: number) => number | null,
): AnyRedis {
  const at = typeof where === 'string' ? redisAt(where) : where;
  const connection: RedisOptions = {
    ...waits,
    // Where it tells Redis its name first, ioredis may call a connection ready that was lost meanwhile (one without a ready
    // check, as Colyseus' subscriber is), and then never connects again.
    disableClientInfo: true,
    // What was sent when the connection broke is in doubt. To send it again by itself would be to guess.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    disconnectTimeout: 100,
    keepAlive: 10_000,
    maxLoadingRetryTime: 500,
    // The server has become a replica: whoever is the primary now answers at the same address, or Sentinels know.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    ...(at.tls && { tls: at.tls }),
  };
  if (at.kind === 'cluster') return new RedisCluster(at.nodes, { ...connection, ...at.who }, retryStrategy);
  const options: RedisOptions = { ...connection, enableOfflineQueue: false, retryStrategy };
  // With `rediss` it would look at no other options of TLS.
  if (at.kind === 'one') return new Redis(at.url.replace(/^rediss/, 'redis'), options);
  return new Redis({
    ...options,
    ...{ sentinels: [...at.sentinels], name: at.name, role: 'master', db: at.db, ...at.who },
    ...{ sentinelUsername: at.whoThere.username, sentinelPassword: at.whoThere.password },
    ...{ sentinelCommandTimeout: sentinelMs, sentinelRetryStrategy: retryStrategy },
    ...(at.tls && { sentinelTLS: at.tls, enableTLSForSentinelMode: true }),
  });
}

/**
 * Asks Redis now and then whether it still hears us, and connects anew where it doesn't answer. A connection that the
 * network has lost without a word swallows all that is asked until the kernel gives up, a quarter of an hour later; one
 * that only listens would never find out. (`socketTimeout` is not for us: its timer outlives its connection and breaks
 * the next one, ioredis #2147.)
 * @param redis from `connectRedis`, or a duplicate of such a one; it may be subscribed
 * @param everyMs how long after an answer it is asked again
 * @param misses so many answers in a row have to fail to come in time
 */
export function reconnectWhenSilent(redis: AnyRedis, everyMs: number, misses = 1): void {
  eachNode(redis, (node) => reconnectNodeWhenSilent(node, everyMs, misses));
}

/** Now, and whenever there is a new one. */
function eachNode(redis: AnyRedis, use: (node: Redis) => void): void {
  for (const node of nodesOf(redis)) use(node);
  if (!(redis instanceof Redis)) redis.on('+node', use);
}

function reconnectNodeWhenSilent(redis: Redis, everyMs: number, misses: number): void {
  let missed = 0;
  const timer = setTimeout(ask, everyMs).unref();
  redis.once('end', () => clearTimeout(timer));

  async function ask(): Promise<void> {
    try {
      if (redis.status === 'ready') await redis.ping();
      missed = 0;
    } catch (error) {
      // Other errors come from a connection that is known to be broken.
      missed = (error as Error).message === 'Command timed out' ? missed + 1 : 0;
    }
    if (missed >= misses) {
      missed = 0;
      redis.disconnect(true);
    }
    if (redis.status !== 'end') timer.refresh();
  }
}
