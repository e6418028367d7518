// npm run chaos -- --kills 100 --seed 1 [--matches 20] [--processes 3]
// Kills server processes at random while matches are played on them, and checks that nobody loses anything.

import { readNumbers } from '../harness/arguments.ts';
import { summaryOf, wreakHavoc } from '../harness/chaos.ts';

const { kills, seed, matches, processes } = readNumbers(
  { kills: 100, seed: 1 + Math.floor(Math.random() * 1_000_000), matches: 20, processes: 3 },
  'npm run chaos -- [--kills 100] [--seed 1] [--matches 20] [--processes 3]',
);

// There the SDK tells of each lost connection.
Object.assign(console, { info() {}, warn() {} });
console.log(`seed ${seed}: ${kills} kills, ${matches} matches at a time on ${processes} processes`);
const report = await wreakHavoc({ kills, seed, matches, processes, tell: console.log });
console.log(`\n${summaryOf(report)}`);
process.exit(report.faults.length + report.stuck.length + report.leaked.length > 0 ? 1 : 0);
