import { expect, test, vi } from 'vitest';
import { failOverAgain, failoverSummary } from '../../harness/failovers.ts';

vi.setConfig({ testTimeout: 240_000 });

const seed = 4;
const few = { seed, failovers: 2, matches: 3, processes: 2 };

test.each(['sentinel', 'cluster'] as const)(
  'primaries are killed with their disks, and with WAIT_REPLICAS=1 no match loses anything: %s',
  async (kind) => {
    const report = await failOverAgain({ ...few, kind, waitReplicas: 1 });
    const { faults, stuck, lost } = report;
    expect({ faults, stuck, lost }, failoverSummary(report)).toEqual({ faults: [], stuck: [], lost: [] });
    expect(report.matches).toBeGreaterThanOrEqual(few.matches);
  },
);
