import type { AnyRedis } from './redisCluster.ts';
import type { RedisPipelines } from './redisPipelines.ts';

/** How often in the time of a lease it is renewed: two renewals may fail. */
export const renewalsPerLease = 3;

/**
 * How processes know of each other that they live: each keeps one key, which ends by itself when its process is silent
 * for longer than the lease. A room names its owner, so that one renewal holds all the rooms of a process.
 *
 * The lease decides when a room may be taken; that it is never in two places is the work of the fencing token alone.
 */
export class ProcessLease {
  readonly #redis: AnyRedis;
  readonly #pipeline: RedisPipelines;
  readonly #self: () => string;
  readonly #about: () => string;
  readonly #leaseMs: number;
  readonly #onAvailability: (available: boolean) => void;
  readonly #onLapsed: () => void;
  readonly #timer: NodeJS.Timeout;
  #renewal: Promise<void> | null = null;
  #available: boolean | null = null;
  #wasInForce = false;
  /** Whether this process has lost its connection, and when it was connected again, by the monotonic clock. */
  #reconnectedAt = Number.NEGATIVE_INFINITY;
  #wasClosed = false;

  constructor(
    redis: AnyRedis,
    pipeline: RedisPipelines,
    options: {
      /** The name of this process. */
      self: () => string;
      about: () => string;
      leaseMs: number;
      onAvailability: (available: boolean) => void;
      onLapsed: () => void;
    },
  ) {
    this.#redis = redis;
    this.#pipeline = pipeline;
    this.#self = options.self;
    this.#about = options.about;
    this.#leaseMs = options.leaseMs;
    this.#onAvailability = options.onAvailability;
    this.#onLapsed = options.onLapsed;
    redis.on('close', this.#onClose);
    redis.on('ready', this.#onReady);
    this.#timer = setInterval(this.#beat, options.leaseMs / renewalsPerLease);
    this.#timer.unref();
    if (redis.status === 'ready') this.#beat();
  }

  /**
   * Renews this process' lease. Asked in the same turn and before a claim, it is in force before the claim is.
   * @throws JournalUnavailable
   */
  renew(): Promise<void> {
    if (this.#renewal) return this.#renewal;
    const renewal = Promise.all([this.#put(), this.#pipeline.replicated(this.#keyOf(this.#self()))])
      .then(() => this.#report(true))
      .catch((error: unknown) => {
        this.#report(false);
        throw error;
      })
      .finally(() => {
        if (this.#renewal === renewal) this.#renewal = null;
      });
    this.#renewal = renewal;
    return renewal;
  }

  /**
   * Renews it with what `about` says by now, and not some moments ago.
   * @throws JournalUnavailable
   */
  async announce(): Promise<void> {
    await this.#renewal?.catch(() => {});
    await this.renew();
  }

  /**
   * Whether `owner` counts as living. When Redis was away, so that nobody could renew, all do until they have had the
   * time to come back.
   * @throws JournalUnavailable
   */
  async isAlive(owner: string): Promise<boolean> {
    if (this.#available === false || performance.now() - this.#reconnectedAt < this.#leaseMs) return true;
    return (await this.#pipeline.call<number>('EXISTS', this.#keyOf(owner))) === 1;
  }

  /**
   * What a process with a lease says of itself, or null.
   * @throws JournalUnavailable
   */
  about(owner: string): Promise<string | null> {
    return this.#pipeline.call<string | null>('GET', this.#keyOf(owner));
  }

  /**
   * Ends the lease of a process that is known to be dead. If it lives after all, its next renewal brings it back.
   * @throws JournalUnavailable
   */
  async end(owner: string): Promise<void> {
    await this.#pipeline.call('DEL', this.#keyOf(owner));
  }

  /** Renews no more. */
  stop(): void {
    clearInterval(this.#timer);
    this.#redis.off('close', this.#onClose);
    this.#redis.off('ready', this.#onReady);
  }

  /** It is in force whether replicas have it or not. */
  async #put(): Promise<void> {
    const args = [this.#keyOf(this.#self()), this.#about(), 'PX', Math.ceil(this.#leaseMs), 'GET'];
    const before = await this.#pipeline.call<string | null>('SET', ...args);
    if (before === null && this.#wasInForce) this.#onLapsed();
    this.#wasInForce = true;
  }

  /** Also where an earlier one is still on its way: a lease that waited for each answer would end before a slow one came. */
  readonly #beat = (): void => {
    this.#renewal = null;
    this.renew().catch(() => {});
  };

  readonly #onClose = (): void => {
    this.#wasClosed = true;
    this.#report(false);
  };

  readonly #onReady = (): void => {
    if (this.#wasClosed) this.#reconnectedAt = performance.now();
    this.#beat();
  };

  /** In a Redis Cluster one node has all of them, so that who can't renew theirs knows that nobody can. */
  #keyOf(owner: string): string {
    return this.#pipeline.isOfCluster ? `recall:{process}:${owner}` : `recall:process:${owner}`;
  }

  #report(available: boolean): void {
    if (this.#available === available) return;
    // Of a Redis Cluster the node that has the leases may be away by itself.
    if (this.#available === false) this.#reconnectedAt = performance.now();
    this.#available = available;
    this.#onAvailability(available);
  }
}
