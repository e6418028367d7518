import { matchMaker } from '@colyseus/core';
import type { Redis } from 'ioredis';
import { connectionsOf } from '../colyseus/inside.ts';

/** What Colyseus' RedisPresence publishes by; undefined in a process that is alone. */
export const publisher = (): Redis | undefined => connectionsOf(matchMaker.presence).pub;

/** Whether Redis still hears a process: its subscription vanishes with its connection. */
export const isHeard = async (processId: string): Promise<boolean> =>
  processId === matchMaker.processId || (await heardOf([processId])).has(processId);

/**
 * Which of these processes Redis still hears. It is asked of each by name: a list of the channels would have it walk those
 * of all rooms.
 */
export async function heardOf(processIds: readonly string[]): Promise<ReadonlySet<string>> {
  const redis = publisher();
  if (!redis || processIds.length === 0) return new Set();
  const answer = (await redis.pubsub('NUMSUB', ...processIds.map((processId) => `p:${processId}`))) as unknown[];
  return new Set(processIds.filter((_, i) => Number(answer[2 * i + 1]) > 0));
}

/**
 * Which process is to open the next room: the one with the fewest rooms, as Colyseus chooses, but none that is dead. A dead
 * one is on its list until somebody has taken its rooms over, and whoever asked it would wait for 2 s.
 * @returns its id
 */
export async function leastBusy(): Promise<string> {
  const known = (await matchMaker.stats.fetchAll()).sort((one, other) => one.roomCount - other.roomCount);
  for (const { processId } of known) if (await isHeard(processId)) return processId;
  return matchMaker.processId;
}
