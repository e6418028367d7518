import { matchMaker } from '@colyseus/core';
import type { Redis } from 'ioredis';
import { connectionsOf } from '../colyseus/inside.ts';
import { type AnyRedis, nodesOf } from '../journal/redisCluster.ts';
import { leastBusyOf } from './leastBusy.ts';

/** What Colyseus' RedisPresence publishes by; undefined in a process that is alone. */
export const publisher = (): AnyRedis | undefined => connectionsOf(matchMaker.presence).pub;

/** Whether Redis still hears a process: its subscription vanishes with its connection. */
export const isHeard = async (processId: string): Promise<boolean> =>
  processId === matchMaker.processId || (await heardOf([processId])).has(processId);

/**
 * Which of these processes Redis still hears. It is asked of each by name: a list of the channels would have it walk those
 * of all rooms.
 */
export async function heardOf(processIds: readonly string[]): Promise<ReadonlySet<string>> {
  const redis = publisher();
  return redis ? heardBy(redis, processIds) : new Set();
}

/** The same, for who is not one of them. */
export async function heardBy(redis: AnyRedis, processIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (processIds.length === 0) return new Set();
  // Each node of a Redis Cluster counts its own connections alone.
  const ask = (node: Redis) => node.pubsub('NUMSUB', ...processIds.map((processId) => `p:${processId}`));
  const answers = (await Promise.all(nodesOf(redis).map(ask))) as unknown[][];
  return new Set(processIds.filter((_, i) => answers.some((answer) => Number(answer[2 * i + 1]) > 0)));
}

/** Which process is to open the next room, for Colyseus to ask. @returns its id */
export async function leastBusy(): Promise<string> {
  return (await leastBusyOf(await matchMaker.stats.fetchAll(), isHeard)) ?? matchMaker.processId;
}
