import { matchMaker } from '@colyseus/core';
import type { Redis } from 'ioredis';

/** What Colyseus' RedisPresence publishes by; undefined in a process that is alone. */
export const publisher = (): Redis | undefined => (matchMaker.presence as unknown as { pub?: Redis }).pub;

/** Whether Redis still hears a process: its subscription vanishes with its connection. */
export async function isHeard(processId: string): Promise<boolean> {
  if (processId === matchMaker.processId) return true;
  const [, subscribers] = (await publisher()?.pubsub('NUMSUB', `p:${processId}`)) ?? [];
  return Number(subscribers ?? 0) > 0;
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
