import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('a smoke round of the bench plays every part of it, and says how it went', { timeout: 300_000 }, async () => {
  const args = ['scripts/run.mjs', 'loadtest/bench.ts', '--quick'];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const said = (line: RegExp) => stdout.split('\n').find((one) => line.test(one)) ?? '';
  for (const row of [/^raw `ws`, as many/, /^stock Colyseus, as many/, /^Recall without/, /^Recall, SQLite/]) {
    expect(said(row), stdout).toMatch(/\d/);
  }
  for (const part of [
    'human pace',
    'cut at once',
    'waiting rooms',
    'computer players',
    'is killed',
    'another process',
  ]) {
    expect(stdout).toContain(part);
  }
  expect(said(/^matches a second of the engine/)).toMatch(/: \d+$/);
  expect(said(/^server CPU of a durable move.*SQLite/)).toMatch(/ met|\*\*not met\*\*/);
});
