import { expect, test, vi } from 'vitest';
import { playListening } from '../../harness/listeners.ts';

vi.setConfig({ testTimeout: 120_000 });

// The whole of it, with two hundred matches: npm run listeners.
test('who listens to hands is told of each card once, through drops, takeovers and a rematch (never again 54)', async () => {
  const seed = 1;
  const report = await playListening({ matches: 2, kills: 1, seed, tables: 1, turns: 6 });
  expect(report.faults, `seed ${seed}`).toEqual([]);
  // Who comes back to another process is told of all three anew.
  expect(report.players).toBeGreaterThan(3 * report.rooms);
});
