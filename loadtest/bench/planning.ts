import { number, type Table } from './report.ts';
import { idleCore, median, type Results } from './results.ts';
import type { Keeper } from './servers.ts';

/** What so many people need who are connected and play, four at a table, at a human pace. */
export interface Plan {
  readonly players: number;
  readonly movesPerS: number;
  /** Cores that are busy. */
  readonly cores: number;
  /** The same where each connection is forwarded that comes in at another process than its room's. */
  readonly forwardedCores: number;
  readonly processes: number;
  readonly forwardedProcesses: number;
  readonly memoryGb: number;
  readonly redisCores: number;
  /** As many sites, each with a Redis of its own, or primaries of a Cluster. */
  readonly redises: number;
  readonly redisGb: number;
  readonly redisCommandsPerS: number;
  readonly redisMbitPerS: number;
  /** To players, with what TCP and IP add. */
  readonly mbitPerS: number;
  readonly tbAMonth: number;
}

/** A process, and a Redis, are asked for no more of their core: the rest is for bursts, and for the rooms of one that dies. */
export const [processShare, redisShare] = [0.5, 0.6];
/** What each write costs beside its bytes: headers of TCP (with timestamps), IP and Ethernet. */
const bytesAPacket = 66;
const secondsAMonth = 30 * 24 * 3600;

/** The journals that a plan can be made for. */
export const shared = ['redis-always', 'redis-everysec'] as const satisfies readonly Keeper[];

/**
 * Multiplies what was measured with so many players. All but the parts of a process is taken to grow as they do.
 * @throws Error where the results don't have it
 */
export function planFor(results: Results, players: number, keeper: Keeper): Plan {
  const human = results.human[keeper];
  if (!human) throw new Error(`players at a human pace were not measured with ${keeper}: npm run bench`);
  const times = players / human.cut.clients;
  const cores = human.core * times;
  const redisCores = human.redis * times;
  const processes = Math.ceil(cores / processShare);
  const [, forwarded] = results.hops;
  const perMove = (forwarded?.proxyCpuUs ?? Number.NaN) / 1e6;
  // Of so many processes behind one address, all but one are not the room's.
  const forwardedCores = cores + human.movesPerS * times * perMove * (1 - 1 / Math.max(1, processes));
  const bytesPerS = (human.bytesPerS + human.writesPerS * bytesAPacket) * times;
  return {
    players,
    movesPerS: human.movesPerS * times,
    ...{ cores, forwardedCores, processes, redisCores },
    forwardedProcesses: Math.ceil(forwardedCores / processShare),
    memoryGb: (human.rssMb * times) / 1024,
    redises: Math.ceil(redisCores / redisShare),
    redisGb: (human.redisMb * times) / 1024,
    redisCommandsPerS: human.redisCommandsPerS * times,
    redisMbitPerS: (human.redisBytesPerS * times * 8) / 1e6,
    mbitPerS: (bytesPerS * 8) / 1e6,
    tbAMonth: (bytesPerS * secondsAMonth) / 1e12,
  };
}

/** How many players one process, and one Redis, hold, about. */
export function held(results: Results, keeper: Keeper): { readonly process: number; readonly redis: number } {
  const { cores, redisCores } = planFor(results, 1, keeper);
  return { process: Math.round(processShare / cores), redis: Math.round(redisShare / redisCores) };
}

/** A column for each plan. */
export function planTable(plans: readonly Plan[]): Table {
  const row = (what: string, cell: (plan: Plan) => string) => [what, ...plans.map(cell)];
  return [
    row('players', ({ players }) => number(players, 0)),
    row('moves a second', ({ movesPerS }) => number(movesPerS, 0)),
    row(`processes, each at ${processShare * 100} % of a core`, ({ processes }) => number(processes, 0)),
    row('the same, all behind one address', ({ forwardedProcesses }) => number(forwardedProcesses, 0)),
    row('their memory, GB', ({ memoryGb }) => number(memoryGb, 0)),
    row(`Redis (sites, or primaries of a Cluster), each at ${redisShare * 100} % of a core`, ({ redises }) =>
      number(redises, 0),
    ),
    row('memory of all Redis, GB', ({ redisGb }) => number(redisGb, 1)),
    row('commands to all Redis, a second', ({ redisCommandsPerS }) => number(redisCommandsPerS, 0)),
    row('Mbit/s to all Redis', ({ redisMbitPerS }) => number(redisMbitPerS, 0)),
    row('Mbit/s to players', ({ mbitPerS }) => number(mbitPerS, 0)),
    row('TB a month to players', ({ tbAMonth }) => number(tbAMonth, 1)),
  ];
}

/** What the processor is busy with: connections that say nothing, and moves. */
export function drivers(results: Results, keeper: Keeper): Table {
  const human = results.human[keeper];
  const closed = results.rounds[keeper] ?? [];
  const idle = idleCore(results) / (human?.core ?? Number.NaN);
  const kernel = median(closed.map(({ systemUs, cpuUs }) => systemUs / cpuUs));
  const percent = (share: number) => `${number(share * 100, 0)} %`;
  return [
    ['what costs', 'share'],
    ['of the processor at a human pace: connections as such (pings), as a stock server has them', percent(idle)],
    ['the rest: moves, timers, who is there', percent(1 - idle)],
    ['of a move at full speed: the kernel, for sockets', percent(kernel)],
    ['the rest: rules, state, messages, the journal', percent(1 - kernel)],
  ];
}
