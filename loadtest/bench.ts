// npm run bench -- [--rows stock,sqlite,…] [--rounds 5] [--seconds 4] [--warm 2] [--rooms 50] [--quick]
// What a move costs, beside the floors: a server on one core, its clients on another.
import { parseArgs } from 'node:util';
import { numberFrom, readOptions } from '../harness/arguments.ts';
import { measureClosed, type Round, shapeOf } from './bench/closed.ts';
import { textOf } from './bench/report.ts';
import { type Row, rows, seats } from './bench/rows.ts';
import { goFirst, pinGenerator } from './bench/servers.ts';

const usage = `npm run bench -- [--rows ${rows.map(({ name }) => name).join(',')}] [--rounds 5] [--seconds 4] [--warm 2] [--rooms 50] [--quick]`;
const options = readOptions(optionsFrom, usage);

goFirst();
pinGenerator();
const { chosen, rounds, ...each } = options;
const sqlite = rows.find(({ name }) => name === 'sqlite') as Row;
const needsShape = chosen.some((row) => row.needsShape);
const shape = needsShape
  ? await shapeOf(sqlite, seats, { ...each, seconds: Math.min(2, each.seconds) })
  : { seats, frames: 0, bytes: 0, steps: 0, isWhole: false };
const measured = new Map<Row, Round[]>(chosen.map((row) => [row, []]));
for (let n = 1; n <= rounds; n++) {
  const ofRound = await measureClosed(chosen, shape, each);
  for (const [i, row] of chosen.entries()) measured.get(row)?.push(ofRound[i] as Round);
  const told = chosen.map(({ name }, i) => `${name} ${ofRound[i]?.cpuUs.toFixed(0)}`);
  console.error(`round ${n}, CPU µs a move: ${told.join(', ')}`);
}
console.log(textOf(measured));
process.exit();

function optionsFrom(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rows: { type: 'string', default: rows.map(({ name }) => name).join(',') },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      warm: { type: 'string' },
      rooms: { type: 'string' },
      quick: { type: 'boolean', default: false },
    },
  });
  const { quick } = values;
  const number = (name: 'rounds' | 'seconds' | 'warm' | 'rooms', standard: number, short: number) =>
    numberFrom(name, values[name] ?? `${quick ? short : standard}`, 1, 10_000);
  return {
    chosen: values.rows.split(',').map((name) => {
      const row = rows.find((one) => one.name === name);
      if (!row) throw new Error(`--rows are some of ${rows.map((one) => one.name).join(',')}, not "${name}"`);
      return row;
    }),
    rounds: number('rounds', 5, 1),
    seconds: number('seconds', 4, 1),
    warmSeconds: number('warm', 2, 1),
    rooms: number('rooms', 50, 4),
  };
}
