import type { Command, Redis } from 'ioredis';

/** So long may Redis be silent at least, milliseconds, until what was asked counts as in doubt and a new connection is tried. */
const leastMs = 1_000;

/** The answer that took longest lately may take so many times as long. */
const spare = 3;
/** Times the least: how far it grows by answers that came late, and by those that never came. */
const most = { byAnswers: 8, bySilence: 4 };
/** With each answer, the slowest one before it counts for so much of itself. */
const fading = 0.9;

/** A connection that takes longer than this to be made is tried anew, milliseconds. */
const longestConnectMs = 5_000;

/** Redis answers these when its replicas have, which says nothing of how quick it is. */
const waitsByItself: ReadonlySet<string> = new Set(['WAIT', 'WAITAOF']);

/** What whoever runs the server is told. */
export interface Slowness {
  /** Redis answers later than is waited for as a rule, or not at all; false: it is quick again. */
  readonly slow: boolean;
  /** So long it is waited for now, ms. */
  readonly waitMs: number;
  /** So long the slowest of the last answers took, ms. */
  readonly slowestMs: number;
}

interface Options {
  readonly leastMs?: number;
  /** Told when Redis begins to be slow, and when it is quick again. */
  readonly onChange?: (slowness: Slowness) => void;
}

/**
 * How long answers of Redis are waited for. A Redis that is far away, or busy, is not dead: with a wait that is shorter than
 * its answers take, each connection would be given up for the next one, which fares no better, and rooms would stand still
 * for ever. So the wait follows what answers take. One that never comes makes it longer too, since nobody knows how long it
 * would have taken; the first answer shows that. Both have a bound: who is really gone has to be noticed.
 *
 * All connections of a process to one Redis share one of these.
 */
export class Patience {
  readonly #leastMs: number;
  readonly #onChange: (slowness: Slowness) => void;
  #waitMs: number;
  #slowestMs = 0;
  #isSlow = false;
  /** By the monotonic clock. What was asked before this was waited for too briefly already. */
  #raisedAt = Number.NEGATIVE_INFINITY;

  constructor(options: Options = {}) {
    this.#leastMs = options.leastMs ?? leastMs;
    this.#onChange = options.onChange ?? (() => {});
    this.#waitMs = this.#leastMs;
  }

  /** So long an answer is waited for now, ms. */
  get waitMs(): number {
    return this.#waitMs;
  }

  /** So long the making of a connection is waited for, ms. */
  get connectMs(): number {
    return Math.max(2 * this.#leastMs, Math.min(2 * this.#waitMs, longestConnectMs));
  }

  /** From now on this connection waits so long. (ioredis looks at its options with each command and each connection.) */
  guide(redis: Redis): void {
    const send = redis.sendCommand.bind(redis);
    redis.sendCommand = (command: Command, ...rest) => {
      redis.options.commandTimeout = this.#waitMs;
      const askedAt = performance.now();
      command.promise.then(
        () => {
          if (!waitsByItself.has(command.name)) this.#answered(performance.now() - askedAt);
        },
        (error: Error) => {
          if (error.message === 'Command timed out') this.#missed(askedAt);
        },
      );
      return send(command, ...rest);
    };
    redis.on('close', () => {
      redis.options.connectTimeout = this.connectMs;
    });
  }

  #answered(ms: number): void {
    this.#slowestMs = Math.max(ms, this.#slowestMs * fading);
    const wanted = spare * this.#slowestMs;
    this.#waitMs = Math.min(Math.max(wanted, this.#leastMs), most.byAnswers * this.#leastMs);
    if (this.#slowestMs > this.#leastMs) this.#tell(true);
    else if (wanted <= this.#leastMs) this.#tell(false);
  }

  #missed(askedAt: number): void {
    if (askedAt < this.#raisedAt) return;
    this.#raisedAt = performance.now();
    this.#waitMs = Math.max(this.#waitMs, Math.min(2 * this.#waitMs, most.bySilence * this.#leastMs));
    this.#tell(true);
  }

  #tell(slow: boolean): void {
    if (this.#isSlow === slow) return;
    this.#isSlow = slow;
    this.#onChange({ slow, waitMs: Math.round(this.#waitMs), slowestMs: Math.round(this.#slowestMs) });
  }
}
