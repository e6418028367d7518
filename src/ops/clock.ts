/** The time, as a room sees it: a parameter, so that tests move it. */
export interface Clock {
  /** Unix ms. It goes on steadily, and jumps in one way only: as `onJump` tells. */
  now(): number;
  /** ms since some moment, by a clock that nobody can set: what durations are measured with. */
  elapsed(): number;
  /**
   * Calls `callback` once, when as much time has passed as there is from `now()` to `timeMs`, however the wall clock is set
   * meanwhile: never at once, even where that time is past.
   * @returns a function that calls it off.
   */
  at(timeMs: number, callback: () => void): () => void;
  /**
   * Calls `told` whenever the wall clock was set: `now()` says `byMs` more than it would have said. Whatever it has said
   * before has to be moved by as much where it is compared to it.
   * @returns a function that calls it off.
   */
  onJump(told: (byMs: number) => void): () => void;
}

/** What a clock stands on. */
export interface TimeSources {
  /** Unix ms, as the machine says it: may be set at any moment. */
  wall(): number;
  /** ms, by a clock that nobody can set. */
  monotonic(): number;
  /** Calls `callback` once, in about `ms` (at most `longestTimerMs`). @returns a function that calls it off. */
  timer(callback: () => void, ms: number): () => void;
}

/** Node takes no longer timer than this. */
const longestTimerMs = 2 ** 31 - 1;
/** So often the two clocks are compared, ms: a jump is noticed within a second. */
const lookEveryMs = 500;
/** By how much they may drift apart between two looks until it is a jump, ms. NTP moves a clock by less, and slowly. */
const jumpMs = 1000;
/** How much of a drift is made up for by the next look, ms: too little for anybody to notice. */
const slewMs = 5;

/**
 * A clock that follows the wall clock, and is carried by a monotonic one: a wall clock that is set back must not freeze
 * what waits, nor one that is set forward end it. What is a little off is made up for slowly. What was set is noticed at
 * the next look: then everybody who keeps times is told, so that they move theirs, and have as much left as they had.
 */
export function createClock({ wall, monotonic, timer }: TimeSources): Clock {
  const listeners = new Set<(byMs: number) => void>();
  /** What all jumps together have added, and what has been made up for. */
  let [jumped, slewed] = [wall() - monotonic(), 0];
  const elapsed = () => monotonic() + slewed;
  const now = () => Math.floor(elapsed() + jumped);

  function look(): void {
    const drift = wall() - now();
    if (Math.abs(drift) < jumpMs) {
      slewed += Math.max(-slewMs, Math.min(drift, slewMs));
    } else {
      const byMs = Math.round(drift);
      jumped += byMs;
      for (const told of [...listeners]) told(byMs);
    }
    timer(look, lookEveryMs);
  }
  timer(look, lookEveryMs);

  return {
    now,
    elapsed,
    at(timeMs, callback) {
      const dueAt = timeMs - jumped;
      let callOff = () => {};
      const wait = () => {
        callOff = timer(
          () => (elapsed() < dueAt ? wait() : callback()),
          Math.min(Math.max(0, dueAt - elapsed()), longestTimerMs),
        );
      };
      // A timer may be some ms early, and a very long one has only come as far as it can.
      wait();
      return () => callOff();
    },
    onJump(told) {
      listeners.add(told);
      return () => listeners.delete(told);
    },
  };
}

/** The clocks of this machine, and Node's timers. These don't keep the process alive: its server does. */
export const realClock: Clock = createClock({
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  timer(callback, ms) {
    const timer = setTimeout(callback, ms).unref();
    return () => clearTimeout(timer);
  },
});
