// npm run chaos -- --kills 100 --seed 1 [--matches 20] [--processes 3]
// Kills server processes at random while matches are played on them, and checks that nobody loses anything.
import { parseArgs } from 'node:util';
import { summaryOf, wreakHavoc } from '../test/cluster/chaos.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    seed: { type: 'string', default: `${Math.floor(Math.random() * 1_000_000)}` },
    matches: { type: 'string', default: '20' },
    processes: { type: 'string', default: '3' },
  },
});
const { kills, seed, matches, processes } = Object.fromEntries(
  Object.entries(values).map(([name, value]) => [name, Number(value)]),
) as { [Name in keyof typeof values]: number };

// There the SDK tells of each lost connection.
Object.assign(console, { info() {}, warn() {} });
console.log(`seed ${seed}: ${kills} kills, ${matches} matches at a time on ${processes} processes`);
const report = await wreakHavoc({ kills, seed, matches, processes, tell: console.log });
console.log(`\n${summaryOf(report)}`);
process.exit(report.faults.length + report.stuck.length + report.leaked.length > 0 ? 1 : 0);
