import { costs, markdownOf, number, paced, type Table } from './report.ts';
import { type ByKeeper, idleCore, type Results, rowNamed } from './results.ts';
import type { Human, StockPeople } from './scenarios.ts';
import { tableOf, targetsOf } from './targets.ts';

const ofKeepers = <T>(by: ByKeeper<T>, head: readonly string[], cells: (one: T) => readonly string[]): Table => [
  ['', ...head],
  ...Object.entries(by).map(([name, one]) => [rowNamed(name).title, ...cells(one as T)]),
];

const percent = (share: number) => `${number(share * 100, 1)} %`;
type Moving = StockPeople['moving'];
const seconds = (ms: number) => number(ms / 1000, 2);

/** Beside the two big tables. */
export function furtherTables(results: Results): readonly (readonly [title: string, about: string, table: Table])[] {
  const { size, human, stockPeople, waiting, bots, killed, hops } = results;
  const people = number(size.tables * 4, 0);
  const idle = idleCore(results);
  const hopNames = ['of the process that has the room', 'of another one, which forwards'];
  return [
    [
      `${people} players at a human pace`,
      `${number(size.tables, 0)} matches of four, who think for 1 to 3.5 s; all times as the rules have them. Above the idle server is above a stock one with as many connections and the same pings, which had ${percent(idle)} of its core. "Ping" is what somebody waits whose room nothing happens in, "flush" what the disk took for 4 KB meanwhile, each p99.`,
      ofKeepers(
        { ...(stockPeople && { 'stock-frames': stockPeople.moving }), ...human } as ByKeeper<Moving & Partial<Human>>,
        [
          ...['core', 'above the idle server', 'a move above it, µs', 'Redis', 'moves/s', 'p50, ms', 'p99, ms'],
          ...['ping, ms', 'flush, ms', 'RSS, MB'],
        ],
        ({ core, movesPerS, ...one }) => [
          percent(core),
          percent(core - idle),
          number(((core - idle) * 1e6) / movesPerS, 0),
          percent(one.redis),
          number(movesPerS, 0),
          number(one.p50Ms, 1),
          number(one.p99Ms, 1),
          number(one.pingP99Ms, 1),
          number(one.flushP99Ms, 1),
          number(one.rssMb, 0),
        ],
      ),
    ],
    [
      `${people} connections cut at once`,
      'Then all of these lose their connections in one moment, and come back as the SDKs do: the first try after 0.2 s.',
      ofKeepers(human, ['median, s', 'the last, s', 'refused'], ({ cut }) => [
        seconds(cut.medianMs),
        seconds(cut.lastMs),
        number(cut.refused, 0),
      ]),
    ],
    [
      `${number(size.waitingRooms, 0)} waiting rooms`,
      'Nobody is connected to them.',
      ofKeepers(waiting, ['KB a room, RSS', 'core', 'Redis'], (one) => [
        number(one.kbRoom, 0),
        percent(one.core),
        percent(one.redis),
      ]),
    ],
    [
      `${number(size.botMatches, 0)} matches of computer players`,
      'In each of them one person is connected and does nothing, so that a computer player plays for them too.',
      ofKeepers(bots, ['core', 'Redis', 'appends/s', 'ping, p99, ms', 'RSS, MB'], (one) => [
        percent(one.core),
        percent(one.redis),
        number(one.appendsPerS, 0),
        number(one.pingP99Ms, 1),
        number(one.rssMb, 0),
      ]),
    ],
    [
      `${number(size.killedRooms, 0)} matches whose process is killed`,
      'On SQLite it is started again at once; on Redis another process has them, after a lease of 3 s. Until a player has the table back and was answered.',
      ofKeepers(killed, ['median, s', 'the last, s', 'tries that were refused'], (one) => [
        seconds(one.medianMs),
        seconds(one.lastMs),
        number(one.refused, 0),
      ]),
    ],
    [
      'A move by way of another process',
      'On Redis `everysec`, both processes on one core.',
      [
        ['asked', 'moves/s', 'p50, ms', 'p99, ms', 'CPU a move, µs', 'of the one that forwards, µs'],
        ...hops.map((hop, i) => [
          hopNames[i] ?? '',
          number(hop.movesPerS, 0),
          number(hop.p50Ms, 2),
          number(hop.p99Ms, 1),
          number(hop.cpuUs, 0),
          i === 0 ? '' : number(hop.proxyCpuUs, 0),
        ]),
      ],
    ],
  ];
}

/** `docs/performance.md`. */
export function documentOf(results: Results): string {
  const { at, minutes, machine, versions, size, simulated } = results;
  const facts = { date: at, ...machine, ...versions, 'it took': `${number(minutes, 0)} minutes` };
  return `# Performance

Written by \`npm run bench\`, from what it has measured; nothing here is typed by hand. \`docs/performance.json\` has all figures, and \`npm run plan\` goes by them ([scaling.md](scaling.md)).

${markdownOf([['', ''], ...Object.entries(facts)])}

How fast something is means little on a machine that nobody else has, so each row stands beside floors that were measured in the same round: what the same moves cost if a server only counts them. The server has one core, its clients the other. All servers of a round run at once, and each plays for a second in turn while the others stand still: whatever else the machine has to do, they share it. Numbers are medians of ${size.rounds} rounds, in brackets the least and the most.

## Targets
${markdownOf(tableOf(targetsOf(results)))}

## What a move costs
${size.rooms} rooms of four in a closed loop: at each table one move follows the other. A match has 30 turns, as one between people has; each turn is drawing a card and playing it. "Frames", "writes" (system calls) and "bytes" are what all four together are sent for a move, "steps" are appends to the journal. "As many frames and steps as ours" is a stock room that sends what ours sends, and knows nothing.

${markdownOf(costs(results))}

## At half of that pace
An open loop: moves are due at times of their own, and one that comes later since the table was still waiting has waited all that time. Each row is asked for half of what it could do above, so that a slower row is asked less.

${markdownOf(paced(results))}

${furtherTables(results)
  .map(([title, about, table]) => `## ${title}\n${about}\n\n${markdownOf(table)}`)
  .join('\n\n')}

## The engine alone
\`npm run simulate\`, four medium players, one core: ${simulated.map((n) => number(n, 0)).join(', ')} matches a second.

## What is not here
Watchers: nobody can watch a room without a seat in it, so there is nothing to measure.
`;
}
