import { expect, test } from 'vitest';
import { secondsLeft } from '../../web/state/serverTime.ts';
import { text } from '../../web/strings.ts';

test('a timer begins at its number, also where the clock is a little off, and ends at 0', () => {
  expect(secondsLeft(30_000, 30_000)).toBe(30);
  expect(secondsLeft(30_120, 30_120)).toBe(30);
  expect(secondsLeft(29_900, 29_900)).toBe(30);
  expect(secondsLeft(29_001, 30_000)).toBe(30);
  expect(secondsLeft(28_999, 30_000)).toBe(29);
  expect(secondsLeft(1, 30_000)).toBe(1);
  expect(secondsLeft(0, 30_000)).toBe(0);
});

test('a time that was known only after a while is shown as it is', () => {
  expect(secondsLeft(24_000, 3_000)).toBe(24);
});

test('minutes are called minutes', () => {
  const { timeOption, moreSettings, roomFacts } = text.lobby;
  expect([30, 60, 300].map(timeOption)).toEqual(['30 seconds', '1 minute', '5 minutes']);
  expect(moreSettings(4, 120)).toBe('4 seats, 2 minutes a step, and more');
  expect(roomFacts('Classic', 60, false)).toBe('Classic, 1 minute a step');
  expect(roomFacts('Classic', 90, true)).toBe('Classic, 90 s a step, starts by itself');
});
