// npm run plan -- --players 1000000 [--fsync always|everysec]: what so many players who play at once need, from what
// npm run bench has measured (docs/performance.json).
import { parseArgs } from 'node:util';
import { numberFrom, oneOf, readOptions } from '../harness/arguments.ts';
import { drivers, held, planFor, planTable, processShare, redisShare } from './bench/planning.ts';
import { number, textOf } from './bench/report.ts';
import { readResults } from './bench/results.ts';

const usage = 'npm run plan -- --players 1000000 [--fsync always|everysec]';
const { players, keeper, results } = readOptions((args) => {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args: [...args], options: { players: text, fsync: { ...text, default: 'always' } } });
  const fsync = oneOf('fsync', values.fsync, ['always', 'everysec']);
  return {
    players: numberFrom('players', values.players ?? '1000000', 1, 1_000_000_000),
    keeper: `redis-${fsync}` as const,
    results: readResults(),
  };
}, usage);

const measured = results.human[keeper]?.cut.clients ?? 0;
const { process: ofProcess, redis } = held(results, keeper);
console.log(
  `An extrapolation: ${number(measured, 0)} players on one core were measured (${results.at}, ${results.machine.processor}), and all of it is multiplied.`,
);
console.log('Nothing of this size was ever run. docs/scaling.md says what is sure to break before.\n');
console.log(textOf(planTable([planFor(results, players, keeper)])));
console.log(
  `\nOne process holds ${number(ofProcess, 0)} players at ${processShare * 100} % of a core, one Redis ${number(redis, 0)} at ${redisShare * 100} %.\n`,
);
console.log(textOf(drivers(results, keeper)));
