import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import type { Round } from './closed.ts';
import { type Row, rows } from './rows.ts';
import type { BotMatches, Hop, Human, Killed, StockPeople, Waiting } from './scenarios.ts';
import type { Keeper } from './servers.ts';

/** All that a run of the bench has measured: `docs/performance.json` has it, and all else is made of that. */
export interface Results {
  readonly at: string;
  readonly minutes: number;
  readonly machine: Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, string>>;
  /** How much of everything there was. */
  readonly size: Size;
  /** By the name of a row. */
  readonly rounds: Readonly<Record<string, readonly Round[]>>;
  readonly stockPeople: StockPeople | null;
  readonly human: ByKeeper<Human>;
  readonly waiting: ByKeeper<Waiting>;
  readonly bots: ByKeeper<BotMatches>;
  readonly killed: ByKeeper<Killed>;
  /** Asked of the process that has the room, and of another one. */
  readonly hops: readonly Hop[];
  /** Matches a second, by run. */
  readonly simulated: readonly number[];
}

export type ByKeeper<T> = Readonly<Partial<Record<Keeper, T>>>;

export interface Size {
  readonly rounds: number;
  readonly rooms: number;
  readonly seconds: number;
  readonly warmSeconds: number;
  readonly pacedSeconds: number;
  readonly tables: number;
  readonly waitingRooms: number;
  readonly botMatches: number;
  readonly killedRooms: number;
  readonly simulatedMatches: number;
  /** How long the parts beside the rows are measured, what goes on before, and until a seat has lapsed, s. */
  readonly measured: number;
  readonly settled: number;
  readonly lapsed: number;
}

/** What a stock server has of its core with as many connections, of which nobody moves; NaN where that was not measured. */
export const idleCore = ({ stockPeople }: Pick<Results, 'stockPeople'>): number => stockPeople?.idle.core ?? Number.NaN;

export const rowNamed = (name: string): Row => rows.find((row) => row.name === name) as Row;

export function machine(): Record<string, string> {
  const [first] = cpus();
  return {
    processor: `${first?.model ?? 'unknown'}, ${cpus().length} cores`,
    memory: `${(totalmem() / 1024 ** 3).toFixed(0)} GB`,
    kernel: `Linux ${release()}`,
  };
}

export function versions(): Record<string, string> {
  const ofPackage = (name: string) => JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version;
  const [, redis = ''] = /v=(\S+)/.exec(execFileSync('redis-server', ['--version'], { encoding: 'utf8' })) ?? [];
  return {
    recall: `${JSON.parse(readFileSync('package.json', 'utf8')).version}${commit()}`,
    node: process.version.slice(1),
    '@colyseus/core': ofPackage('@colyseus/core'),
    ws: ofPackage('ws'),
    redis,
  };
}

/** With a mark where something has changed since. */
function commit(): string {
  try {
    const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8', stdio: 'pipe' }).trim();
    const isChanged = git('status', '--porcelain', 'src', 'package-lock.json') !== '';
    return ` (${git('rev-parse', '--short', 'HEAD')}${isChanged ? ', changed' : ''})`;
  } catch {
    return '';
  }
}

/** The middle one of them. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const [low = Number.NaN, high = Number.NaN] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return (low + high) / 2;
}

/** Names of what a round has by numbers. */
export type Figure = { [K in keyof Round]: Round[K] extends number ? K : never }[keyof Round];

/** The middle one of all rounds of a row. */
export const middle = ({ rounds }: Pick<Results, 'rounds'>, row: string, figure: Figure): number =>
  median((rounds[row] ?? []).map((round) => round[figure]));

/** What a row has in each round to what another has in the same one. */
export function ratios({ rounds }: Pick<Results, 'rounds'>, row: string, floor: string, figure: Figure): number[] {
  const others = rounds[floor] ?? [];
  return (rounds[row] ?? []).map((round, i) => round[figure] / (others[i]?.[figure] ?? Number.NaN));
}

export const resultsFile = 'docs/performance.json';

/**
 * What the last whole run has measured. What could not be measured is NaN, for which JSON has null.
 * @throws Error with one line where there is none
 */
export function readResults(): Results {
  if (!existsSync(resultsFile)) throw new Error(`${resultsFile} is missing: npm run bench writes it`);
  const revive = (key: string, value: unknown) => (value === null && key !== 'stockPeople' ? Number.NaN : value);
  return JSON.parse(readFileSync(resultsFile, 'utf8'), revive);
}
