import { execFile } from 'node:child_process';
import { expect, test } from 'vitest';
import { arrangements, botLevels } from '../simulation/matches/seating.ts';

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function tournament(...args: string[]): Promise<Run> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['scripts/tournament.ts', ...args], (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
  });
}

/** The numbers of a level's line. */
function lineOf(level: string, { out }: Run): number[] {
  const line = out.split('\n').find((one) => one.startsWith(level)) ?? '';
  return [...line.matchAll(/\d+\.\d+/g)].map(([number]) => Number(number));
}

test('of 200 matches an expert wins more than an easy player', async () => {
  const run = await tournament('--matches', '200');
  const [[expert = 0], [easy = 0]] = [lineOf('expert', run), lineOf('easy', run)];
  expect(expert).toBeGreaterThan(easy);
});

test('npm run tournament prints wins, shares and points by level, the same for the same seed', async () => {
  const args = ['--matches', '60', '--type', 'clear', '--seed'];
  const [first, again, another] = await Promise.all(['7', '7', '8'].map((seed) => tournament(...args, seed)));
  if (!first || !again || !another) throw new Error('not run');
  expect(first).toMatchObject({ code: 0, err: '' });
  expect(first.out).toMatch(/^Recall, clear: 60 matches of four, one player of each level, seed 7\n/);
  const lines = botLevels.map((level) => lineOf(level, first));
  const sum = (column: number) => lines.reduce((total, line) => total + (line[column] ?? 0), 0);
  expect(sum(0)).toBeCloseTo(60, 0);
  expect(sum(1)).toBeCloseTo(100, 0);
  const [easy, medium] = [lines[0] ?? [], lines[1] ?? []];
  expect(medium[2]).toBeCloseTo((medium[0] ?? 0) / (easy[0] ?? 0), 1);
  expect(first.out).toMatch(/^mean +\d+\.\d\d +\d+\.\d\d$/m);
  expect(again.out).toBe(first.out);
  expect(another.out).not.toBe(first.out);
});

test('each level sits in each seat as often as any other, with the others in every order', () => {
  expect(new Set(arrangements.map((one) => one.join())).size).toBe(24);
  for (const level of botLevels) {
    for (const seat of [0, 1, 2, 3]) expect(arrangements.filter((one) => one[seat] === level)).toHaveLength(6);
  }
});

test('wrong arguments of a tournament get one line that says what is wrong', async () => {
  const wrong = [['--matches', '0'], ['--type', 'fast'], ['--level', 'hard'], ['--seed']];
  const runs = await Promise.all(wrong.map((args) => tournament(...args)));
  for (const [i, { code, out, err }] of runs.entries()) {
    expect(err).toContain(wrong[i]?.[0]);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).toContain('Usage: npm run tournament');
    expect(code).toBe(2);
    expect(out).toBe('');
  }
});
