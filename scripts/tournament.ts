// npm run tournament: a computer player of each level at a table of four, and who wins. The same seed gives the same table.
import { readOptions } from '../harness/arguments.ts';
import { seededChance } from '../simulation/matches/chance.ts';
import { playMatch } from '../simulation/matches/match.ts';
import { arrangements, botLevels } from '../simulation/matches/seating.ts';
import { settingsFor } from '../simulation/matches/settings.ts';
import { optionsFrom, usage } from './tournament/options.ts';
import { Standings } from './tournament/standings.ts';

const { matches, seed, type } = readOptions(optionsFrom, usage);
const settings = settingsFor(botLevels.length, type, 'medium');
const standings = new Standings();
for (let n = 1; n <= matches; n++) {
  const seating = arrangements[n % arrangements.length] ?? botLevels;
  standings.add(seating, playMatch(settings, seededChance(`${seed}|${n}`), undefined, seating));
}

console.log(`Recall, ${type}: ${matches} matches of four, one player of each level, seed ${seed}`);
console.log(`\n${standings.lines().join('\n')}`);
