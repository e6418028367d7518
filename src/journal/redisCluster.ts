import { Cluster, type ClusterNode, Command, Redis, type RedisOptions } from 'ioredis';

/** One Redis, or a Redis Cluster. */
export type AnyRedis = Redis | Cluster;

/** Who has the keys is asked anew so often, ms; and as soon as a node says that it has them no more. */
const refreshMs = 2_000;

/**
 * A Redis Cluster as everything here needs it: what can't be sent, or isn't answered in time, fails at once, is never sent
 * again by itself, and waits in no queue.
 */
export class RedisCluster extends Cluster {
  readonly #nodes: readonly ClusterNode[];
  readonly #nodeOptions: RedisOptions;

  /** @param nodeOptions of the connection to each node */
  constructor(
    nodes: readonly ClusterNode[],
    nodeOptions: RedisOptions,
    retryStrategy: (attempts: number) => number | null,
  ) {
    super([...nodes], {
      redisOptions: nodeOptions,
      enableOfflineQueue: false,
      clusterRetryStrategy: retryStrategy,
      slotsRefreshInterval: refreshMs,
      // To send again what is in doubt would be to guess, and to wait here is not for us.
      ...{ retryDelayOnFailover: 0, retryDelayOnClusterDown: 0 },
      // As the nodes name each other, whatever that is.
      dnsLookup: (address, callback) => callback(null, address),
    });
    this.#nodes = nodes;
    this.#nodeOptions = nodeOptions;
  }

  /**
   * For Colyseus' presence, which listens by it: a plain connection to any node, since each hears what is published on
   * another, and to the next one when that is gone. (Of a listening Cluster nobody is told when it listens again.)
   */
  override duplicate(_nodes?: ClusterNode[], { redisOptions }: { redisOptions?: RedisOptions } = {}): Cluster {
    let turn = 0;
    const next = () => {
      const known = this.nodes('master').map(({ options }) => ({ host: options.host, port: options.port }));
      const all = known.length > 0 ? known : this.#nodes;
      return all[turn++ % all.length] as { host: string; port: number };
    };
    const listener: Redis = new Redis({
      ...this.#nodeOptions,
      ...redisOptions,
      ...next(),
      enableOfflineQueue: false,
      retryStrategy(attempts) {
        Object.assign(listener.options, next());
        return Math.min(50 * attempts, 500);
      },
    });
    return listener as unknown as Cluster;
  }
}

/** Each node that has keys; of one Redis, itself. */
export const primariesOf = (redis: AnyRedis): readonly Redis[] =>
  redis instanceof Redis ? [redis] : redis.nodes('master');

/** All nodes, replicas among them. */
export const nodesOf = (redis: AnyRedis): readonly Redis[] => (redis instanceof Redis ? [redis] : redis.nodes('all'));

/** The node that has the key, as far as is known; undefined where there is no connection to it. */
export function primaryOf(redis: AnyRedis, key: string): Redis | undefined {
  if (redis instanceof Redis) return redis;
  const [primary] = redis.slots[new Command('get', [key]).getSlot() as number] ?? [];
  return redis.nodes('master').find(({ options }) => `${options.host}:${options.port}` === primary);
}

/** Asks the nodes anew, for what comes. (ioredis does it by itself where it is told that a key has moved.) */
export function askWhoHasKeys(redis: AnyRedis): void {
  if (!(redis instanceof Redis) && redis.status === 'ready') redis.refreshSlotsCache();
}
