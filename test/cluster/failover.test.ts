import { afterAll, test, vi } from 'vitest';
import { failOverAgain, failoverSummary } from '../../harness/failovers.ts';
import { killAll } from '../../harness/process.ts';

vi.setConfig({ testTimeout: 240_000 });

afterAll(killAll);

const seed = 4;
const few = { seed, failovers: 2, matches: 2, processes: 2, brief: true };

test.concurrent.for(['sentinel', 'cluster'] as const)(
  'primaries are killed with their disks, and with WAIT_REPLICAS=1 no match loses anything: %s',
  async (kind, { expect }) => {
    const report = await failOverAgain({ ...few, kind, waitReplicas: 1 });
    const { faults, stuck, lost } = report;
    expect({ faults, stuck, lost }, failoverSummary(report)).toEqual({ faults: [], stuck: [], lost: [] });
    expect(report.moves).toBeGreaterThan(0);
  },
);
