import type { Duplex } from 'node:stream';
import type { Gate } from '../ops/gates.ts';

/**
 * Closes what has asked for a WebSocket and has none in time. Node no longer looks at such a connection, and a WebSocket is
 * only looked after once there is one: in between one could wait for ever, also where it was refused and stays open.
 */
export class PendingUpgrades {
  readonly #withinMs: number;
  readonly #timers = new WeakMap<Duplex, NodeJS.Timeout>();

  /** @param withinMs how long an upgrade may take, ms */
  constructor(withinMs: number) {
    this.#withinMs = withinMs;
  }

  readonly gate: Gate = (event, args, pass) => {
    if (event === 'upgrade') this.#expect(args[1] as Duplex);
    return pass();
  };

  /** The connection is a WebSocket now, here or on its way to another process. */
  done(socket: Duplex): void {
    clearTimeout(this.#timers.get(socket));
    this.#timers.delete(socket);
  }

  #expect(socket: Duplex): void {
    this.#timers.set(socket, setTimeout(() => socket.destroy(), this.#withinMs).unref());
    socket.once('close', () => this.done(socket));
  }
}
