// npm run simulate: computer players play each other, and a table says how it went. The same seed gives the same table.
import { readOptions } from '../harness/arguments.ts';
import { seededChance } from '../simulation/matches/chance.ts';
import { playMatch } from '../simulation/matches/match.ts';
import { settingsFor } from '../simulation/matches/settings.ts';
import { optionsFrom, usage } from './simulate/options.ts';
import { Tally } from './simulate/tally.ts';

const { matches, seats, seed, type, level } = readOptions(optionsFrom, usage);
const settings = settingsFor(seats, type, level);
const tally = new Tally(seats);
const startedAt = performance.now();
// Each match has a seed of its own, so that any of them can be played again alone.
for (let n = 1; n <= matches; n++) tally.add(playMatch(settings, seededChance(`${seed}|${n}`)));
const seconds = (performance.now() - startedAt) / 1000;

console.log(`Recall, ${type}: ${matches} matches of ${seats} ${level} players, seed ${seed}`);
console.log(`${Math.round(matches / seconds)} matches a second on one core`);
console.log(`\n${tally.lines().join('\n')}`);
