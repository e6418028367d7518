/** What we need of a connection: Colyseus' `Client` is one. */
export interface Connection {
  send(type: string, payload: unknown): void;
  readonly ref: { once(event: 'close', listener: () => void): unknown };
}

/** The open connections of each user to this process, whatever room they are to. */
export class Connections {
  readonly #of = new Map<string, Set<Connection>>();

  /** Counts a connection as the user's until it is closed. */
  add(userId: string, connection: Connection): void {
    const all = this.#of.get(userId) ?? new Set();
    this.#of.set(userId, all.add(connection));
    connection.ref.once('close', () => {
      all.delete(connection);
      if (all.size === 0 && this.#of.get(userId) === all) this.#of.delete(userId);
    });
  }

  of(userId: string): readonly Connection[] {
    return [...(this.#of.get(userId) ?? [])];
  }
}
