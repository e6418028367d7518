import { Redis } from 'ioredis';

/** So long may Redis be silent, milliseconds, until what was asked counts as in doubt and a new connection is tried. */
const SILENCE_MS = 1_000;

/**
 * Connects to Redis as the journal needs it: what can't be sent, or isn't answered in time, fails at once, and waits in
 * no queue. Goes on trying for ever, about twice a second.
 * @param url `REDIS_URL`
 * @param onError told of each failed attempt to connect
 */
export function connectRedis(url: string, onError: (error: Error) => void, { silenceMs = SILENCE_MS } = {}): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    // What was sent when the connection broke is in doubt. To send it again by itself would be to guess.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    commandTimeout: silenceMs,
    connectTimeout: 2 * silenceMs,
    disconnectTimeout: 100,
    maxLoadingRetryTime: 500,
    retryStrategy: (attempts) => Math.min(50 * attempts, 500),
    // The server has become a replica: whoever is the primary now answers at the same address.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  });
  redis.on('error', onError);
  return redis;
}
