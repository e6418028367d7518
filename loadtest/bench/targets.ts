import { number, spread, type Table } from './report.ts';
import { idleCore, median, middle, type Results, ratios } from './results.ts';
import type { Keeper } from './servers.ts';

interface Target {
  readonly what: string;
  readonly target: string;
  readonly measured: string;
  readonly isMet: boolean;
}

const durable = ['sqlite', 'redis-everysec', 'redis-always'] as const;
const titles: Readonly<Record<(typeof durable)[number], string>> = {
  sqlite: 'SQLite',
  'redis-everysec': 'Redis `everysec`',
  'redis-always': 'Redis `always`',
};

/** What this was to cost at most, and whether it does. */
export function targetsOf(results: Results): readonly Target[] {
  return [
    ...durable.map((keeper) => ratio(results, keeper, keeper === 'sqlite' ? 3 : 3.5)),
    ...durable.map((keeper) => pacedRatio(results, keeper)),
    atASlowDisk(results),
    ...durable.map((keeper) =>
      most(`writes to sockets a move, ${titles[keeper]}`, middle(results, keeper, 'writes'), 9, 1),
    ),
    ...durable.map((keeper) => most(`bytes a move, ${titles[keeper]}`, middle(results, keeper, 'bytes'), 1000, 0)),
    ...entries(results.waiting).flatMap(([keeper, { rooms, kbRoom, core }]) => [
      most(`a waiting room, KB, ${titles[keeper]}`, kbRoom, 60, 0),
      most(`${number(rooms, 0)} waiting rooms, % of a core, ${titles[keeper]}`, core * 100, 2, 1),
    ]),
    ...entries(results.human).flatMap(([keeper, human]) => atHumanPace(results, keeper, human)),
    ...entries(results.human).flatMap(([keeper, { cut }]) => [
      most(`the last of ${number(cut.clients, 0)} who were cut is back, s, ${titles[keeper]}`, cut.lastMs / 1000, 5, 2),
      most(`refused on the way back, ${titles[keeper]}`, cut.refused, 0, 0),
    ]),
    least('matches a second of the engine, four medium players, one core', median(results.simulated), 2000, 0),
  ];
}

type Durable = (typeof durable)[number];

const entries = <T>(by: Partial<Record<Keeper, T>>): [Durable, T][] =>
  durable.flatMap((keeper) => (by[keeper] === undefined ? [] : [[keeper, by[keeper]] as [Durable, T]]));

function ratio(results: Results, keeper: Durable, atMost: number): Target {
  const all = ratios(results, keeper, 'stock', 'cpuUs');
  return {
    what: `server CPU of a durable move to that of the stock room, ${titles[keeper]}`,
    target: `at most ${number(atMost, 1)}`,
    measured: spread(all, 2),
    isMet: median(all) <= atMost,
  };
}

function atASlowDisk(results: Results): Target {
  const all = ratios(results, 'sqlite-slow', 'sqlite', 'movesPerS');
  return {
    what: 'moves a second where each flush of SQLite takes 5 ms longer, to those of the disk as it is',
    target: 'at least 0.6',
    measured: spread(all, 2),
    isMet: median(all) >= 0.6,
  };
}

function pacedRatio(results: Results, keeper: Durable): Target {
  const all = ratios(results, keeper, 'stock', 'pacedP99Ms');
  return {
    what: `p99 at half of the pace to that of the stock room at half of its own, ${titles[keeper]}`,
    target: 'at most 2.0',
    measured: spread(all, 2),
    isMet: median(all) <= 2,
  };
}

function atHumanPace(results: Results, keeper: Durable, human: Results['human'][Keeper] & object): Target[] {
  const people = number(human.cut.clients, 0);
  const waitsForDisk = keeper !== 'redis-everysec';
  const atMost = waitsForDisk ? 3 * human.flushP99Ms : 10;
  const why = waitsForDisk ? ` (three times the disk's own flush, p99)` : '';
  return [
    most(
      `${people} players, % of a core above an idle stock server, ${titles[keeper]}`,
      (human.core - idleCore(results)) * 100,
      4,
      1,
    ),
    most(`their moves, p99, ms${why}, ${titles[keeper]}`, human.p99Ms, atMost, 1),
    most(`a ping beside them, p99, ms, ${titles[keeper]}`, human.pingP99Ms, 10, 1),
  ];
}

const most = (what: string, value: number, atMost: number, digits: number): Target => ({
  ...{ what, target: `at most ${number(atMost, digits)}`, measured: number(value, digits), isMet: value <= atMost },
});

const least = (what: string, value: number, atLeast: number, digits: number): Target => ({
  ...{ what, target: `at least ${number(atLeast, digits)}`, measured: number(value, digits), isMet: value >= atLeast },
});

export const tableOf = (targets: readonly Target[]): Table => [
  ['what', 'target', 'measured', ''],
  ...targets.map(({ what, target, measured, isMet }) => [what, target, measured, isMet ? 'met' : '**not met**']),
];
