// npm run soak -- [--minutes 30] [--players 200] [--seed 1]
// Players play for a long time, while their connections are cut and processes are killed. Nothing may be lost, and neither
// memory nor the time of a move may grow; its plot goes into docs/images/.
import { writeFileSync } from 'node:fs';
import { readNumbers } from '../harness/arguments.ts';
import { plot } from '../harness/plot.ts';
import { anySeed } from '../harness/random.ts';
import { silenceSdk } from '../harness/silence.ts';
import { growthOf, type Sample, soak } from '../harness/soak.ts';

const { minutes, players, seed } = readNumbers(
  { minutes: 30, players: 200, seed: anySeed() },
  'npm run soak -- [--minutes 30] [--players 200] [--seed 1]',
);
const everySeconds = 10;
const thinkMs = 1500;
/** What may be more in the last quarter than in the second. */
const mayGrow = 1.15;
const watched = ['rssMb', 'heapMb', 'redisMb', 'p50Ms', 'p99Ms'] as const;

silenceSdk();
console.log(`seed ${seed}: ${players} players for ${minutes} minutes`);
const tell = ({ at, rssMb, redisMb, moves, p50Ms, p99Ms, kills }: Sample) =>
  console.log(
    `${at.toFixed(0).padStart(5)} s  ${moves} moves, p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(0)} ms, RSS ${rssMb.toFixed(0)} MB, Redis ${redisMb.toFixed(1)} MB, ${kills} kills`,
  );
const { samples, matches, cuts, kills, faults, stuck, leaked } = await soak({
  ...{ seconds: minutes * 60, players, seed, everySeconds, thinkMs, tell },
});
const wrong = [...faults, ...stuck.map((one) => `stuck: ${one}`), ...leaked.map((one) => `leaked: ${one}`)];
const growth = watched.map((name) => [name, growthOf(samples, name)] as const);
const grown = growth.filter(([name, by]) => name.endsWith('Mb') && by > mayGrow);
const moves = samples.reduce((sum, sample) => sum + sample.moves, 0);
writeFileSync('docs/images/soak.svg', picture());
console.log(`${matches} matches, ${moves} moves, ${cuts} cuts, ${kills} kills, ${faults.length} faults`);
console.log(`last quarter to the second: ${growth.map(([name, by]) => `${name} ${by.toFixed(2)}`).join(', ')}`);
for (const line of wrong.slice(0, 50)) console.log(line);
process.exit(wrong.length + grown.length > 0 ? 1 : 0);

function picture(): string {
  const points = (of: keyof Sample) => samples.map((sample) => [sample.at / 60, sample[of]] as const);
  const marks = samples.filter(({ kills }, i) => kills > (samples[i - 1]?.kills ?? 0)).map(({ at }) => at / 60);
  return plot(
    `${players} players, ${minutes} minutes: ${moves.toLocaleString('en')} moves, ${cuts} cuts, ${kills} kills, ${faults.length} faults`,
    [
      {
        title: 'memory, MB (the process that is never killed)',
        lines: [
          { name: 'RSS', points: points('rssMb') },
          { name: 'heap', points: points('heapMb') },
          { name: 'Redis', points: points('redisMb') },
        ],
      },
      { title: 'half of all moves are answered within, ms', lines: [{ name: 'p50', points: points('p50Ms') }] },
      {
        title: '99 of 100 are, those that waited for a process that was killed among them, ms',
        lines: [{ name: 'p99', points: points('p99Ms') }],
      },
    ],
    { unit: 'minutes', marks: { name: 'a process was killed', at: marks } },
  );
}
