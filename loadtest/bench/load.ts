import { setTimeout as pause } from 'node:timers/promises';
import type { Measured } from './servers.ts';

/** What a server has used in a while. */
export interface Load {
  /** Of its core, all threads, from 0 to 1. */
  readonly core: number;
  readonly appendsPerS: number;
  readonly rssMb: number;
  /** What Redis had of its own core, was asked and told, and holds. */
  readonly redis: number;
  readonly redisCommandsPerS: number;
  readonly redisBytesPerS: number;
  readonly redisMb: number;
}

/** Looks at a server for so long, while it does whatever it does. */
export async function loadOf(server: Measured, seconds: number): Promise<Load> {
  const look = async () => ({
    redis: await server.redisUse(),
    appends: await server.appends(),
    usage: await server.usage(),
    ms: performance.now(),
  });
  const before = await look();
  await pause(seconds * 1000);
  const after = await look();
  const us = (after.ms - before.ms) * 1000;
  const used = ({ usage: { cpu } }: typeof before) => cpu.user + cpu.system;
  return {
    core: (used(after) - used(before)) / us,
    appendsPerS: ((after.appends - before.appends) * 1e6) / us,
    rssMb: after.usage.rssBytes / 1024 ** 2,
    redis: (after.redis.cpuUs - before.redis.cpuUs) / us,
    redisCommandsPerS: ((after.redis.commands - before.redis.commands) * 1e6) / us,
    redisBytesPerS: ((after.redis.bytesIn - before.redis.bytesIn) * 1e6) / us,
    redisMb: after.redis.memoryMb,
  };
}

/** Does it so many times, some of them at once. */
export async function many<T>(count: number, atOnce: number, one: (n: number) => Promise<T>): Promise<T[]> {
  const done: T[] = [];
  let next = 0;
  const work = async () => {
    while (next < count) {
      const n = next++;
      done[n] = await one(n);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, work));
  return done;
}

/** The value below which that share of them is; NaN where there are none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
