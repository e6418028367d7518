import type { RedisPipelineOptions } from './redisPipeline.ts';

export interface RedisJournalOptions extends RedisPipelineOptions {
  /**
   * Names this process; another one, or a later start of this one, must have another name. Random by default. It is not
   * asked before Redis is there.
   */
  readonly owner?: () => string;
  /** What other processes need to know of this one for as long as it lives: where it can be reached. Nothing by default. */
  readonly about?: () => string;
  /** The latest format that this process reads: that of this version. */
  readonly format?: number;
  /** Which build this process is of, for the marks of rooms: that of this version. */
  readonly build?: string;
  /** `LEASE_S`: who is silent for longer loses its rooms to who asks for them, milliseconds. 3 s by default. */
  readonly leaseMs?: number;
  /**
   * Told when Redis goes away or refuses to write, or too few replicas follow it, and when it is back; and once at the
   * start. A loss of the connection is told at once, a Redis that doesn't answer with the next renewal of the lease.
   */
  readonly onAvailability?: (available: boolean) => void;
  /** The lease of this process was not in force for a while: its rooms may be another's by now. */
  readonly onLapsed?: () => void;
}
