import { beforeEach, describe, expect, test } from 'vitest';
import { type Clock, createClock } from '../../src/ops/clock.ts';

/** A machine: how far its wall clock is off, what it has to call and when, and the time since it was started, ms. */
let offMs: number;
let timers: { at: number; callback: () => void }[];
let time: number;
let clock: Clock;

beforeEach(() => {
  [offMs, timers, time] = [1_800_000_000_000, [], 0];
  clock = createClock({
    wall: () => time + offMs,
    monotonic: () => time,
    timer(callback, ms) {
      // Node's are a little early now and then.
      const timer = { at: Math.max(time + 1, time + ms - 1), callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
  });
});

function pass(ms: number): void {
  const end = time + ms;
  for (;;) {
    const [next] = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
    if (!next) break;
    timers = timers.filter((one) => one !== next);
    time = Math.max(time, next.at);
    next.callback();
  }
  time = end;
}

describe.each([
  ['back', -600_000],
  ['forward', 600_000],
])('a wall clock that is set %s by ten minutes (never again 49)', (_, byMs) => {
  test('is noticed within a second, and who keeps times is told by how much', () => {
    const told: number[] = [];
    clock.onJump((ms) => told.push(ms));
    const before = clock.now();
    offMs += byMs;
    expect(clock.now()).toBe(before);
    pass(1000);
    expect(told).toEqual([byMs]);
    expect(clock.now()).toBe(time + offMs);
    pass(10_000);
    expect(told).toHaveLength(1);
  });

  test('neither holds a timer up nor hurries it, however long, nor when it is put right again', () => {
    const called: [string, number][] = [];
    const inMs = (ms: number) => clock.at(clock.now() + ms, () => called.push([`${ms}`, time]));
    for (const ms of [300, 5_000, 3_600_000]) inMs(ms);
    offMs += byMs;
    pass(2_000);
    inMs(1_500);
    pass(8_000);
    offMs -= byMs;
    pass(3_600_000);
    expect(called).toEqual([
      ['300', 300],
      ['1500', 3_500],
      ['5000', 5_000],
      ['3600000', 3_600_000],
    ]);
  });

  test('makes no duration longer or shorter', () => {
    const before = clock.elapsed();
    offMs += byMs;
    pass(5_000);
    expect(clock.elapsed() - before).toBe(5_000);
  });

  test('is told to nobody who has called it off', () => {
    const callOff = clock.onJump(() => expect.fail('it was called off'));
    callOff();
    offMs += byMs;
    pass(1_000);
  });
});

test('a wall clock that is a little off is no jump: it is followed slowly, and time never goes back', () => {
  clock.onJump(() => expect.fail('it has not jumped'));
  for (const byMs of [-900, 900, -40]) {
    offMs += byMs;
    let last = clock.now();
    for (let i = 0; i < 1200; i++) {
      pass(100);
      const now = clock.now();
      expect(now - last).toBeGreaterThanOrEqual(94);
      expect(now - last).toBeLessThanOrEqual(106);
      last = now;
    }
    expect(Math.abs(clock.now() - time - offMs)).toBeLessThanOrEqual(1);
  }
});

test('a timer is called once, later than at once, and not when it was called off', () => {
  let calls = 0;
  clock.at(clock.now() - 1_000, () => calls++);
  const callOff = clock.at(clock.now() + 100, () => expect.fail('it was called off'));
  expect(calls).toBe(0);
  callOff();
  pass(10_000);
  expect(calls).toBe(1);
});
