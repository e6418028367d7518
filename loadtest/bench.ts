// npm run bench [-- --quick]: all that docs/performance.md has, which it writes, in less than twenty minutes.
// npm run bench -- --rows stock,sqlite [--rounds 5] [--seconds 4] [--paced 3] [--warm 2] [--rooms 50]: what a move costs, no more.
// npm run bench -- --parts people,waiting: some of the rest.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { numberFrom, oneOf, readOptions } from '../harness/arguments.ts';
import { measureClosed, type Round, shapeOf } from './bench/closed.ts';
import { documentOf, furtherTables } from './bench/document.ts';
import { costs, paced, textOf } from './bench/report.ts';
import { type ByKeeper, machine, type Results, rowNamed, type Size, versions } from './bench/results.ts';
import { rows, seats } from './bench/rows.ts';
import * as scenarios from './bench/scenarios.ts';
import { goFirst, type Keeper, pinGenerator } from './bench/servers.ts';
import { tableOf, targetsOf } from './bench/targets.ts';

const whole: Size = {
  ...{ rounds: 5, rooms: 50, seconds: 4, warmSeconds: 2, pacedSeconds: 3 },
  ...{ tables: 500, waitingRooms: 10_000, botMatches: 1000, killedRooms: 1000, simulatedMatches: 3000 },
  ...{ measured: 20, settled: 20, lapsed: 17 },
};
/** Whether all of it still works. */
const quick: Size = {
  ...{ rounds: 1, rooms: 3, seconds: 1, warmSeconds: 1, pacedSeconds: 1 },
  ...{ tables: 3, waitingRooms: 20, botMatches: 3, killedRooms: 3, simulatedMatches: 20 },
  ...{ measured: 1, settled: 3, lapsed: 0 },
};
const quickRows = ['ws-frames', 'stock-frames', 'none', 'sqlite', 'redis-always'];
const parts = ['rows', 'people', 'waiting', 'bots', 'killed', 'hops', 'engine'] as const;

const usage = `npm run bench -- [--quick] [--parts ${parts}] [--rows ${rows.map(({ name }) => name)}] [--rounds 5] [--seconds 4] [--paced 3] [--warm 2] [--rooms 50]`;
const options = readOptions(optionsFrom, usage);
const { size, isQuick, has } = options;
const begun = performance.now();

// A smoke round runs beside other tests, and measures nothing.
if (!isQuick) {
  goFirst();
  pinGenerator();
}
const results = await measure();
if (has('rows')) console.log(textOf(costs(results)));
if (has('rows') && size.pacedSeconds > 0) console.log(`\n${textOf(paced(results))}`);
for (const [title, , table] of furtherTables(results))
  if (table.length > 1) console.log(`\n${title}\n${textOf(table)}`);
if (has('engine')) console.log(`\nmatches a second of the engine: ${results.simulated.join(', ')}`);
if (options.isWhole) {
  const [targets, document] = [textOf(tableOf(targetsOf(results))), documentOf(results)];
  console.log(`\n${targets}`);
  if (!isQuick) {
    writeFileSync('docs/performance.json', `${JSON.stringify(results, null, 2)}\n`);
    writeFileSync('docs/performance.md', document);
    console.log('\ndocs/performance.md and docs/performance.json are written.');
  }
}
process.exit();

async function measure(): Promise<Results> {
  const { tables, measured: seconds, settled: settleSeconds } = size;
  const settled = { seconds, settleSeconds };
  const rounds = has('rows') ? await measureRows() : {};
  const two = ['redis-everysec', 'sqlite'] as const;
  const hop = () => scenarios.throughProxy(size.rooms, size.rooms * 10, seconds / 4);
  return {
    rounds,
    idleStock: has('people') ? await told('idle connections', () => scenarios.idleStock(tables, seconds)) : null,
    human: await each('people', [...two, 'redis-always'], (keeper) => scenarios.humanPace(keeper, tables, settled)),
    waiting: await each('waiting', two, (keeper) =>
      scenarios.waitingRooms(keeper, size.waitingRooms, { seconds: seconds / 2, settleSeconds: size.lapsed }),
    ),
    bots: await each('bots', two, (keeper) => scenarios.botMatches(keeper, size.botMatches, settled)),
    killed: await each('killed', two, (keeper) => scenarios.afterKill(keeper, size.killedRooms)),
    hops: has('hops') ? await told('hops', hop) : [],
    simulated: has('engine') ? [1, 2, 3].map(() => scenarios.simulated(size.simulatedMatches)) : [],
    ...{ at: new Date().toISOString().slice(0, 10), machine: machine(), versions: versions(), size },
    minutes: (performance.now() - begun) / 60_000,
  };
}

async function measureRows(): Promise<Record<string, Round[]>> {
  const chosen = options.rows;
  const needsShape = chosen.some((row) => row.needsShape);
  const shape = needsShape
    ? await shapeOf(rowNamed('sqlite'), seats, { ...size, seconds: 1 })
    : { seats, frames: 0, bytes: 0, steps: 0, isWhole: false };
  const measured: Record<string, Round[]> = Object.fromEntries(chosen.map(({ name }) => [name, []]));
  for (let n = 1; n <= size.rounds; n++) {
    const ofRound = await measureClosed(chosen, shape, size);
    for (const [i, { name }] of chosen.entries()) measured[name]?.push(ofRound[i] as Round);
    const cpu = chosen.map(({ name }, i) => `${name} ${ofRound[i]?.cpuUs.toFixed(0)}`);
    console.error(`round ${n}, CPU µs a move: ${cpu.join(', ')}`);
  }
  return measured;
}

/** One after the other; in a smoke round the last alone. */
async function each<T>(
  part: (typeof parts)[number],
  keepers: readonly Keeper[],
  run: (keeper: Keeper) => Promise<T>,
): Promise<ByKeeper<T>> {
  const done: Partial<Record<Keeper, T>> = {};
  if (has(part))
    for (const keeper of isQuick ? keepers.slice(-1) : keepers)
      done[keeper] = await told(`${part}, ${keeper}`, () => run(keeper));
  return done;
}

async function told<T>(what: string, run: () => Promise<T>): Promise<T> {
  console.error(what);
  return run();
}

function optionsFrom(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ parts: text, rows: text, rounds: text, seconds: text, paced: text, warm: text, rooms: text },
      quick: { type: 'boolean', default: false },
    },
  });
  const isQuick = values.quick;
  const standard = isQuick ? quick : { ...whole, ...(values.rows !== undefined && { pacedSeconds: 0 }) };
  const number = (name: 'rounds' | 'seconds' | 'paced' | 'warm' | 'rooms', otherwise: number, min = 1) =>
    values[name] === undefined ? otherwise : numberFrom(name, values[name], min, 10_000);
  const allRows = rows.map(({ name }) => name);
  const isWhole = values.rows === undefined && values.parts === undefined;
  const chosen = values.parts?.split(',').map((part) => oneOf('parts', part, parts)) ?? (isWhole ? parts : ['rows']);
  return {
    ...{ isQuick, isWhole },
    has: (part: (typeof parts)[number]) => chosen.includes(part),
    rows: (values.rows?.split(',') ?? (isQuick ? quickRows : allRows)).map((name) =>
      rowNamed(oneOf('rows', name, allRows)),
    ),
    size: {
      ...standard,
      rounds: number('rounds', standard.rounds),
      seconds: number('seconds', standard.seconds),
      pacedSeconds: number('paced', standard.pacedSeconds, 0),
      warmSeconds: number('warm', standard.warmSeconds),
      rooms: number('rooms', standard.rooms),
    },
  };
}
