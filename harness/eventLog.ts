import type { Event } from '../src/game/events.ts';
import { evolve, initial } from '../src/game/evolve.ts';
import type { ToClient } from '../src/protocol/toClient.ts';
import { matchEvent } from '../src/table/projection.ts';
import type { TableRoom } from './table.ts';

/** After so many events a client says how far it is. */
const confirmEach = 10;

/**
 * The events of a seat as a client keeps them that wants each exactly once (protocol.md 4, "What was missed"): it drops
 * what it has, and asks for the rest where it is another connection that doesn't know what the one before has told.
 */
export class EventLog {
  /** Their numbers, in the order in which they came. */
  readonly heard: number[] = [];
  /** What can't be: an event out of order, or one that was told again as if it were new. */
  readonly faults: string[] = [];
  #isAsking = false;
  readonly #waiting: number[] = [];

  get last(): number {
    return this.heard.at(-1) ?? 0;
  }

  hear(room: TableRoom, type: string, payload: unknown): void {
    if (type === 'missed_events') {
      const { since, events } = payload as ToClient['missed_events'];
      if (since > this.last && this.last > 0) this.faults.push(`a gap: after ${this.last} came what is after ${since}`);
      for (const { n } of events) if (n > this.last) this.#add(room, n);
    }
    if (type === 'match_event') {
      const { n } = payload as ToClient['match_event'];
      if (this.#isAsking) this.#waiting.push(n);
      else if (n > this.last) this.#add(room, n);
      else this.faults.push(`${n} was told after ${this.last}`);
    }
    // The server knows nothing of what another connection was told.
    if (type === 'already_joined') void this.#ask(room);
  }

  async #ask(room: TableRoom): Promise<void> {
    this.#isAsking = true;
    const answer = await room.request('get_events', { since: this.last }).catch(() => null);
    this.#isAsking = false;
    if (answer?.gap) this.faults.push(`a gap after ${this.last}`);
    else if (answer) for (const { n } of answer.events) if (n > this.last) this.#add(room, n);
    for (const n of this.#waiting.splice(0)) if (n > this.last) this.#add(room, n);
  }

  #add(room: TableRoom, n: number): void {
    this.heard.push(n);
    if (this.heard.length % confirmEach === 0) room.request('ping', { n }).catch(() => {});
  }
}

/**
 * What a seat should have heard, and has not, or has and should not.
 * @param journal from the beginning of the match on
 */
export function missingIn(journal: readonly Event[], sessionId: string, { heard, faults }: EventLog): string[] {
  let room = initial;
  const told: number[] = [];
  for (const event of journal) {
    room = evolve(room, event);
    const seat = room.seats.find((one) => one?.sessionId === sessionId);
    if (seat && room.n > seat.since && matchEvent(room, event)) told.push(room.n);
  }
  const missing = told.filter((n) => !heard.includes(n));
  const invented = heard.filter((n) => !told.includes(n));
  return [
    ...faults.map((fault) => `${sessionId}: ${fault}`),
    ...missing.map((n) => `${sessionId} was never told of ${n}`),
    ...invented.map((n) => `${sessionId} was told of ${n}, and the journal says otherwise`),
  ];
}
