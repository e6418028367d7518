// npm run bench [-- --quick]: all that docs/performance.md has, which it writes, in less than twenty minutes.
// npm run bench -- --rows stock,sqlite [--rounds 5] [--seconds 4] [--paced 3] [--warm 15] [--rooms 50]: what a move costs, no more.
// npm run bench -- --parts people,waiting [--keep]: some of the rest, in the place of what the pages have of that.
// npm run bench -- --pages: writes the pages anew from what was measured last (docs/performance.json).
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { numberFrom, oneOf, readOptions } from '../harness/arguments.ts';
import { measureClosed, type Round, shapeOf } from './bench/closed.ts';
import { documentOf, furtherTables } from './bench/document.ts';
import { many } from './bench/load.ts';
import { costs, paced, textOf } from './bench/report.ts';
import { machine, type Results, readResults, resultsFile, rowNamed, type Size, versions } from './bench/results.ts';
import { rows, seats } from './bench/rows.ts';
import { withFigures } from './bench/scaling.ts';
import * as scenarios from './bench/scenarios.ts';
import { goFirst, type Keeper, pinGenerator } from './bench/servers.ts';
import type { Shape } from './bench/shape.ts';
import { tableOf, targetsOf } from './bench/targets.ts';

const whole: Size = {
  ...{ rounds: 5, rooms: 50, seconds: 4, warmSeconds: 15, pacedSeconds: 3 },
  ...{ tables: 500, waitingRooms: 10_000, botMatches: 1000, killedRooms: 1000, simulatedMatches: 3000 },
  ...{ measured: 20, settled: 20, lapsed: 40 },
};
/** Whether all of it still works. */
const quick: Size = {
  ...{ rounds: 1, rooms: 3, seconds: 0.3, warmSeconds: 0.3, pacedSeconds: 0.3 },
  ...{ tables: 3, waitingRooms: 20, botMatches: 3, killedRooms: 3, simulatedMatches: 20 },
  ...{ measured: 1, settled: 2, lapsed: 0 },
};
const quickRows = ['ws-frames', 'stock', 'stock-frames', 'none', 'sqlite', 'redis-always'];
const quickAtOnce = 3;
/** Where nobody asks how a move of ours is. */
const someShape: Shape = { seats, frames: 17, bytes: 1500, steps: 1.5, isWhole: true };
const parts = ['rows', 'people', 'waiting', 'bots', 'killed', 'hops', 'engine'] as const;
type Part = (typeof parts)[number];
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const usage = `npm run bench -- [--quick | --pages] [--parts ${parts} [--keep]] [--rows ${rows.map(({ name }) => name)}] [--rounds 5] [--seconds 4] [--paced 3] [--warm 15] [--rooms 50]`;
const options = readOptions(optionsFrom, usage);
const { size, isQuick, has } = options;
if (options.isWritten) {
  writePages();
  process.exit();
}
const begun = performance.now();

// A smoke round runs beside other tests, and measures nothing.
if (!isQuick) {
  readOptions(pinGenerator, usage);
  goFirst();
}
const results = await measure();
if (has('rows')) console.log(textOf(costs(results)));
if (has('rows') && size.pacedSeconds > 0) console.log(`\n${textOf(paced(results))}`);
for (const [title, , table] of furtherTables(results))
  if (table.length > 1) console.log(`\n${title}\n${textOf(table)}`);
if (has('engine')) console.log(`\nmatches a second of the engine: ${results.simulated.join(', ')}`);
if (options.isWhole) console.log(`\n${textOf(tableOf(targetsOf(results)))}`);
if ((options.isWhole || options.keeps) && !isQuick) {
  const kept = options.isWhole ? results : { ...readResults(), ...measuredOf(results) };
  writeFileSync(resultsFile, `${JSON.stringify(kept, null, 2)}\n`);
  writePages();
}
process.exit();

/** What was measured of them: the parts that were asked for. */
function measuredOf({ rounds, stockPeople, human, waiting, bots, killed, hops, simulated }: Results): Partial<Results> {
  const byPart = {
    ...{ rows: { rounds }, people: { stockPeople, human }, waiting: { waiting }, bots: { bots } },
    ...{ killed: { killed }, hops: { hops }, engine: { simulated } },
  } satisfies Record<Part, Partial<Results>>;
  return Object.assign({}, ...parts.filter(has).map((part) => byPart[part]));
}

