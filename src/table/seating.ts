import type { Room } from '../game/state.ts';
import type { PublicView } from '../game/view.ts';
import type { ToClient } from '../protocol/toClient.ts';
import type { Audience, WayIn } from './announce.ts';

/** A connection of a player to a room, as the room knows it. */
export interface Connection {
  /** Of the seat that it is for. */
  readonly sessionId: string;
  /** What the seat is had again by, when this connection is lost. */
  reconnectionToken: string;
}

/** What carries the connections of one room: Colyseus, or the network of the simulation. */
export interface Carrier<C extends Connection> {
  /** The room as it is from now on, to all. */
  show(room: Room, view: PublicView): void;
  /** A message to all, but for some of them. */
  broadcast<T extends keyof ToClient>(type: T, payload: ToClient[T], except: readonly C[]): void;
  send<T extends keyof ToClient>(connection: C, type: T, payload: ToClient[T]): void;
  /** Closes a connection that has no seat any more. */
  close(connection: C, code: number): void;
  /** The room ends here: closes every connection. @returns when all of it is gone. */
  closeAll(code: number): Promise<unknown>;
}

/** The connection of each seat of a room. */
export class Seating<C extends Connection> implements Audience {
  readonly #carrier: Carrier<C>;
  /** By session id. Another connection of the same, closing late, is nobody's. */
  readonly #connections = new Map<string, C>();
  readonly #waysIn = new WeakMap<C, WayIn>();
  /** Those who are going to be sent what they have missed: what happens until then is part of it. */
  readonly #behind = new Set<C>();

  constructor(carrier: Carrier<C>) {
    this.#carrier = carrier;
  }

  /** Whether the seat that it asks for is this connection's. */
  has(connection: C): boolean {
    return this.#connections.get(connection.sessionId) === connection;
  }

  isConnected(sessionId: string): boolean {
    return this.#connections.has(sessionId);
  }

  /** A connection takes its seat. @param isBehind until `caughtUp` it hears of no event of a match */
  take(connection: C, wayIn: WayIn, isBehind: boolean): void {
    this.#waysIn.set(connection, wayIn);
    if (isBehind) this.#behind.add(connection);
    this.#connections.set(connection.sessionId, connection);
  }

  /** @returns whether the seat was this connection's; it is nobody's now. */
  part(connection: C): boolean {
    this.#behind.delete(connection);
    return this.has(connection) && this.#connections.delete(connection.sessionId);
  }

  /** The seat was given up. @returns its connection, where it had one */
  giveUp(sessionId: string): C | undefined {
    const connection = this.#connections.get(sessionId);
    this.#connections.delete(sessionId);
    if (connection) this.#behind.delete(connection);
    return connection;
  }

  /** The room is over, or goes on elsewhere: what comes of its connections is nobody's. */
  clear(): void {
    this.#behind.clear();
    this.#connections.clear();
  }

  all: Audience['all'] = (type, payload) =>
    this.#carrier.broadcast(type, payload, type === 'match_event' ? [...this.#behind] : []);

  others: Audience['others'] = (sessionId, type, payload) => {
    const connection = this.#connections.get(sessionId);
    this.#carrier.broadcast(type, payload, connection ? [connection] : []);
  };

  caughtUp: Audience['caughtUp'] = (sessionId) => {
    const connection = this.#connections.get(sessionId);
    return connection !== undefined && this.#behind.delete(connection);
  };

  one: Audience['one'] = (sessionId, type, payload) => {
    const connection = this.#connections.get(sessionId);
    if (connection) this.#carrier.send(connection, type, payload);
  };

  wayInOf: Audience['wayInOf'] = (sessionId) => {
    const connection = this.#connections.get(sessionId);
    return (connection && this.#waysIn.get(connection)) ?? 'back';
  };
}
