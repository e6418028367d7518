import type { Client, Room } from '@colyseus/core';
import type { Audience, Entry } from '../table/announce.ts';

/** The connection of each seat of a room. */
export class Seating implements Audience {
  readonly #room: Room;
  /** By session id. Another connection of the same, closing late, is nobody's. */
  readonly #clients = new Map<string, Client>();
  readonly #entries = new WeakMap<Client, Entry>();

  constructor(room: Room) {
    this.#room = room;
  }

  /** Whether the seat that it asks for is this connection's. */
  has(client: Client): boolean {
    return this.#clients.get(client.sessionId) === client;
  }

  isConnected(sessionId: string): boolean {
    return this.#clients.has(sessionId);
  }

  /** A connection takes its seat. */
  take(client: Client, entry: Entry): void {
    this.#entries.set(client, entry);
    this.#clients.set(client.sessionId, client);
  }

  /** @returns whether the seat was this connection's; it is nobody's now. */
  part(client: Client): boolean {
    return this.has(client) && this.#clients.delete(client.sessionId);
  }

  /** The seat was given up. @returns its connection, where it had one */
  giveUp(sessionId: string): Client | undefined {
    const client = this.#clients.get(sessionId);
    this.#clients.delete(sessionId);
    return client;
  }

  /** The room is over, or goes on elsewhere: what comes of its connections is nobody's. */
  clear(): void {
    this.#clients.clear();
  }

  all: Audience['all'] = (type, payload) => this.#room.broadcast(type, payload);

  others: Audience['others'] = (sessionId, type, payload) => {
    const except = this.#clients.get(sessionId);
    this.#room.broadcast(type, payload, except && { except });
  };

  one: Audience['one'] = (sessionId, type, payload) => this.#clients.get(sessionId)?.send(type, payload);

  entryOf: Audience['entryOf'] = (sessionId) => {
    const client = this.#clients.get(sessionId);
    return (client && this.#entries.get(client)) ?? 'back';
  };
}
