import { drivers, held, planFor, planTable, processShare, redisShare, shared } from './planning.ts';
import { markdownOf, number, type Table } from './report.ts';
import { middle, type Results } from './results.ts';

const [begin, end] = ['<!-- figures -->', '<!-- /figures -->'];

/** The page with the figures of those results in it. @throws Error where it has no place for them */
export function withFigures(page: string, results: Results): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/scaling.md has no ${begin} … ${end}`);
  return `${page.slice(0, from)}${begin}\n${figures(results)}\n${page.slice(to)}`;
}

function figures(results: Results): string {
  const sizes = [10_000, 100_000, 1_000_000];
  const plans = sizes.map((players) => planFor(results, players, 'redis-always'));
  return [
    `Measured on ${results.at} (${results.machine.processor}; [performance.md](performance.md)); written by \`npm run bench\`.`,
    '**One process, one Redis:**',
    markdownOf(limits(results)),
    '**Multiplied** (`npm run plan`, Redis `always`); nothing of this size was ever run:',
    markdownOf(planTable(plans)),
    '**What costs:**',
    markdownOf(drivers(results, 'redis-always')),
  ].join('\n\n');
}

function limits(results: Results): Table {
  const cells = (cell: (keeper: (typeof shared)[number]) => string) => shared.map(cell);
  return [
    ['', 'Redis `always`', 'Redis `everysec`'],
    [
      `players of one process at ${processShare * 100} % of a core`,
      ...cells((keeper) => number(held(results, keeper).process, 0)),
    ],
    [
      `players of one Redis at ${redisShare * 100} % of a core`,
      ...cells((keeper) => number(held(results, keeper).redis, 0)),
    ],
    ['moves a second of one process, all out', ...cells((keeper) => number(middle(results, keeper, 'movesPerS'), 0))],
    [
      'KB of Redis for a table of four',
      ...cells((keeper) => {
        const human = results.human[keeper];
        return human ? number((human.redisMb * 1024 * 4) / human.cut.clients, 1) : '';
      }),
    ],
  ];
}
