import { expect, test } from 'vitest';
import type { Command } from '../../src/game/commands.ts';
import type { RoomSettings } from '../../src/game/state.ts';
import { earlyEndsOf, refusePass } from '../../src/game/window.ts';
import { inWindow, same, type TestTable, types } from './kit.ts';

// rules.md 7: a room with short windows.

const hands = ['7h 7c 3c 4c', '7s 2d 3d 4d', '9s 7d 6h 10h'];
const three = (settings: Partial<RoomSettings> = {}): TestTable => inWindow({ hands, shortWindows: true, ...settings });
const end = (t: TestTable, passed: number[], n = t.room.n): Command => ({
  type: 'end_window',
  passed: new Set(passed),
  n,
});

test('7 it may end after 2 s and after 3.5 s of its five, and at no other time', () => {
  const t = three();
  expect(earlyEndsOf(t.room)).toEqual([t.now + 2_000, t.now + 3_500]);
  t.wait(1_999);
  t.sendRefused(end(t, [0, 1, 2]), 'WRONG_PHASE');
  t.wait(1);
  expect(types(t.send(end(t, [0, 1, 2])))[0]).toBe('window_closed');
});

test('7 it ends when all people have passed, and with nobody missing', () => {
  const t = three();
  t.wait(2_000);
  for (const passed of [[], [0, 1], [1, 2]]) t.sendRefused(end(t, passed), 'WRONG_PHASE');
  expect(types(t.send(end(t, [0, 1, 2])))[0]).toBe('window_closed');
});

test('7 who is out of it, or has collected cards alone, is not waited for; who has a card that fits is', () => {
  const t = three();
  t.does(2, same(0));
  t.wait(2_000);
  t.sendRefused(end(t, [0]), 'WRONG_PHASE');
  expect(types(t.send(end(t, [0, 1])))[0]).toBe('window_closed');
});

test('7 something that happened since it was looked at lets it go on', () => {
  const t = three();
  t.wait(2_000);
  const before = t.room.n;
  t.does(1, same(0));
  t.sendRefused(end(t, [0, 1, 2], before), 'WRONG_PHASE');
});

test('7 with fewer than three people, or without the option, it takes its whole time and a press is refused', () => {
  for (const t of [three({ shortWindows: false }), inWindow({ hands, bots: 1, shortWindows: true })]) {
    expect(refusePass(t.room, 0)).toMatchObject({ refused: 'NOT_ALLOWED' });
    t.wait(3_500);
    t.sendRefused(end(t, [0, 1, 2]), 'WRONG_PHASE');
    expect(types(t.wait(1_500))).toContain('window_closed');
  }
});

test('7 a press is for a window, by who plays in it', () => {
  const t = three();
  expect(refusePass(t.room, 1)).toBeNull();
  expect(refusePass(t.room, 3)).toMatchObject({ refused: 'NOT_ALLOWED' });
  t.wait(5_000);
  expect(refusePass(t.room, 1)).toMatchObject({ refused: 'WRONG_PHASE' });
});

test('7 the time that a room was gone moves the moments with the deadline', () => {
  const t = three();
  const before = earlyEndsOf(t.room);
  t.wait(1_000);
  t.send({ type: 'time_lost', byMs: 700 });
  expect(earlyEndsOf(t.room)).toEqual(before.map((at) => at + 700));
});
