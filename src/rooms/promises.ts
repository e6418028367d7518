import type { Lapses, Seeker } from '../people/lapses.ts';
import type { Step } from './steps.ts';

/** The seats of one room that are promised and not connected to yet, and where they were asked for. */
export class Promises {
  readonly #lapses: Lapses;
  /** By session id. Never in the journal: an address is nobody's business but the limits'. */
  readonly #addresses = new Map<string, string | undefined>();

  constructor(lapses: Lapses) {
    this.#lapses = lapses;
  }

  /** A seat was promised to who calls from there. */
  add(sessionId: string, address: string | undefined): void {
    this.#addresses.set(sessionId, address);
  }

  /** Counts the promises that have lapsed; those that were kept are forgotten. */
  follow(roomId: string, steps: readonly Step[]): void {
    for (const { before, event } of steps) {
      if (event.type !== 'seat_connected' && event.type !== 'seat_left') continue;
      const seat = before.seats[event.seat];
      if (!seat) continue;
      const seeker: Seeker = { userId: seat.userId, address: this.#addresses.get(seat.sessionId) };
      this.#addresses.delete(seat.sessionId);
      const lapsed = event.type === 'seat_left' && event.reason === 'lapsed' && seat.presence === 'reserved';
      if (lapsed) void this.#lapses.add(roomId, seeker);
    }
  }
}
