import type { Clock } from '../ops/clock.ts';
import type { Log } from '../ops/log.ts';
import { matchesEnded, matchesStarted, reconnectionSeconds } from '../ops/metrics.ts';
import type { Step } from '../table/steps.ts';

/** What an operator is told of what happens in one room: a line each, and what is counted. */
export class RoomReport {
  readonly #roomId: string;
  readonly #clock: Pick<Clock, 'elapsed'>;
  readonly #log: Log;
  /** When the connections of these seats were lost, by their number. */
  readonly #lostAt = new Map<number, number>();

  constructor(roomId: string, { clock, log }: { clock: Pick<Clock, 'elapsed'>; log: Log }) {
    this.#roomId = roomId;
    this.#clock = clock;
    this.#log = log;
  }

  follow(steps: readonly Step[]): void {
    for (const step of steps) {
      const line = this.#lineOf(step);
      if (line) this.#log.info({ roomId: this.#roomId, ...line.fields }, line.text);
    }
  }

  /** What has happened, counted, and in words where an operator would ask about it. */
  #lineOf({ before, event, after }: Step): { fields: object; text: string } | undefined {
    switch (event.type) {
      case 'match_started':
        matchesStarted.inc();
        return { fields: { match: event.matchNumber, players: event.seats.length }, text: 'a match has begun' };
      case 'match_ended': {
        matchesEnded.inc({ how: event.how });
        const { number, turnNumber } = after.match ?? {};
        return { fields: { match: number, how: event.how, turns: turnNumber }, text: 'a match has ended' };
      }
      case 'seat_dropped':
        this.#lostAt.set(event.seat, this.#clock.elapsed());
        return { fields: { sessionId: after.seats[event.seat]?.sessionId }, text: 'a connection was lost' };
      case 'seat_connected':
        return this.#connected(event.seat, after.seats[event.seat]?.sessionId);
      case 'seat_left': {
        this.#lostAt.delete(event.seat);
        const sessionId = before.seats[event.seat]?.sessionId;
        return { fields: { sessionId, reason: event.reason }, text: 'a seat was given up' };
      }
      case 'room_closed':
        return { fields: { reason: event.reason }, text: 'a room is over' };
      default:
        return undefined;
    }
  }

  #connected(seat: number, sessionId: string | undefined) {
    const lostAt = this.#lostAt.get(seat);
    this.#lostAt.delete(seat);
    if (lostAt === undefined) return { fields: { sessionId }, text: 'a player has sat down' };
    const ms = this.#clock.elapsed() - lostAt;
    reconnectionSeconds.observe(ms / 1000);
    return { fields: { sessionId, ms: Math.round(ms) }, text: 'a player is back' };
  }
}
