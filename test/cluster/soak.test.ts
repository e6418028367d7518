import { expect, test, vi } from 'vitest';
import { plot } from '../../harness/plot.ts';
import { growthOf, soak } from '../../harness/soak.ts';

vi.setConfig({ testTimeout: 120_000 });

test('a short soak plays through cuts and kills, loses nothing, and sees what it has to', async () => {
  const { samples, matches, cuts, kills, faults, stuck, leaked } = await soak({
    ...{ seconds: 10, players: 8, seed: 1, everySeconds: 2, thinkMs: 20 },
    ...{ cutEveryMs: 2000, cutsForAKill: 6 },
  });
  expect({ faults, stuck, leaked }).toEqual({ faults: [], stuck: [], leaked: [] });
  expect(Math.min(cuts, kills)).toBeGreaterThan(0);
  expect(matches).toBeGreaterThanOrEqual(2);
  expect(samples.length).toBeGreaterThanOrEqual(4);
  for (const sample of samples) for (const value of Object.values(sample)) expect(value).toBeGreaterThanOrEqual(0);
  expect(samples.reduce((sum, { moves }) => sum + moves, 0)).toBeGreaterThan(0);
  expect(growthOf(samples, 'rssMb')).toBeGreaterThan(0);
});

test('growth is what the last quarter has more than the second one', () => {
  const samples = Array.from({ length: 40 }, (_, i) => ({ rssMb: i < 20 ? 100 : i < 30 ? 150 : 200 })) as never;
  expect(growthOf(samples, 'rssMb')).toBe(2);
});

test('a plot is an SVG with a line for each series and a tick for each mark', () => {
  const lines = [
    {
      name: 'a < b',
      points: [
        [0, 1],
        [1, 3],
        [2, 2],
      ] as const,
    },
  ];
  const svg = plot(
    'what & when',
    [
      { title: 'one', lines },
      { title: 'two', lines },
    ],
    {
      unit: 'minutes',
      marks: { name: 'a kill', at: [0.5, 1.5] },
    },
  );
  expect(svg.match(/<polyline/g)).toHaveLength(2);
  expect(svg.match(/stroke="#888"/g)).toHaveLength(4);
  expect(svg).toContain('a &lt; b');
  expect(svg).toContain('<title>what &amp; when</title>');
});
