import type { Schema } from '@colyseus/schema';
import { idsOf } from './inside.ts';

/**
 * So many instances does a state make at most by an event (a deal makes eight hands and their slots: 41 in all; a hand
 * that grows is made anew: 109 of two decks), and where a process goes on with a room, which makes all of it anew.
 */
const most = { byEvent: 128, byClaim: 1024 };
/**
 * Unity's SDK reads an id as a `float`, which has not all whole numbers beyond this. (C's has an `int`, JavaScript's a
 * `double`; the encoder itself writes what doesn't fit into 31 bits as a float.)
 */
const readable = 2 ** 24;
/** Then the share of the claims begins anew, so that all are readable: no client keeps its decoder through so many. */
const claimsInTurn = 8192;
/** Then that of the events does, and nobody keeps their decoder: it is another turn (`turnOf`). */
const eventsInTurn = 60_000;

/** Decoders of one turn of a room are no good in another: ids have begun anew. @param events how many the room has had */
export const turnOf = (events: number): number => Math.floor(events / eventsInTurn);

/**
 * A client that reconnects by itself keeps its decoder, and an id that meant something else there would garble its state
 * without a word. So the ids of each process that has the room begin above all that any before it can have used: what that
 * is follows from how much has happened in the room, and how often it was claimed, which every process knows alike.
 */
export class FreshIds {
  readonly #root: ReturnType<typeof idsOf>;
  readonly #first: number;
  readonly #events: number;

  /**
   * @param state of which no client has anything yet
   * @param events how many the room has had
   * @param claims how often it was claimed, this time included: its fencing token
   */
  constructor(state: Schema, events: number, claims: number) {
    this.#root = idsOf(state);
    this.#events = events;
    this.#first = (events % eventsInTurn) * most.byEvent + ((claims - 1) % claimsInTurn) * most.byClaim;
    this.#root.nextUniqueId = Math.max(this.#root.nextUniqueId, this.#first);
  }

  /**
   * Whether another turn has begun; or more were used than any process would leave out that goes on with the room, which is
   * a fault of ours, or more than all clients can read.
   * @param events how many the room has had by now
   */
  areUsedUp(events: number): boolean {
    if (turnOf(events) !== turnOf(this.#events)) return true;
    const end = this.#first + (events - this.#events) * most.byEvent + most.byClaim;
    return this.#root.nextUniqueId > Math.min(end, readable);
  }
}
