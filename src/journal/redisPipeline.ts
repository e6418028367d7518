import type { ChainableCommander, Redis } from 'ioredis';
import { spaced } from '../ops/spaced.ts';
import { JournalUnavailable } from './journal.ts';
import { type Script, scripts } from './redisScripts.ts';
import { mostWaiting } from './sizes.ts';

export interface RedisPipelineOptions {
  /** How much may wait to be sent or answered, in characters; `mostWaiting` by default. */
  readonly maxWaiting?: number;
  /** `WAIT_REPLICAS`: what is stored is answered when so many replicas have it, too. None by default. */
  readonly waitReplicas?: number;
  /** Called after each pipeline, with how many commands shared it and how long it took, milliseconds. */
  readonly onCommit?: (commit: { writes: number; ms: number }) => void;
}

interface Waiting {
  readonly size: number;
  /** Whether it counts only once the replicas have it. */
  readonly isStored: boolean;
  readonly addTo: (pipeline: ChainableCommander) => void;
  readonly resolve: (reply: never) => void;
  readonly reject: (error: JournalUnavailable) => void;
}

/** Pipelines are so far apart at least, ms. */
const apartMs = 2;

type Reply = readonly [JournalUnavailable | null, unknown];

/**
 * Sends all the commands of a turn of the event loop, or of some ms where there are many, in one pipeline, since what a trip
 * to Redis and its fsync cost is the same for one or a thousand. Redis does them in the order in which they were asked, one
 * pipeline after the other.
 *
 * Where replicas are waited for, that closes the pipeline, and Redis does nothing else for this connection meanwhile: what
 * is asked by then shares the next one.
 */
export class RedisPipeline {
  readonly #redis: Redis;
  readonly #flushSoon = spaced(() => void this.#flush(), apartMs);
  readonly #maxWaiting: number;
  readonly #waitReplicas: number;
  readonly #onCommit: (commit: { writes: number; ms: number }) => void;
  #waiting: Waiting[] = [];
  #waitsForReplicas = false;
  /** Null while this connection has not said it. */
  #hasWaitaof: boolean | null = null;
  #connections = 0;
  #waitingSize = 0;
  #scriptsLoaded = false;
  #reconnecting = false;

