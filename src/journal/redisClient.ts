import { Redis } from 'ioredis';
import { Patience } from './redisPatience.ts';

/**
 * Connects to Redis as the journal needs it: what can't be sent, or isn't answered in time, fails at once, and waits in
 * no queue. Goes on trying for ever, about twice a second.
 * @param url `REDIS_URL`
 * @param onError told of each failed attempt to connect
 * @param patience how long an answer is waited for; what isn't answered by then is in doubt, and a new connection is tried
 */
export function connectRedis(url: string, onError: (error: Error) => void, patience = new Patience()): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    // Where it tells Redis its name first, ioredis may call a connection ready that was lost meanwhile (one without a ready
    // check, as Colyseus' subscriber is), and then never connects again.
    disableClientInfo: true,
    // What was sent when the connection broke is in doubt. To send it again by itself would be to guess.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    commandTimeout: patience.waitMs,
    connectTimeout: patience.connectMs,
    disconnectTimeout: 100,
    keepAlive: 10_000,
    maxLoadingRetryTime: 500,
    retryStrategy: (attempts) => Math.min(50 * attempts, 500),
    // The server has become a replica: whoever is the primary now answers at the same address.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  });
  redis.on('error', onError);
  patience.guide(redis);
  return redis;
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
export function reconnectWhenSilent(redis: Redis, everyMs: number, misses = 1): void {
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
