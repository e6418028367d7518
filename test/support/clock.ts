import { setImmediate } from 'node:timers/promises';
import { callsUnderWay } from '../../src/file/calls.ts';
import type { Clock } from '../../src/ops/clock.ts';

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  /** Lets `ms` pass: whatever becomes due on the way is called at its time, in order, and is given the time to finish. */
  advance(ms: number): Promise<void>;
  /** Sets the wall clock, and gives what that sets going the time to finish. */
  jump(byMs: number): Promise<void>;
  /** How many calls are waiting for their time. */
  readonly waiting: number;
}

/**
 * @param startMs the time that it shows at first, Unix ms
 * @param settle waits until what a call has set going is done: by default some turns of the event loop
 */
export function manualClock(startMs = 1_700_000_000_000, settle = someTurns): ManualClock {
  const calls = new Set<{ timeMs: number; callback: () => void }>();
  const listeners = new Set<(byMs: number) => void>();
  /** In truth, and how far the wall clock was set since. */
  let [time, jumped] = [startMs, 0];
  const nextBy = (endMs: number) => {
    const due = [...calls].filter((call) => call.timeMs <= endMs);
    return due.sort((a, b) => a.timeMs - b.timeMs)[0];
  };
  return {
    now: () => time + jumped,
    elapsed: () => time,
    at(timeMs, callback) {
      const call = { timeMs: timeMs - jumped, callback };
      calls.add(call);
      return () => calls.delete(call);
    },
    async advance(ms) {
      const endMs = time + ms;
      for (let call = nextBy(endMs); call; call = nextBy(endMs)) {
        calls.delete(call);
        time = Math.max(time, call.timeMs);
        call.callback();
        await settle();
      }
      time = endMs;
      await settle();
    },
    onJump(told) {
      listeners.add(told);
      return () => listeners.delete(told);
    },
    async jump(byMs) {
      jumped += byMs;
      for (const told of [...listeners]) told(byMs);
      await settle();
    },
    get waiting() {
      return calls.size;
    },
  };
}

/** An append to a journal takes a few turns of the event loop, and as long as the thread of its file. */
async function someTurns(): Promise<void> {
  for (let i = 0; i < 5; i++) {
    await setImmediate();
    if (callsUnderWay() > 0) i = 0;
  }
}
