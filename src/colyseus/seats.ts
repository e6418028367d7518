import { type Client, matchMaker, type Room } from '@colyseus/core';
import { inside, onLost } from './inside.ts';

/**
 * Reserves a seat as Colyseus has it, in one step: its own `_reserveSeat` waits for the listing before it has done, and
 * sets a timer that nobody needs here.
 * @param auth what becomes `client.auth`
 */
export function reserve(room: Room, sessionId: string, auth: object): void {
  const { _reservedSeats: seats, _listing: listing } = inside(room);
  seats[sessionId] = [{}, auth, false, false];
  // The room takes it away again when the connection is gone.
  void matchMaker.driver.update(listing, { $inc: { clients: 1 } });
}

/** No reservation stays that a connection has not taken at once. */
export function withdraw(room: Room, sessionId: string): void {
  const { _reservedSeats: seats } = inside(room);
  if (Object.hasOwn(seats, sessionId) && !seats[sessionId]?.[2]) delete seats[sessionId];
}

/** Whether a connection is about to sit down there. */
export const isArriving = (room: Room, sessionId: string): boolean =>
  Object.hasOwn(inside(room)._reservedSeats, sessionId);

/** Where clients reach the room. */
export const listingOf = (room: Room) => inside(room)._listing;

/** Closes a connection to the room. It has left when this resolves, even where the other end doesn't answer. */
export async function close(room: Room, client: Client, code: number): Promise<void> {
  client.ref.removeAllListeners('message');
  client.ref.removeListener('close', onLost(client));
  await inside(room)._onLeave(client, code);
  client.leave(code);
}
