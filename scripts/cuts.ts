// npm run cuts -- --cuts 1000 --seed 1 [--tables 4]
// Cuts the connections of players at random while they play and processes are killed, and checks that each of them is told
// of every event exactly once.

import { readNumbers } from '../harness/arguments.ts';
import { cutPlayers } from '../harness/cuts.ts';
import { anySeed } from '../harness/random.ts';
import { silenceSdk } from '../harness/silence.ts';

const options = readNumbers(
  { cuts: 1000, seed: anySeed(), tables: 6 },
  'npm run cuts -- [--cuts 1000] [--seed 1] [--tables 6]',
);

silenceSdk();
console.log(`seed ${options.seed}: ${options.cuts} cuts at ${options.tables} tables on two processes`);
const { cuts, kills, matches, events, faults } = await cutPlayers(options);
console.log(`${cuts} cuts, ${kills} kills, ${matches} matches ended, ${events} events heard, ${faults.length} faults`);
for (const fault of faults.slice(0, 50)) console.log(fault);
process.exit(faults.length > 0 ? 1 : 0);
