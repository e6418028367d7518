import type { ToPerson } from '../protocol/toClient.ts';

/** What we need of a connection: Colyseus' `Client` is one. */
export interface Connection {
  send<T extends keyof ToPerson>(type: T, payload: ToPerson[T]): void;
  readonly ref: { once(event: 'close', listener: () => void): unknown };
}

/** Who wants to know whether a user is connected. */
export interface Watcher {
  /** One more connection of theirs is open. */
  connected(userId: string): void;
  /** Their last connection is gone. */
  disconnected(userId: string): void;
}

/** The open connections of each user to this process, whatever room they are to. */
export class Connections {
  readonly #of = new Map<string, Set<Connection>>();
  readonly #watcher: Watcher;

  constructor(watcher: Watcher) {
    this.#watcher = watcher;
  }

  /** Counts a connection as the user's until it is closed, which it may be already. */
  add(userId: string, connection: Connection): void {
    if (isClosed(connection)) return;
    const all = this.#of.get(userId) ?? new Set();
    this.#of.set(userId, all.add(connection));
    connection.ref.once('close', () => this.#remove(userId, all, connection));
    this.#watcher.connected(userId);
  }

  of(userId: string): readonly Connection[] {
    return [...(this.#of.get(userId) ?? [])];
  }

  /** The ids of all who are connected here. */
  users(): readonly string[] {
    return [...this.#of.keys()];
  }

  #remove(userId: string, all: Set<Connection>, connection: Connection): void {
    all.delete(connection);
    if (all.size > 0 || this.#of.get(userId) !== all) return;
    this.#of.delete(userId);
    this.#watcher.disconnected(userId);
  }
}

/** Of a WebSocket that is closed the event has been already. */
const isClosed = ({ ref }: Connection): boolean => (ref as { readyState?: number }).readyState === WebSocket.CLOSED;
