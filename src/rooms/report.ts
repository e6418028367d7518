import type { Clock } from '../ops/clock.ts';
import { matchesEnded, matchesStarted, reconnectionSeconds } from '../ops/metrics.ts';
import type { Step } from '../table/steps.ts';

/** What an operator is told of what happens in one room. */
export class RoomReport {
  readonly #clock: Pick<Clock, 'elapsed'>;
  /** When the connections of these seats were lost, by their number. */
  readonly #lostAt = new Map<number, number>();

  constructor(clock: Pick<Clock, 'elapsed'>) {
    this.#clock = clock;
  }

  follow(steps: readonly Step[]): void {
    for (const { event } of steps) {
      switch (event.type) {
        case 'match_started':
          matchesStarted.inc();
          break;
        case 'match_ended':
          matchesEnded.inc({ how: event.how });
          break;
        case 'seat_dropped':
          this.#lostAt.set(event.seat, this.#clock.elapsed());
          break;
        case 'seat_connected': {
          const lostAt = this.#lostAt.get(event.seat);
          this.#lostAt.delete(event.seat);
          if (lostAt !== undefined) reconnectionSeconds.observe((this.#clock.elapsed() - lostAt) / 1000);
          break;
        }
        case 'seat_left':
          this.#lostAt.delete(event.seat);
          break;
      }
    }
  }
}
