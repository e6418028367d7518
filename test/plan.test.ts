import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { held, planFor } from '../loadtest/bench/planning.ts';
import type { Results } from '../loadtest/bench/results.ts';

/** As if 2,000 players had had a tenth of a core, a fiftieth of Redis', and 100 moves a second of 1,000 bytes in 6 writes. */
const results = {
  human: {
    'redis-always': {
      ...{ core: 0.1, rssMb: 400, movesPerS: 100, bytesPerS: 100_000, writesPerS: 600, cut: { clients: 2000 } },
      ...{ redis: 0.02, redisMb: 10, redisCommandsPerS: 500, redisBytesPerS: 125_000 },
    },
  },
  hops: [{}, { proxyCpuUs: 500 }],
} as unknown as Results;

test('a plan multiplies what was measured, and rounds processes up', () => {
  const plan = planFor(results, 1_000_000, 'redis-always');
  expect(plan).toMatchObject({ players: 1_000_000, processes: 100, redises: 17 });
  expect(plan.movesPerS).toBeCloseTo(50_000);
  expect(plan.cores).toBeCloseTo(50);
  expect(plan.redisMbitPerS).toBeCloseTo(500);
  // 50 MB of messages, and 300,000 packets of 66 bytes of headers.
  expect(plan.mbitPerS).toBeCloseTo((50_000_000 + 300_000 * 66) * 8e-6);
  expect(plan.tbAMonth).toBeCloseTo(((50_000_000 + 300_000 * 66) * 30 * 24 * 3600) / 1e12);
  expect(planFor(results, 1, 'redis-always').processes).toBe(1);
});

test('forwarded moves cost the process that forwards them', () => {
  const { cores, forwardedCores, forwardedProcesses } = planFor(results, 1_000_000, 'redis-always');
  expect(forwardedCores - cores).toBeCloseTo(50_000 * 500e-6 * 0.99);
  expect(forwardedProcesses).toBe(150);
});

test('one process and one Redis hold what is left of their core', () => {
  expect(held(results, 'redis-always')).toEqual({ process: 10_000, redis: 60_000 });
});

test('what was not measured is no plan', () => {
  expect(() => planFor(results, 10, 'redis-everysec')).toThrow('npm run bench');
});

const plan = (...args: string[]) => promisify(execFile)(process.execPath, ['loadtest/plan.ts', ...args]);

test('npm run plan says what it needs, and that it is an extrapolation', async () => {
  const { stdout } = await plan('--players', '1000000', '--fsync', 'everysec');
  expect(stdout).toMatch(/^An extrapolation: /);
  expect(stdout).toMatch(/^players +1,000,000$/m);
  expect(stdout).toMatch(/^processes, .* +[\d,]+$/m);
  expect(stdout).not.toContain('NaN');
});

test('npm run plan refuses what is no number in one line', async () => {
  const failed = await plan('--players', 'many').catch((error) => error);
  expect(failed.code).toBe(2);
  expect(failed.stderr.trim().split('\n')).toHaveLength(1);
  expect(failed.stderr).toContain('--players must be a whole number');
});
