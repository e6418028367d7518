import { expect, test, vi } from 'vitest';
import { Counts, rareThings } from '../../simulation/counts.ts';
import type { Fault } from '../../simulation/modelStore.ts';
import { type Options, type Run, simulate } from '../../simulation/simulate.ts';

// It only computes, on a machine that may have other things to do.
vi.setConfig({ testTimeout: 180_000 });

/** `npm run simulation` runs as many as one likes. */
const seeds = Array.from({ length: 300 }, (_, i) => i + 1);

async function runsOf(some: readonly number[], options: Options = {}): Promise<Run[]> {
  const runs: Run[] = [];
  for (const seed of some) runs.push(await simulate(seed, options));
  return runs;
}

/** Of so many seeds at most a planted fault shows itself in one. */
const enough = 2000;

async function firstObjection(options: Options): Promise<string | null> {
  for (let seed = 1; seed <= enough; seed++) {
    const { objection } = await simulate(seed, options);
    if (objection !== null) return objection;
  }
  return null;
}

const objections = (runs: readonly Run[]) =>
  runs.filter(({ objection }) => objection !== null).map(({ seed, objection }) => `seed ${seed}: ${objection}`);

test('whatever happens to processes, network and journal, nothing that anybody was told is lost, done twice or invented', async () => {
  const runs = await runsOf(seeds);
  expect(objections(runs)).toEqual([]);
  const counts = new Counts();
  for (const run of runs) {
    for (const thing of rareThings) counts.add(thing, run.counts[thing]);
  }
  const never = rareThings.filter((thing) => counts.all[thing] === 0);
  expect(never, 'a simulation in which this never happens proves less than it says').toEqual([]);
});

test('the same seed gives the same run', async () => {
  const traces: string[][] = [[], []];
  await Promise.all(traces.map((lines) => simulate(7, { trace: (line) => lines.push(line) })));
  expect(traces[0]?.length).toBeGreaterThan(100);
  expect(traces[1]).toEqual(traces[0]);
});

/** Each fails where the fault that it names, which there was once, is planted again. */
test.each<[number, string]>([
  [1, 'a journal that could be reached but not written made a room forget what it owed its players'],
  [45, 'an append that could not be sent, after one in doubt, was taken for a proof that nothing had changed'],
  [137, 'a process that was ending told a player that a living room is no more'],
  [309, 'more time went by while it was in doubt whether the time of a pause was given back'],
  [426, 'in a pause, the repeat of a move that was made heard that it was not'],
  [1215, 'the time that a process stalled over giving time back was not given back'],
  [1595, 'the repeat of a move that was made heard that it was not, since the time before it could not be stored'],
  [1992, 'nobody handled it that a process could not see to rooms that were handed over to it'],
])('seed %i: %s', async (seed) => {
  expect((await simulate(seed)).objection).toBeNull();
});

/** The old fault: tables stood still when a clock was set back (never again 49). */
test('the checker notices timers that wait for a wall clock, which is set back or forward', async () => {
  const found = objections(await runsOf(seeds.slice(0, 60), { wallClocks: true }));
  const astray = found.map((text) => /(-?\d+) ms have passed since the event before, and (\d+) ms/.exec(text));
  const back = astray.filter((match) => match && Number(match[1]) < Number(match[2]));
  const forward = astray.filter((match) => match && Number(match[1]) > Number(match[2]));
  expect([back.length, forward.length].every((times) => times > 0)).toBe(true);
});

/** A checker that has never objected is none. */
test.each<[string, Fault, RegExp]>([
  ['answers an append before it is durable', 'early', /was told of event \d+, and \d+ are durable/],
  ['lets an old token write', 'unfenced', /claim \d+ (wrote|told) event \d+ after claim \d+/],
  ['stores a repeated append again', 'twice', /carried out twice|replay is not the match|not what the journal says/],
  ['loses the last events with a takeover', 'forgetful', /ms are given back of/],
  ['gives a room away whose owner lives', 'unleased', /claims \w+-[\w-]+ from \w+, which lives/],
  ['has rooms opened by a process that is dead', 'deaf', /was to be opened in \w+, which is dead/],
])('the checker notices a site that %s', async (_, fault, objection) => {
  await expect(firstObjection({ fault })).resolves.toMatch(objection);
});
