import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Gate, OpenLoop } from '../loadtest/bench/pace.ts';

const [table, other] = [{}, {}];

test('a shut gate holds moves, and lets all of them go when it is opened', () => {
  const gate = new Gate();
  const made: string[] = [];
  gate.next(table, () => made.push('at once'));
  gate.shut();
  gate.next(table, () => made.push('held'));
  gate.next(table, () => made.push('held as well'));
  gate.next(other, () => made.push('of another'));
  expect([made, gate.waiting]).toEqual([['at once'], 2]);
  gate.open();
  expect([made, gate.waiting]).toEqual([['at once', 'held', 'held as well', 'of another'], 0]);
});

test('a move in an open loop is made when it is due, and never before', async () => {
  const loop = new OpenLoop(4, 1);
  for (let n = 0; n < 3; n++) {
    const { promise, resolve } = Promise.withResolvers<number>();
    loop.next(table, (dueAt) => resolve(performance.now() - dueAt));
    expect(await promise).toBeGreaterThanOrEqual(0);
  }
  loop.stop();
  expect(loop.lag.count).toBe(3);
});

test('a table that was not ready has waited since its moves were due', async () => {
  const loop = new OpenLoop(100, 1);
  const first = await new Promise<number>((resolve) => loop.next(table, resolve));
  await pause(100);
  const late: number[] = [];
  for (let n = 0; n < 3; n++) loop.next(table, (dueAt) => late.push(dueAt));
  loop.stop();
  // At once, and counted from 10, 20 and 30 ms after the first: it was not asked meanwhile.
  expect(late.map((dueAt) => Math.round(dueAt - first))).toEqual([10, 20, 30]);
});

test('a loop that is stopped gives back what it has not made', () => {
  const gate = new Gate();
  gate.shut();
  let made = 0;
  gate.next(table, () => made++);
  gate.open(new OpenLoop(0.001, 1));
  gate.shut();
  expect([made, gate.waiting]).toEqual([0, 1]);
});
