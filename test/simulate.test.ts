import { execFile } from 'node:child_process';
import { expect, test } from 'vitest';
import { seededChance } from '../simulation/matches/chance.ts';

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function simulate(...args: string[]): Promise<Run> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['scripts/simulate.ts', ...args], (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
  });
}

const withoutRate = (out: string) => out.replace(/^.*matches a second.*\n/m, '');

test('npm run simulate prints how the matches went, and for the same seed the same but for the rate', async () => {
  const args = ['--matches', '40', '--seats', '3', '--type', 'clear', '--level', 'hard'];
  const [first, again, another] = await Promise.all([
    simulate(...args, '--seed', '7'),
    simulate(...args, '--seed', '7'),
    simulate(...args, '--seed', '8'),
  ]);
  expect(first.code).toBe(0);
  expect(first.out).toMatch(/^Recall, clear: 40 matches of 3 hard players, seed 7\n\d+ matches a second/);
  for (const title of ['ended by', 'a match', 'turns', 'moves', 'seat']) expect(first.out).toContain(title);
  expect(first.out).toMatch(/^0 +\d+\.\d\d +\d+ +\d+\.\d %$/m);
  expect(withoutRate(again.out)).toBe(withoutRate(first.out));
  expect(withoutRate(another.out)).not.toBe(withoutRate(first.out));
});

test('wrong arguments get one line that says what is wrong', async () => {
  const wrong: [string, ...string[]][] = [
    ['--matches', '--matches', '0'],
    ['--seats', '--seats', '9'],
    ['--seats', '--seats', '-3'],
    ['--type', '--type', 'fast'],
    ['--level', '--level', 'genius'],
    ['--speed', '--speed', '9'],
    ['ten', 'ten'],
    ['--seed', '--seed'],
  ];
  const runs = await Promise.all(wrong.map(([, ...args]) => simulate(...args)));
  for (const [i, { code, out, err }] of runs.entries()) {
    expect(err).toContain(wrong[i]?.[0]);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).toContain('Usage: npm run simulate');
    expect(code).toBe(2);
    expect(out).toBe('');
  }
});

test('the randomness of simulations is a function of seed and label, and favours no number', () => {
  const draws = (seed: string, label: string) => {
    const stream = seededChance('1').stream(seed, label);
    return Array.from({ length: 60_000 }, () => stream(6));
  };
  const first = draws('s', 'a');
  expect(draws('s', 'a')).toEqual(first);
  for (const other of [draws('s', 'b'), draws('t', 'a')]) {
    // Two independent dice show the same in one throw of six.
    const alike = other.filter((value, i) => value === first[i]).length;
    expect(Math.abs(alike - 10_000)).toBeLessThan(400);
  }
  for (let value = 0; value < 6; value++) {
    expect(Math.abs(first.filter((one) => one === value).length - 10_000)).toBeLessThan(400);
  }
});
