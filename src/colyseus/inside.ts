import type { Client, IRoomCache, matchMaker, Presence, Room } from '@colyseus/core';
import type { RedisPresence } from '@colyseus/redis-presence';
import { $changes, type Schema } from '@colyseus/schema';
import type { Cluster, Redis } from 'ioredis';

/**
 * All that we use of Colyseus beyond what it offers. It may change with any release, so that nothing else in the house
 * reaches for it; test/colyseus/inside.test.ts looks for each in the installed version.
 */

interface RoomInside {
  /** The row of the room in the list, and where clients reach it. Without it nobody gets into a lobby or to a seat. */
  readonly _listing: IRoomCache & Parameters<typeof matchMaker.buildSeatReservation>[0];
  /**
   * By session id: the options, what becomes `client.auth`, whether a connection has taken it, whether it is a held seat.
   * Were it another, connections would find no reservation, and nobody could sit down.
   */
  readonly _reservedSeats: Record<string, [options: object, auth: unknown, taken: boolean, held: boolean]>;
  /** Takes a connection out of the room. Without it, who is replaced or shown out sits on until their end answers. */
  _onLeave(client: Client, code: number): Promise<void>;
  /** Gets every frame of a client. Without it, Colyseus answers in words of its own, and closes for a mistake. */
  _onMessage(client: Client, buffer: Buffer): void;
}

export const inside = (room: Room): RoomInside => room as unknown as RoomInside;

/** What a connection does when it is lost. Were it to stay, a client that we have closed would leave twice. */
export const onLost = (client: Client): (() => void) => (client.ref as Client['ref'] & { onleave(): void }).onleave;

/** What counts the instances of a synced state, whose ids begin there. Without it a takeover garbles states in silence. */
export const idsOf = (state: Schema): { nextUniqueId: number } =>
  (state[$changes] as unknown as { root: { nextUniqueId: number } }).root;

/**
 * By what Colyseus' presence publishes and listens; undefined where that isn't in Redis. Without them the death of a
 * process, and a call that nobody hears, are noticed when their time is over and not before.
 */
export function connectionsOf(presence: RedisPresence): { readonly pub: Redis | Cluster; readonly sub: Redis };
export function connectionsOf(presence: Presence): { readonly pub?: Redis | Cluster; readonly sub?: Redis };
export function connectionsOf(presence: unknown): object {
  return presence as object;
}
