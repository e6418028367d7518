import type { ChainableCommander, Redis } from 'ioredis';
import { spaced } from '../ops/spaced.ts';
import { JournalUnavailable } from './journal.ts';
import { type Script, scripts } from './redisScripts.ts';

export interface RedisPipelineOptions {
  /** How much may wait to be sent or answered, in characters. */
  readonly maxWaiting: number;
  /** Called after each pipeline, with how many commands shared it and how long it took, milliseconds. */
  readonly onCommit: (commit: { writes: number; ms: number }) => void;
}

interface Waiting {
  readonly size: number;
  readonly addTo: (pipeline: ChainableCommander) => void;
  readonly resolve: (reply: never) => void;
  readonly reject: (error: JournalUnavailable) => void;
}

/** Pipelines are so far apart at least, ms. */
const apartMs = 2;

/**
 * Sends all the commands of a turn of the event loop, or of some ms where there are many, in one pipeline, since what a trip to Redis and its fsync cost is
 * the same for one or a thousand. Redis does them in the order in which they were asked, one pipeline after the other.
 */
export class RedisPipeline {
  readonly #redis: Redis;
  readonly #options: RedisPipelineOptions;
  readonly #flushSoon = spaced(() => void this.#flush(), apartMs);
  #waiting: Waiting[] = [];
  #waitingSize = 0;
  #scriptsLoaded = false;
  #reconnecting = false;

  /** @param redis from `connectRedis`, which queues nothing by itself */
  constructor(redis: Redis, options: RedisPipelineOptions) {
    this.#redis = redis;
    this.#options = options;
    // Another server, or the same one started again, doesn't know our scripts.
    redis.on('close', this.#onClose);
  }

  /**
   * Runs a script.
   * @param size characters that it stores; what stores nothing is never refused for its size
   * @throws JournalUnavailable
   */
  run<T>(script: Script, keys: readonly string[], args: readonly (string | number)[], size = 0): Promise<T> {
    return this.#ask(size, (pipeline) => pipeline.evalsha(script.sha, keys.length, ...keys, ...args));
  }

  /**
   * Sends one plain command.
   * @throws JournalUnavailable
   */
  call<T>(command: string, ...args: (string | number)[]): Promise<T> {
    return this.#ask(0, (pipeline) => pipeline.call(command, ...args));
  }

  /** Lets go of the connection, once nothing is asked any more. */
  close(): void {
    this.#redis.off('close', this.#onClose);
  }

  #ask<T>(size: number, addTo: Waiting['addTo']): Promise<T> {
    if (size > 0 && this.#waitingSize + size > this.#options.maxWaiting) {
      return Promise.reject(new JournalUnavailable('too much waits to be written'));
    }
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    if (this.#waiting.length === 0) this.#flushSoon();
    this.#waiting.push({ size, addTo, resolve, reject });
    this.#waitingSize += size;
    return promise;
  }

  async #flush(): Promise<void> {
    const group = this.#waiting;
    this.#waiting = [];
    const start = performance.now();
    const replies = await this.#send(group);
    for (const [i, { size, resolve, reject }] of group.entries()) {
      this.#waitingSize -= size;
      const [error, reply] = replies[i] ?? [null, null];
      if (error) reject(error);
      else resolve(reply as never);
    }
    if (replies.every(([error]) => error === null)) {
      this.#options.onCommit({ writes: group.length, ms: performance.now() - start });
    }
  }

  /** The reply or the error of each. */
  async #send(group: readonly Waiting[]): Promise<readonly [JournalUnavailable | null, unknown][]> {
    if (this.#redis.status !== 'ready') {
      const error = new JournalUnavailable(`no connection to Redis (${this.#redis.status})`);
      return group.map(() => [error, null]);
    }
    const pipeline = this.#redis.pipeline();
    const loads = this.#scriptsLoaded ? [] : scripts;
    this.#scriptsLoaded = true;
    for (const { lua } of loads) pipeline.script('LOAD', lua);
    for (const { addTo } of group) addTo(pipeline);
    const replies = (await pipeline.exec()) ?? [];
    return replies.slice(loads.length).map(([error, reply]) => [error && this.#unavailable(error), reply]);
  }

  #unavailable(cause: Error): JournalUnavailable {
    const { name, message } = cause;
    // Redis has answered, or nothing was sent: it is sure that nothing was done.
    if (name === 'ReplyError') {
      if (message.startsWith('NOSCRIPT')) this.#scriptsLoaded = false;
      return new JournalUnavailable(message, { cause });
    }
    if (message.startsWith("Stream isn't writeable"))
      return new JournalUnavailable('no connection to Redis', { cause });
    if (message === 'Command timed out') this.#reconnect();
    return new JournalUnavailable(`Redis has not answered (${message})`, { inDoubt: true, cause });
  }

  /** A connection that doesn't answer may be dead without anybody knowing; a new one tells. */
  #reconnect(): void {
    if (this.#reconnecting || this.#redis.status !== 'ready') return;
    this.#reconnecting = true;
    this.#redis.disconnect(true);
  }

  readonly #onClose = (): void => {
    this.#reconnecting = false;
    this.#scriptsLoaded = false;
  };
}
