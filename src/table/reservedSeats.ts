import type { SparseLog } from '../ops/sparse.ts';
import type { Lapses, Seeker } from '../people/lapses.ts';
import { hashOfUser } from '../people/user.ts';
import type { Step } from './steps.ts';

/** The seats of one room that are reserved and not connected to yet, and where they were asked for. */
export class ReservedSeats {
  readonly #lapses: Lapses;
  readonly #noShow: SparseLog;
  /** By session id. Never in the journal: an address is nobody's business but the limits'. */
  readonly #seekers = new Map<string, Seeker>();

  /** @param noShow told of each that lapses: SDKs of Colyseus 0.15 and 0.16 can't read what they are answered */
  constructor({ lapses, noShow }: { lapses: Lapses; noShow: SparseLog }) {
    this.#lapses = lapses;
    this.#noShow = noShow;
  }

  /** A seat was reserved. */
  add(sessionId: string, seeker: Seeker): void {
    this.#seekers.set(sessionId, seeker);
  }

  /** Counts those that have lapsed; one that somebody connects to is forgotten. */
  follow(roomId: string, steps: readonly Step[]): void {
    for (const { before, event } of steps) {
      if (event.type !== 'seat_connected' && event.type !== 'seat_left') continue;
      const seat = before.seats[event.seat];
      if (!seat) continue;
      const { userId, sessionId } = seat;
      // Reserved before a takeover, it counts for the user alone.
      const seeker = this.#seekers.get(sessionId) ?? { userId, guest: true, address: undefined };
      this.#seekers.delete(sessionId);
      const lapsed = event.type === 'seat_left' && event.reason === 'lapsed' && seat.attendance === 'reserved';
      if (!lapsed) continue;
      void this.#lapses.add(roomId, seeker);
      this.#noShow('did not connect', { roomId, user: hashOfUser(userId) });
    }
  }
}
