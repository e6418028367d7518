import { expect, test, vi } from 'vitest';
import { simulate } from '../simulation/simulate.ts';

vi.setConfig({ testTimeout: 120_000 });

/** Planted in the rules themselves: what a takeover gives back to deadlines, a held seat does not get. */
vi.mock('../src/game/evolve.ts', async (load) => {
  const real = await load<typeof import('../src/game/evolve.ts')>();
  const evolve: typeof real.evolve = (room, event) => {
    const after = real.evolve(room, event);
    if (event.type !== 'time_lost') return after;
    return { ...after, seats: after.seats.map((seat, i) => seat && { ...seat, until: room.seats[i]?.until ?? 0 }) };
  };
  return { ...real, evolve };
});

test('the checker of the simulation notices a grace that is not renewed after a takeover', async () => {
  const found: string[] = [];
  for (let seed = 1; seed <= 2000 && found.length === 0; seed++) {
    const { objection } = await simulate(seed);
    if (objection !== null) found.push(objection);
  }
  expect(found).toEqual([expect.stringMatching(/^event \d+ .*there was .*"seats".* left, and is/)]);
});
