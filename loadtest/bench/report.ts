import type { Round } from './closed.ts';
import type { Row } from './rows.ts';

type Figure = keyof Round;

/** The middle one of them. */
function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const [low = Number.NaN, high = Number.NaN] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return (low + high) / 2;
}

const columns: readonly (readonly [title: string, figure: Figure, digits: number])[] = [
  ['CPU µs', 'cpuUs', 0],
  ['main µs', 'mainUs', 0],
  ['kernel µs', 'systemUs', 0],
  ['Redis µs', 'redisUs', 0],
  ['moves/s', 'movesPerS', 0],
  ['p50 ms', 'p50Ms', 1],
  ['p99 ms', 'p99Ms', 1],
  ['frames', 'frames', 1],
  ['writes', 'writes', 1],
  ['bytes', 'bytes', 0],
  ['steps', 'steps', 2],
  ['RSS MB', 'rssMb', 0],
  ['server', 'server', 2],
  ['clients', 'generator', 2],
  ['others', 'foreign', 2],
];

/** So much of its core makes the generator the bottleneck, and so much of a core that others take a round doubtful. */
const busy = 0.92;
const disturbed = 0.2;

/** The table, for a terminal. */
export function textOf(measured: ReadonlyMap<Row, readonly Round[]>): string {
  const floor = [...measured].find(([{ name }]) => name === 'stock')?.[1];
  const lines = [...measured].map(([row, rounds]) => {
    const cells = columns.map(([, figure, digits]) => median(rounds.map((round) => round[figure])).toFixed(digits));
    return [row.name, ratioText(rounds, floor), spreadText(rounds), ...cells, notes(row, rounds)];
  });
  const head = ['a move, median', '× stock', 'CPU µs', ...columns.map(([title]) => title), ''];
  const widths = head.map((title, i) => Math.max(title.length, ...lines.map((line) => line[i]?.length ?? 0)));
  return [head, ...lines]
    .map((line) =>
      line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  '),
    )
    .join('\n');
}

/** Of the CPU time of a move to that of the floor in the same round: the median of all rounds, from the least to the most. */
function ratioText(rounds: readonly Round[], floor: readonly Round[] | undefined): string {
  if (!floor) return '';
  const ratios = rounds.map(({ cpuUs }, i) => cpuUs / (floor[i]?.cpuUs ?? Number.NaN));
  return `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`;
}

function spreadText(rounds: readonly Round[]): string {
  const all = rounds.map(({ cpuUs }) => cpuUs);
  return `${Math.min(...all).toFixed(0)} to ${Math.max(...all).toFixed(0)}`;
}

function notes(row: Row, rounds: readonly Round[]): string {
  const held = rounds.filter(({ generator, server }) => generator > busy && server < busy).length;
  const noisy = rounds.filter(({ foreign }) => foreign > disturbed).length;
  const refused = rounds.reduce((sum, round) => sum + round.refused, 0);
  return [
    row.hasRedis && 'Redis on the core of the clients',
    held > 0 && `clients were the bottleneck in ${held}`,
    noisy > 0 && `others were busy in ${noisy}`,
    refused > 0 && `${refused} refused`,
  ]
    .filter(Boolean)
    .join('; ');
}
