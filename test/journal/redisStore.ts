import type { Redis } from 'ioredis';
import { TcpProxy } from '../../harness/proxy.ts';
import type { RedisServer } from '../../harness/redis.ts';
import { RedisJournal } from '../../src/journal/redis.ts';
import { connectRedis } from '../../src/journal/redisClient.ts';
import type { RedisJournalOptions } from '../../src/journal/redisOptions.ts';
import { Patience } from '../../src/journal/redisPatience.ts';
import type { JournalStore } from './store.ts';

/** Brings all that Redis will end, and all dates of the index of rooms, nearer. Leases are renewed meanwhile. */
const PASS = `#!lua flags=allow-cross-slot-keys
  for _, key in ipairs(redis.call('KEYS', 'recall:{*')) do
    redis.call('PEXPIREAT', key, math.max(1, redis.call('PEXPIRETIME', key) - ARGV[1]))
  end
  for _, roomId in ipairs(redis.call('ZRANGE', 'recall:rooms', 0, -1)) do
    redis.call('ZINCRBY', 'recall:rooms', -ARGV[1], roomId)
  end`;

interface StartOptions extends RedisJournalOptions {
  readonly silenceMs?: number;
}

/** An empty Redis, and any number of processes on it, which reach it through one proxy. */
export class RedisStore implements JournalStore {
  /** A way to Redis past the proxy. */
  readonly redis: Redis;
  readonly proxy: TcpProxy;
  readonly #connections: Redis[] = [];
  readonly #journals: RedisJournal[] = [];

  private constructor(redis: Redis, proxy: TcpProxy) {
    this.redis = redis;
    this.proxy = proxy;
  }

  static async on(server: RedisServer): Promise<RedisStore> {
    const redis = server.client();
    await redis.flushall();
    return new RedisStore(redis, await TcpProxy.start(server.port));
  }

  /**
   * The lease is long by default: time passes by `pass` here, and leases end by `lose`. So is the wait for an answer,
   * since a busy machine is no fault.
   */
  async start({ silenceMs = 10_000, ...options }: StartOptions = {}): Promise<RedisJournal> {
    const journal = new RedisJournal(await this.#connect(silenceMs), { leaseMs: 60_000, ...options });
    this.#journals.push(journal);
    return journal;
  }

  async lose(journal: RedisJournal): Promise<void> {
    await this.redis.del(`recall:process:${journal.owner}`);
  }

  async pass(ms: number): Promise<void> {
    await this.redis.eval(PASS, 0, ms);
  }

  now(): number {
    return Date.now();
  }

  async breakDown(): Promise<void> {
    const connected = this.#connections.filter(({ status }) => status === 'ready');
    const noticed = connected.map((redis) => told(redis, 'close'));
    this.proxy.cut();
    await Promise.all(noticed);
  }

  async repair(): Promise<void> {
    this.proxy.restore();
    await this.connected();
  }

  /** Ends when every process has its connection (again). */
  async connected(): Promise<void> {
    const away = this.#connections.filter(({ status }) => status !== 'ready');
    await Promise.all(away.map((redis) => told(redis, 'ready')));
  }

  async dispose(): Promise<void> {
    for (const journal of this.#journals) await journal.close();
    for (const connection of this.#connections) connection.disconnect();
    this.redis.disconnect();
    await this.proxy.dispose();
  }

  async #connect(silenceMs: number): Promise<Redis> {
    const connection = connectRedis(this.proxy.url, () => {}, new Patience({ leastMs: silenceMs })) as Redis;
    this.#connections.push(connection);
    await told(connection, 'ready');
    return connection;
  }
}

/** Waits for an event; errors, which `once` of Node would end with, are part of these tests. */
const told = (redis: Redis, event: 'ready' | 'close'): Promise<void> =>
  new Promise((resolve) => {
    redis.once(event, () => resolve());
  });
