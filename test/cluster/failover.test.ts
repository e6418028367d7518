import { expect, test, vi } from 'vitest';
import { failOverAgain, failoverSummary } from '../../harness/failovers.ts';

vi.setConfig({ testTimeout: 240_000 });

const seed = 4;
const few = { seed, failovers: 2, matches: 3, processes: 2 };

test('primaries of Sentinels are killed with their disks, and with WAIT_REPLICAS=1 no match loses anything', async () => {
  const report = await failOverAgain({ ...few, kind: 'sentinel', waitReplicas: 1 });
  const { faults, stuck, lost } = report;
  expect({ faults, stuck, lost }, failoverSummary(report)).toEqual({ faults: [], stuck: [], lost: [] });
  expect(report.matches).toBeGreaterThanOrEqual(few.matches);
});
