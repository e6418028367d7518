// npm run listeners -- --matches 200 --seed 1 [--tables 6]
// Plays matches whose players listen to hands by Colyseus' callbacks, cuts their connections and kills processes at random,
// and checks that the callbacks tell of each card once, and what the state has after each patch.

import { readNumbers } from '../harness/arguments.ts';
import { playListening } from '../harness/listeners.ts';
import { anySeed } from '../harness/random.ts';
import { silenceSdk } from '../harness/silence.ts';

const options = readNumbers(
  { matches: 200, seed: anySeed(), tables: 6 },
  'npm run listeners -- [--matches 200] [--seed 1] [--tables 6]',
);

silenceSdk();
console.log(`seed ${options.seed}: ${options.matches} matches at ${options.tables} tables on two processes`);
const { matches, cuts, kills, returns, rooms, ...heard } = await playListening({ ...options, tell: console.log });
const { patches, players, adds, changes, removes, faults } = heard;
console.log(
  `${matches} matches ended, ${cuts} cuts, ${kills} kills; ${returns} returns by the SDK, in ${rooms} rooms of it`,
);
console.log(
  `${patches} patches: ${players} players, ${adds} slots added, ${changes} changes, ${removes} removed; ${faults.length} faults`,
);
for (const fault of faults.slice(0, 50)) console.log(fault);
process.exit(faults.length > 0 ? 1 : 0);
