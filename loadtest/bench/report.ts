import { type Figure, median, middle, type Results, ratios, rowNamed } from './results.ts';

/** A table: its first line is the head. */
export type Table = readonly (readonly string[])[];

/** So much of its core makes this process the bottleneck, and so much of a core that others take a round doubtful. */
const [busy, disturbed] = [0.92, 0.2];

const columns: readonly (readonly [title: string, figure: Figure, digits: number])[] = [
  ['CPU, main thread, µs', 'mainUs', 0],
  ['in the kernel, µs', 'systemUs', 0],
  ['Redis, µs', 'redisUs', 0],
  ['moves/s', 'movesPerS', 0],
  ['p50, ms', 'p50Ms', 1],
  ['p99, ms', 'p99Ms', 1],
  ['frames', 'frames', 1],
  ['writes', 'writes', 1],
  ['bytes', 'bytes', 0],
  ['steps', 'steps', 2],
  ['RSS, MB', 'rssMb', 0],
];

/** What a move costs, by row. */
export function costs(results: Pick<Results, 'rounds'>): Table {
  const names = Object.keys(results.rounds);
  const hasFloor = names.includes('stock');
  const head = ['', ...(hasFloor ? ['× stock'] : []), 'CPU, µs', ...columns.map(([title]) => title), ''];
  const lines = names.map((name) => [
    rowNamed(name).title,
    ...(hasFloor ? [spread(ratios(results, name, 'stock', 'cpuUs'), 2)] : []),
    spread(all(results, name, 'cpuUs'), 0),
    ...columns.map(([, figure, digits]) => number(middle(results, name, figure), digits)),
    notes(results, name),
  ]);
  return [head, ...lines];
}

/** At half of the pace. */
export function paced(results: Pick<Results, 'rounds'>): Table {
  const names = Object.keys(results.rounds);
  const head = ['', 'moves/s', 'p50, ms', 'p99, ms', 'ping beside it, p99, ms', 'own lag, p99, ms', ''];
  const lines = names.map((name) => [
    rowNamed(name).title,
    number(middle(results, name, 'movesPerS') / 2, 0),
    spread(all(results, name, 'pacedP50Ms'), 2),
    spread(all(results, name, 'pacedP99Ms'), 1),
    number(middle(results, name, 'pingP99Ms'), 1),
    number(middle(results, name, 'lagP99Ms'), 2),
    lagNote(results, name),
  ]);
  return [head, ...lines];
}

const all = ({ rounds }: Pick<Results, 'rounds'>, name: string, figure: Figure): number[] =>
  (rounds[name] ?? []).map((round) => round[figure]);

/** Nothing where there is no such figure. */
export const number = (value: number | undefined, digits: number): string =>
  value !== undefined && Number.isFinite(value)
    ? value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
    : '';

/** The middle one, from the least to the most. */
export function spread(values: readonly number[], digits: number): string {
  if (values.length === 0 || !values.every(Number.isFinite)) return '';
  const [least, most] = [Math.min(...values), Math.max(...values)].map((value) => number(value, digits));
  return least === most ? `${least}` : `${number(median(values), digits)} (${least} to ${most})`;
}

function notes({ rounds }: Pick<Results, 'rounds'>, name: string): string {
  const ofRow = rounds[name] ?? [];
  const count = (fits: (round: (typeof ofRow)[number]) => boolean) => ofRow.filter(fits).length;
  const held = count(({ generator, server }) => generator > busy && server < busy);
  const noisy = count(({ foreign }) => foreign > disturbed);
  const refused = ofRow.reduce((sum, round) => sum + round.refused, 0);
  return [
    rowNamed(name).hasRedis && 'Redis on the core of the clients',
    held > 0 && `the clients were the bottleneck in ${held} of ${ofRow.length}`,
    noisy > 0 && `something else took the processor in ${noisy} of ${ofRow.length}`,
    refused > 0 && `${refused} refused: ${ofRow.find(({ refusal }) => refusal)?.refusal}`,
  ]
    .filter(Boolean)
    .join('; ');
}

function lagNote({ rounds }: Pick<Results, 'rounds'>, name: string): string {
  const ofRow = rounds[name] ?? [];
  const late = ofRow.filter(
    ({ lagP99Ms, pacedP99Ms, pacedGenerator }) => pacedGenerator > busy || lagP99Ms > pacedP99Ms / 2,
  ).length;
  return late > 0 ? `the clients were the bottleneck in ${late} of ${ofRow.length}` : '';
}

/** For a terminal. */
export function textOf(table: Table): string {
  const widths = (table[0] ?? []).map((_, i) => Math.max(...table.map((line) => line[i]?.length ?? 0)));
  const cells = (line: readonly string[]) =>
    line.map((cell, i) =>
      i === 0 || i === line.length - 1 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0),
    );
  return table.map((line) => cells(line).join('  ').trimEnd()).join('\n');
}

/** For a page. */
export function markdownOf(table: Table): string {
  const [head = [], ...lines] = table;
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...lines.map(line)].join('\n');
}
