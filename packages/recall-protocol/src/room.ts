import type { Room } from '@colyseus/sdk';
import { closeCodes } from '../../../src/protocol/errors.ts';

/** What the SDK's rooms don't offer by themselves. */

/** Resolves with the next answer that comes: by the framework's own ping, which no room has to take in. */
export const answer = (room: Room): Promise<void> => new Promise((resolve) => room.ping(() => resolve()));

/** The SDK's own, which it names nowhere. */
export const socketOf = (room: Room): WebSocket => (room.connection.transport as unknown as { ws: WebSocket }).ws;

/** Gives up a connection that has gone silent. The SDK comes back by a new one, as after a loss that it was told of. */
export function giveUp(room: Room): void {
  const ws = socketOf(room);
  // What it may bring yet is not for the state that the new one goes on from.
  ws.onopen = null;
  ws.onmessage = null;
  ws.onerror = null;
  room.connection.close(closeCodes.mayReconnect);
}

/** Closes the connection and leaves the seat as it is, to come back to. */
export function letGo(room: Room): void {
  room.reconnection.enabled = false;
  void room.leave(false);
}

/** So many random bytes, in hex. (`crypto.randomUUID` is missing where a page comes over plain HTTP.) */
export const randomHex = (bytes: number): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, '0')).join('');