/** What the pages say of the results that are kept. */
function writePages(): void {
  const kept = readResults();
  const [page, scaling] = ['docs/performance.md', 'docs/scaling.md'];
  writeFileSync(page, documentOf(kept));
  writeFileSync(scaling, withFigures(readFileSync(scaling, 'utf8'), kept));
  console.log(`\n${page} and the figures of ${scaling} are written, from ${resultsFile}.`);
}

/** One part after the other; those of a smoke round some at once. */
async function measure(): Promise<Results> {
  const { tables, measured: seconds, settled: settleSeconds } = size;
  const settled = { seconds, settleSeconds };
  const results = {
    rounds: {} as Record<string, Round[]>,
    stockPeople: null as Results['stockPeople'],
    human: {} as Mutable<Results['human']>,
    waiting: {} as Mutable<Results['waiting']>,
    bots: {} as Mutable<Results['bots']>,
    killed: {} as Mutable<Results['killed']>,
    hops: [] as Results['hops'],
    simulated: [] as number[],
  };
  const jobs: { readonly what: string; readonly run: () => Promise<void> }[] = [];
  const add = (part: Part, what: string, run: () => Promise<void>) => {
    if (has(part)) jobs.push({ what: `${part} ${what}`, run });
  };
  /** In a smoke round the last alone. */
  const each = (part: Part, keepers: readonly Keeper[], run: (keeper: Keeper) => Promise<void>) => {
    for (const keeper of isQuick ? keepers.slice(-1) : keepers) add(part, keeper, () => run(keeper));
  };
  const two = ['redis-everysec', 'sqlite'] as const;
  add('rows', '', async () => {
    results.rounds = await measureRows();
  });
  add('people', 'stock', async () => {
    results.stockPeople = await scenarios.stockPeople(tables, someShape, settled);
  });
  each('people', [...two, 'redis-always'], async (keeper) => {
    results.human[keeper] = await scenarios.humanPace(keeper, tables, settled);
  });
  each('waiting', two, async (keeper) => {
    const lapsed = { seconds: seconds / 2, settleSeconds: size.lapsed };
    results.waiting[keeper] = await scenarios.waitingRooms(keeper, size.waitingRooms, lapsed);
  });
  each('bots', two, async (keeper) => {
    results.bots[keeper] = await scenarios.botMatches(keeper, size.botMatches, settled);
  });
  each('killed', two, async (keeper) => {
    results.killed[keeper] = await scenarios.afterKill(keeper, size.killedRooms);
  });
  add('hops', '', async () => {
    results.hops = await scenarios.throughProxy(size.rooms, size.rooms * 10, seconds / 4);
  });
  for (let run = 1; run <= (isQuick ? 1 : 3); run++)
    add('engine', `${run}`, async () => void results.simulated.push(await scenarios.simulated(size.simulatedMatches)));
  await many(jobs.length, isQuick ? quickAtOnce : 1, async (n) => {
    console.error(jobs[n]?.what.trim());
    await jobs[n]?.run();
  });
  const about = { at: new Date().toISOString().slice(0, 10), machine: machine(), versions: versions(), size };
  return { ...results, ...about, minutes: (performance.now() - begun) / 60_000 };
}

async function measureRows(): Promise<Record<string, Round[]>> {
  const chosen = options.rows;
  const needsShape = chosen.some((row) => row.needsShape);
  const shape = needsShape && !isQuick ? await shapeOf(rowNamed('sqlite'), seats, { ...size, seconds: 1 }) : someShape;
  const measured = await measureClosed(chosen, shape, size, (n, round) => {
    const cpu = chosen.map(({ name }, i) => `${name} ${round[i]?.cpuUs.toFixed(0)}`);
    console.error(`round ${n}, CPU µs a move: ${cpu.join(', ')}`);
  });
  return Object.fromEntries(chosen.map(({ name }, i) => [name, [...(measured[i] ?? [])]]));
}

function optionsFrom(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ parts: text, rows: text, rounds: text, seconds: text, paced: text, warm: text, rooms: text },
      quick: { type: 'boolean', default: false },
      pages: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
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
    ...{ isQuick, isWhole, isWritten: values.pages, keeps: values.keep },
    has: (part: Part) => chosen.includes(part),
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
