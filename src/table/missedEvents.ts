import type { Room, Seat } from '../game/state.ts';
import type { Answers } from '../protocol/answers.ts';
import { RecallError } from '../protocol/errors.ts';
import type { ToClient } from '../protocol/toClient.ts';
import { matchEvents } from './projection.ts';
import type { Played } from './replay.ts';

/** So many events are told again at most; who has missed more goes by the state. */
const most = 500;

/** A room, and what its players were told of the match that runs, or was the last one. */
export interface Telling {
  readonly room: Room;
  readonly played: Played;
}

/**
 * What players were told while they were away, protocol.md 4: from the journal, so that it is the same in every process.
 * What a client has got is known from what it says itself; of an answer to it nobody knows whether it arrived.
 */
export class MissedEvents {
  readonly #now: () => Telling;
  /** The number of the last event that each client has, by session id, as it has said to this process. */
  readonly #confirmed = new Map<string, number>();

  constructor(now: () => Telling) {
    this.#now = now;
  }

  /**
   * A client has every event up to this one.
   * @throws RecallError INVALID_PAYLOAD there was none of that number yet
   */
  confirm(sessionId: string, n: number, field: string): void {
    if (n > this.#now().room.n)
      throw new RecallError('INVALID_PAYLOAD', `${field}: must be the number of an event that has happened.`);
    this.#confirmed.set(sessionId, n);
  }

  /** The seat was given up. */
  forget(sessionId: string): void {
    this.#confirmed.delete(sessionId);
  }

  /** Whoever has just sat down there knows what the state says, and nothing of before. */
  begin(sessionId: string, n: number): void {
    this.#confirmed.set(sessionId, n);
  }

  /** The answer to `get_events`. */
  since(seat: Seat, n: number): Answers['get_events'] {
    const has = Math.max(n, seat.since);
    const { n: now } = this.#now().room;
    const { since, events } = this.#from(has, now);
    const gap = since > has;
    return { n: now, gap, events: gap ? [] : events };
  }

  /**
   * What is sent to who comes back, when the room has `upTo` events; null where nothing has happened. It begins where this
   * process knows that the client is, or earlier; or later, without any events even, where there is a gap.
   */
  of(seat: Seat, upTo: number): ToClient['missed_events'] | null {
    const has = Math.max(this.#confirmed.get(seat.sessionId) ?? 0, seat.since);
    const missed = this.#from(has, upTo);
    return missed.events.length > 0 || missed.since > has ? missed : null;
  }

  /** The events after `since`, all of them: a later number than a client `has` where there are no older ones (any more). */
  #from(has: number, upTo: number): ToClient['missed_events'] {
    const { room, played } = this.#now();
    const after = Math.max(has, played.after);
    const all = played.events.filter((event) => event.n > after && event.n <= upTo);
    const since = all.length > most ? (all.at(-most - 1)?.n ?? after) : after;
    return { since, events: matchEvents(room, all.slice(-most)) };
  }
}
