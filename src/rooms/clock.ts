/** The time, as a room sees it: a parameter, so that tests move it. */
export interface Clock {
  /** Unix ms. */
  now(): number;
  /**
   * Calls `callback` once, when `now()` has reached `timeMs`: never at once, even where that time is past.
   * @returns a function that calls it off.
   */
  at(timeMs: number, callback: () => void): () => void;
}

/** Node takes no longer timer than this. */
const longestTimer = 2 ** 31 - 1;

/** The wall clock and Node's timers. These don't keep the process alive: its server does. */
export const realClock: Clock = {
  now: Date.now,
  at(timeMs, callback) {
    let timer: NodeJS.Timeout;
    const wait = () => {
      timer = setTimeout(look, Math.min(Math.max(0, timeMs - Date.now()), longestTimer)).unref();
    };
    // A timer may be some ms early, and a very long one has only come as far as it can.
    const look = () => (Date.now() < timeMs ? wait() : callback());
    wait();
    return () => clearTimeout(timer);
  },
};
