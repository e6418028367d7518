import type { Redis } from 'ioredis';
import { JournalUnavailable } from './journal.ts';
import { type AnyRedis, askWhoHasKeys, primariesOf, primaryOf } from './redisCluster.ts';
import { RedisPipeline, type RedisPipelineOptions } from './redisPipeline.ts';
import type { Script } from './redisScripts.ts';

/** A pipeline to each Redis that has keys: one as a rule, several with a Redis Cluster. What is asked goes to who has the key. */
export class RedisPipelines {
  readonly #redis: AnyRedis;
  readonly #options: RedisPipelineOptions;
  readonly #pipelines = new Map<Redis, RedisPipeline>();

  /** @param redis from `connectRedis` */
  constructor(redis: AnyRedis, options: RedisPipelineOptions = {}) {
    this.#redis = redis;
    this.#options = options;
  }

  get isOfCluster(): boolean {
    return this.#redis.isCluster;
  }

  /** As `RedisPipeline.run`; all keys are of one slot. @throws JournalUnavailable */
  run<T>(script: Script, keys: readonly string[], args: readonly (string | number)[], size = 0): Promise<T> {
    return this.#ask(keys[0], (pipeline) => pipeline.run<T>(script, keys, args, size));
  }

  /** As `RedisPipeline.call`, of a command whose first argument is its key, or that has none. @throws JournalUnavailable */
  call<T>(command: string, ...args: (string | number)[]): Promise<T> {
    return this.#ask(args[0], (pipeline) => pipeline.call<T>(command, ...args));
  }

  /** As `RedisPipeline.replicated`, of the one that has the key. @throws JournalUnavailable */
  replicated(key: string): Promise<void> {
    return this.#ask(key, (pipeline) => pipeline.replicated());
  }

  /** The names of all keys that match, a batch at a time. @throws JournalUnavailable */
  async *keys(match: string, atOnce: number): AsyncGenerator<readonly string[]> {
    for (const primary of primariesOf(this.#redis)) {
      const pipeline = this.#to(primary);
      for (let cursor = ''; cursor !== '0'; ) {
        const args = [cursor || '0', 'MATCH', match, 'COUNT', atOnce];
        const [next, keys] = await pipeline.call<[string, string[]]>('SCAN', ...args);
        yield keys;
        cursor = next;
      }
    }
  }

  close(): void {
    for (const pipeline of this.#pipelines.values()) pipeline.close();
  }

  #ask<T>(key: string | number | undefined, ask: (pipeline: RedisPipeline) => Promise<T>): Promise<T> {
    const primary = primaryOf(this.#redis, `${key}`);
    const asked = primary
      ? ask(this.#to(primary))
      : Promise.reject(new JournalUnavailable('no connection to that node'));
    // Another one may have its keys by now.
    if (this.isOfCluster) asked.catch(() => askWhoHasKeys(this.#redis));
    return asked;
  }

  #to(redis: Redis): RedisPipeline {
    const known = this.#pipelines.get(redis);
    if (known) return known;
    const made = new RedisPipeline(redis, this.#options);
    this.#pipelines.set(redis, made);
    redis.once('end', () => this.#pipelines.delete(redis));
    return made;
  }
}
