import type { Clock } from '../ops/clock.ts';

/**
 * Time as one room reckons it: that of its process, but for a jump of the clock, which counts here only when it is durable
 * that the room's times were moved by as much. Until then they are compared with the clock as it was.
 */
export class RoomTime {
  readonly #clock: Clock;
  #owedMs = 0;
  /** Calls off being told of jumps. */
  readonly stop: () => void;
  /** Called when there is something to make durable. */
  onJump = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
    this.stop = clock.onJump((byMs) => {
      this.#owedMs += byMs;
      this.onJump();
    });
  }

  /** Unix ms. */
  get now(): number {
    return this.#clock.now() - this.#owedMs;
  }

  /** By how much the room's times are to be moved, ms. */
  get owedMs(): number {
    return this.#owedMs;
  }

  /** It is durable that they were moved by so much. */
  moved(byMs: number): void {
    this.#owedMs -= byMs;
  }

  /** Calls `callback` at a time of the room. @returns a function that calls it off. */
  at(timeMs: number, callback: () => void): () => void {
    return this.#clock.at(timeMs + this.#owedMs, callback);
  }
}
