import { expect, test, vi } from 'vitest';
import { summaryOf, wreakHavoc } from '../../harness/chaos.ts';

vi.setConfig({ testTimeout: 120_000 });

test('processes are killed one after the other, and no match loses anything', async () => {
  const seed = 1;
  const report = await wreakHavoc({ kills: 3, seed, matches: 4, processes: 2 });
  const { faults, stuck, leaked } = report;
  expect({ faults, stuck, leaked }, `seed ${seed}\n${summaryOf(report)}`).toEqual({
    faults: [],
    stuck: [],
    leaked: [],
  });
  expect(report.matches).toBeGreaterThanOrEqual(4);
});
