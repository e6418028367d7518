import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * Closes what has asked for a WebSocket and has none in time. Node no longer looks at such a connection, and a WebSocket is
 * only looked after once there is one: in between one could wait for ever, also where it was refused and stays open.
 */
export class PendingUpgrades {
  readonly #timers = new WeakMap<Duplex, NodeJS.Timeout>();

  /**
   * @param server its `emit` is wrapped: this comes before whoever answers the event
   * @param withinMs how long an upgrade may take, ms
   */
  watch(server: Server, withinMs: number): void {
    const emit = server.emit;
    const expect = (socket: Duplex) => this.#expect(socket, withinMs);
    server.emit = function (this: Server, event: string, ...args: unknown[]) {
      if (event === 'upgrade') expect(args[1] as Duplex);
      return Reflect.apply(emit, this, [event, ...args]);
    } as Server['emit'];
  }

  /** The connection is a WebSocket now, here or on its way to another process. */
  done(socket: Duplex): void {
    clearTimeout(this.#timers.get(socket));
    this.#timers.delete(socket);
  }

  #expect(socket: Duplex, withinMs: number): void {
    this.#timers.set(socket, setTimeout(() => socket.destroy(), withinMs).unref());
    socket.once('close', () => this.done(socket));
  }
}
