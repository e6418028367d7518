import { createHistogram } from 'node:perf_hooks';
import { tokenOf } from '../../harness/site.ts';
import { maxRequests, Seat } from './seat.ts';

/** Somebody who waits at a table of their own, and asks the server again and again what time it is. */
export class Bystander {
  /** µs. */
  readonly roundTrips = createHistogram();
  readonly #seat: Seat;
  readonly #pinging: NodeJS.Timeout;

  private constructor(seat: Seat, everyMs: number) {
    this.#seat = seat;
    const sentAt = new Float64Array(maxRequests);
    seat.listener = {
      answered: (id) => this.roundTrips.record(Math.max(1, Math.round((performance.now() - (sentAt[id] ?? 0)) * 1000))),
    };
    this.#pinging = setInterval(() => {
      const now = performance.now();
      sentAt[seat.request('ping')] = now;
    }, everyMs);
  }

  /** @param everyMs between two pings: each costs the server something */
  static async come(url: string, everyMs: number): Promise<Bystander> {
    return new Bystander(await Seat.join(url, 'create/recall', {}, await tokenOf('bystander')), everyMs);
  }

  leave(): void {
    clearInterval(this.#pinging);
    this.#seat.socket.terminate();
  }
}
