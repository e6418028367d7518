// npm run chaos -- --kills 100 --seed 1 [--matches 20] [--processes 3] [--builds 2]
// Kills server processes at random while matches are played on them, and checks that nobody loses anything. With two
// builds, each process that starts is of the working tree or of the last release, and some are reloaded between the kills.

import { readNumbers } from '../harness/arguments.ts';
import { Build } from '../harness/build.ts';
import { summaryOf, wreakHavoc } from '../harness/chaos.ts';
import { anySeed } from '../harness/random.ts';
import { silenceSdk } from '../harness/silence.ts';

const usage = 'npm run chaos -- [--kills 100] [--seed 1] [--matches 20] [--processes 3] [--builds 1]';
const { kills, seed, matches, processes, builds } = readNumbers(
  { kills: 100, seed: anySeed(), matches: 20, processes: 3, builds: 1 },
  usage,
);

silenceSdk();
console.log(`seed ${seed}: ${kills} kills, ${matches} matches at a time on ${processes} processes`);
const both = { builds: [Build.workingTree, ...(builds > 1 ? [Build.lastRelease()] : [])] };
const report = await wreakHavoc({ kills, seed, matches, processes, ...both, tell: console.log });
console.log(`\n${summaryOf(report)}`);
process.exit(report.faults.length + report.stuck.length + report.leaked.length > 0 ? 1 : 0);
