import type { Client, Deferred, Room } from '@colyseus/core';
import type { Audience, Entry } from './announce.ts';
import { holdSeat, keepSeat, SeatTokens } from './heldSeats.ts';
import type { Ticket } from './passes.ts';

/** The connection of each seat of a room, and the seats that wait for theirs to return. */
export class Seating implements Audience {
  readonly #room: Room;
  /** By session id. Another connection of the same, closing late, is nobody's. */
  readonly #clients = new Map<string, Client>();
  readonly #waits = new Map<string, Deferred<Client>>();
  readonly #tokens = new SeatTokens();
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

  /** The connection of a seat that goes by this token now, where there is one. */
  byToken(token: string): Client | undefined {
    return [...this.#clients.values()].find((client) => client.reconnectionToken === token);
  }

  /** A connection takes its seat; whoever waited for it waits no more. */
  take(client: Client, entry: Entry): void {
    this.#entries.set(client, entry);
    this.#clients.set(client.sessionId, client);
    if (entry === 'back') this.#waits.delete(client.sessionId);
  }

  /** The seat may be returned to by the token of this connection. */
  know(sessionId: string, token: string): void {
    this.#tokens.add(sessionId, token);
  }

  /** @returns whether the seat was this connection's; it is nobody's now. */
  part(client: Client): boolean {
    return this.has(client) && this.#clients.delete(client.sessionId);
  }

  /** The seat of a connection that was lost waits for its return. */
  keep(client: Client): void {
    this.#wait(client.sessionId, keepSeat(this.#room, client));
  }

  /** The same for a connection that another process had. */
  hold(ticket: Ticket, token: string): void {
    this.#wait(ticket.sessionId, holdSeat(this.#room, ticket, token));
  }

  /** The seat was given up: nobody returns to it. @returns its connection, where it had one */
  giveUp(sessionId: string): Client | undefined {
    this.#waits.get(sessionId)?.reject(new Error('the seat was given up'));
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

  #wait(sessionId: string, wait: Deferred<Client>): void {
    this.#waits.set(sessionId, wait);
    this.#tokens.accept(this.#room, sessionId, wait);
    // Colyseus refuses this for who has never quite arrived.
    wait.catch(() => this.#waits.get(sessionId) === wait && this.#waits.delete(sessionId));
  }
}
