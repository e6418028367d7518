import { type Client, type Deferred, type IRoomCache, matchMaker, type Room } from '@colyseus/core';
import { $changes, type Schema } from '@colyseus/schema';
import type { Ticket } from './passes.ts';

/**
 * What Colyseus keeps of a room, made anew in another process: seats that wait for their players, and ids of the synced
 * state. Private members of Colyseus are touched here because it has no notion of a room that outlives its process.
 * Tested against the installed version by test/cluster.
 */

/**
 * Lets a player come back by the reconnection token that the room's last process gave them.
 * @returns as `allowReconnection`: rejecting it ends the wait.
 */
export function holdSeat(room: Room, ticket: Ticket, reconnectionToken: string): Deferred<Client> {
  // The connection that was lost was another process'; this is all that Colyseus asks of it.
  const standIn = { sessionId: ticket.sessionId, reconnectionToken, auth: ticket };
  const wait = room.allowReconnection(standIn as unknown as Client, 'manual');
  // Colyseus counts a held seat as a client of the room, and a client that comes back as one that was counted.
  const { _listing: listing } = room as unknown as { _listing: IRoomCache };
  listing.clients++;
  wait.then(
    () => matchMaker.stats.local.ccu++,
    async () => {
      if (matchMaker.getLocalRoomById(room.roomId) === room)
        await matchMaker.driver.update(listing, { $inc: { clients: -1 } });
    },
  );
  return wait;
}

/**
 * Holds the seat of a lost connection, also where that had not quite arrived: Colyseus would hold none then. What it
 * keeps back for such a connection is of no use any more.
 */
export function keepSeat(room: Room, client: Client): Deferred<Client> {
  Object.assign(client, { _enqueuedMessages: undefined });
  return room.allowReconnection(client, 'manual');
}

/** So many tokens of a seat are good for its return. */
const tokensKept = 4;

/**
 * The reconnection tokens that each seat has had, the newest last. Each connection gets a new one, and where it breaks
 * before the client has heard of that, the client comes with the one before; Colyseus would send it away for good.
 */
export class SeatTokens {
  readonly #tokens = new Map<string, readonly string[]>();

  add(sessionId: string, token: string): void {
    this.#tokens.set(sessionId, [...(this.#tokens.get(sessionId) ?? []), token].slice(-tokensKept));
  }

  /** @param wait for the return to that seat, by its newest token: it is ended by the earlier ones as well. */
  accept(room: Room, sessionId: string, wait: Deferred<Client>): void {
    const { _reconnections: waits } = room as unknown as { _reconnections: Record<string, [string, Deferred<Client>]> };
    const earlier = (this.#tokens.get(sessionId) ?? []).filter((token) => !Object.hasOwn(waits, token));
    const forget = () => {
      for (const token of earlier) if (waits[token]?.[1] === wait) delete waits[token];
    };
    for (const token of earlier) waits[token] = [sessionId, wait];
    wait.then(forget, forget);
  }
}

/** So many instances can a state make in one process before its ids meet those of the next one. */
const idsEach = 65_536;

/**
 * A client that reconnects by itself keeps its decoder, and an id that meant something else there would garble its state
 * without a word. So the ids of each process that has the room begin above all that any before it can have used.
 * @param claims how often the room was claimed: its fencing token.
 */
export function useFreshIds(state: Schema, claims: number): void {
  const { root } = state[$changes] as unknown as { root: { nextUniqueId: number } };
  root.nextUniqueId = Math.max(root.nextUniqueId, claims * idsEach);
}
