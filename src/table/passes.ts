import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../ops/clock.ts';
import type { User } from '../people/user.ts';

/** Who a connection belongs to, and how it came in; Colyseus hands it to `onJoin` and keeps it as `client.auth`. */
export interface Ticket {
  /** Of the seat. */
  readonly sessionId: string;
  readonly user: User;
  /**
   * `already`: the user sat there before, so that this connection takes the place of another; `back`: by the seat's
   * reconnection token.
   */
  readonly wayIn: 'created' | 'joined' | 'already' | 'back';
  /** Whether the client wants what it misses, where it has said so in this call. */
  readonly events?: boolean;
}

/** How long a reserved seat waits for its connection, ms: ours and Colyseus' both go by it. */
export const reservationMs = 15_000;

/**
 * What a matchmaking call hands out for the connection that follows it. The session id alone can't be that: it names a
 * seat to everybody at the table, and whoever knows it could sit down in another's place.
 */
export const freshPass = (): string => randomBytes(16).toString('hex');

/** What is kept of a pass. */
export const hashOf = (pass: string): string => createHash('sha256').update(pass).digest('base64url');

/** The passes of one room: each is good for one connection to one seat, within the time that a reservation lasts. */
export class Passes {
  readonly #clock: Clock;
  /** By hash, in the order of their time. */
  readonly #issued = new Map<string, { ticket: Ticket; until: number; spent: boolean }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  issue(pass: string, ticket: Ticket): void {
    this.#put(pass, ticket, false);
  }

  /** @returns what the pass was issued for; `spent` where that was used; undefined where there is no such pass (any more). */
  look(pass: string, sessionId: string): Ticket | 'spent' | undefined {
    this.#forgetLapsed();
    const found = this.#issued.get(hashOf(pass));
    if (found?.ticket.sessionId !== sessionId) return undefined;
    return found.spent ? 'spent' : found.ticket;
  }

  /** It was good once. */
  spend(pass: string, ticket: Ticket): void {
    this.#put(pass, ticket, true);
  }

  #put(pass: string, ticket: Ticket, spent: boolean): void {
    this.#forgetLapsed();
    const hash = hashOf(pass);
    this.#issued.delete(hash);
    this.#issued.set(hash, { ticket, spent, until: this.#clock.elapsed() + reservationMs });
  }

  #forgetLapsed(): void {
    for (const [hash, { until }] of this.#issued) {
      if (until > this.#clock.elapsed()) return;
      this.#issued.delete(hash);
    }
  }
}
