import type { Clock, TimeSources } from '../src/ops/clock.ts';

/** The clock that rooms once had, and a fault: it jumps with the wall clock, tells nobody, and its timers wait for it. */
export function wallClock({ wall, timer }: TimeSources): Clock {
  return {
    now: wall,
    elapsed: wall,
    at(timeMs, callback) {
      let callOff = () => {};
      const wait = () => {
        callOff = timer(() => (wall() < timeMs ? wait() : callback()), timeMs - wall());
      };
      wait();
      return () => callOff();
    },
    onJump: () => () => {},
  };
}
