import { expect, test, vi } from 'vitest';
import { cutPlayers } from '../../harness/cuts.ts';

vi.setConfig({ testTimeout: 120_000 });

// The whole of it, with a thousand cuts: npm run cuts.
test('whoever is cut off again and again, while processes are killed, is told of every event exactly once', async () => {
  const seed = 1;
  const report = await cutPlayers({ cuts: 30, seed, tables: 3 });
  expect(report.faults, `seed ${seed}`).toEqual([]);
  expect(report.kills).toBeGreaterThan(0);
  expect(report.events).toBeGreaterThan(300);
});