  /** @param redis from `connectRedis`, which queues nothing by itself */
  constructor(redis: Redis, options: RedisPipelineOptions = {}) {
    const { maxWaiting = mostWaiting, waitReplicas = 0, onCommit = () => {} } = options;
    this.#redis = redis;
    this.#maxWaiting = maxWaiting;
    this.#waitReplicas = waitReplicas;
    this.#onCommit = onCommit;
    // Another server, or the same one started again, doesn't know our scripts.
    redis.on('close', this.#onClose);
  }

  /**
   * Runs a script. What it stores the replicas have, too, when it is answered.
   * @param size characters that it stores; what stores nothing is never refused for its size
   * @throws JournalUnavailable
   */
  run<T>(script: Script, keys: readonly string[], args: readonly (string | number)[], size = 0): Promise<T> {
    return this.#ask(size, script.stores, (pipeline) => pipeline.evalsha(script.sha, keys.length, ...keys, ...args));
  }

  /**
   * Sends one plain command, which waits for no replica.
   * @throws JournalUnavailable
   */
  call<T>(command: string, ...args: (string | number)[]): Promise<T> {
    return this.#ask(0, false, (pipeline) => pipeline.call(command, ...args));
  }

  /**
   * Waits until the replicas have all that was asked before.
   * @throws JournalUnavailable too few have it by now
   */
  async replicated(): Promise<void> {
    if (this.#waitReplicas > 0) await this.#ask(0, true, (pipeline) => pipeline.echo(''));
  }

  /** Lets go of the connection, once nothing is asked any more. */
  close(): void {
    this.#redis.off('close', this.#onClose);
  }

  #ask<T>(size: number, isStored: boolean, addTo: Waiting['addTo']): Promise<T> {
    if (size > 0 && this.#waitingSize + size > this.#maxWaiting) {
      return Promise.reject(new JournalUnavailable('too much waits to be written'));
    }
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#waiting.push({ size, isStored, addTo, resolve, reject });
    this.#flushSoon();
    this.#waitingSize += size;
    return promise;
  }

  async #flush(): Promise<void> {
    if (this.#waitsForReplicas || this.#waiting.length === 0) return;
    const group = this.#waiting;
    this.#waiting = [];
    const start = performance.now();
    const waits = this.#waitReplicas > 0 && group.some(({ isStored }) => isStored);
    this.#waitsForReplicas = waits;
    const replies = await this.#send(group, waits);
    if (waits) {
      this.#waitsForReplicas = false;
      if (this.#waiting.length > 0) this.#flushSoon();
    }
    for (const [i, { size, resolve, reject }] of group.entries()) {
      this.#waitingSize -= size;
      const [error, reply] = replies[i] ?? [null, null];
      if (error) reject(error);
      else resolve(reply as never);
    }
    if (replies.every(([error]) => error === null)) {
      this.#onCommit({ writes: group.length, ms: performance.now() - start });
    }
  }

  /** The reply or the error of each. */
  async #send(group: readonly Waiting[], waits: boolean): Promise<readonly Reply[]> {
    // A node of a Redis Cluster is connected to when the first thing is asked of it.
    if (this.#redis.status !== 'ready' && this.#redis.status !== 'wait') {
      const error = new JournalUnavailable(`no connection to Redis (${this.#redis.status})`);
      return group.map(() => [error, null]);
    }
    if (waits && !(await this.#knowsHowToWait())) {
      const error = new JournalUnavailable('Redis does not say how its replicas can be waited for');
      return group.map(() => [error, null]);
    }
    const pipeline = this.#redis.pipeline();
    const loads = this.#scriptsLoaded ? [] : scripts;
    this.#scriptsLoaded = true;
    for (const { lua } of loads) pipeline.script('LOAD', lua);
    for (const { addTo } of group) addTo(pipeline);
    if (waits) this.#addWait(pipeline);
    const replies = (await pipeline.exec()) ?? [];
    const answers = replies
      .slice(loads.length)
      .map(([error, reply]): Reply => [error && this.#unavailable(error), reply]);
    if (!waits) return answers;
    const short = this.#shortOf(answers.pop());
    return answers.map((answer, i) => (answer[0] === null && group[i]?.isStored && short ? [short, null] : answer));
  }

  /** Half of what an answer is waited for: a replica that is away must not look like a Redis that is. */
  #addWait(pipeline: ChainableCommander): void {
    const ms = Math.floor((this.#redis.options.commandTimeout ?? 2_000) / 2);
    if (this.#hasWaitaof) pipeline.call('WAITAOF', 1, this.#waitReplicas, ms);
    else pipeline.call('WAIT', this.#waitReplicas, ms);
  }

  /** Asked of each connection, until it has answered: the next one may be to another server. */
  async #knowsHowToWait(): Promise<boolean> {
    if (this.#hasWaitaof !== null) return true;
    const connection = this.#connections;
    const found = await hasWaitaof(this.#redis);
    if (connection === this.#connections) this.#hasWaitaof = found;
    return this.#hasWaitaof !== null;
  }

  /** What is in doubt where too few replicas have it: it is stored, and a failover may lose it. */
  #shortOf([error, reply]: Reply = [null, 0]): JournalUnavailable | null {
    const why = (text: string) => new JournalUnavailable(text, { inDoubt: true, ...(error && { cause: error }) });
    if (error) return why(`Redis does not say whether its replicas have it (${error.message})`);
    // WAITAOF says of this Redis as well whether its disk has it.
    const [own, replicas] = Array.isArray(reply) ? (reply as [number, number]) : [1, Number(reply)];
    if (own >= 1 && replicas >= this.#waitReplicas) return null;
    return why(`${replicas} of the ${this.#waitReplicas} replicas of WAIT_REPLICAS have it`);
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
    this.#hasWaitaof = null;
    this.#connections++;
  };
}

/**
 * Whether it can wait for disks, not for memory alone: 7.2 and newer, with an append-only file. Null where it has not
 * answered; one that may not say it (`-info` of an ACL) is taken for one that can't.
 */
async function hasWaitaof(redis: Redis): Promise<boolean | null> {
  const info = await redis.info().catch(({ name }: Error) => (name === 'ReplyError' ? '' : null));
  if (info === null) return null;
  const [, major = '0', minor = '0'] = /^redis_version:(\d+)\.(\d+)/m.exec(info) ?? [];
  return Number(major) + Number(minor) / 100 >= 7.02 && /^aof_enabled:1/m.test(info);
}
