import { randomBytes } from 'node:crypto';
import type { User } from '../people/user.ts';
import type { Clock } from './clock.ts';

/** Who a connection belongs to, and how it came in; Colyseus hands it to `onJoin` and keeps it as `client.auth`. */
export interface Ticket {
  /** Of the seat. */
  readonly sessionId: string;
  readonly user: User;
  /** `already`: the user sat there before, so that this connection takes the place of another. */
  readonly entry: 'created' | 'joined' | 'already';
}

/**
 * What a matchmaking call hands out for the connection that follows it. The session id alone can't be that: it names a
 * seat to everybody at the table, and whoever knows it could sit down in another's place.
 */
export interface Passes {
  /** @returns a pass that is good for one connection to the room, within the time that a reservation lasts. */
  issue(roomId: string, ticket: Ticket): string;
  /** @returns what the pass was issued for, or undefined where there is no such pass (any more); it is used up then. */
  use(pass: string, roomId: string, sessionId: string): Ticket | undefined;
}

/** How long a promised seat waits for its connection, ms: ours and Colyseus' both go by it. */
export const reservationMs = 15_000;

export function createPasses(clock: Clock): Passes {
  /** In the order of their time. */
  const passes = new Map<string, { roomId: string; ticket: Ticket; until: number }>();

  function forgetLapsed(): void {
    for (const [pass, { until }] of passes) {
      if (until > clock.now()) return;
      passes.delete(pass);
    }
  }

  return {
    issue(roomId, ticket) {
      forgetLapsed();
      const pass = randomBytes(16).toString('hex');
      passes.set(pass, { roomId, ticket, until: clock.now() + reservationMs });
      return pass;
    },
    use(pass, roomId, sessionId) {
      forgetLapsed();
      const found = passes.get(pass);
      if (found?.roomId !== roomId || found.ticket.sessionId !== sessionId) return undefined;
      passes.delete(pass);
      return found.ticket;
    },
  };
}
