import { setTimeout as pause } from 'node:timers/promises';
import { type ChaosReport, settings, Tables } from './chaos.ts';
import { Cluster } from './cluster.ts';
import { ClusterNodes } from './clusterNodes.ts';
import { randomFrom } from './random.ts';
import { type Lasting, Sentinels } from './sentinels.ts';

export interface FailoverOptions {
  readonly kind: FailoverKind;
  /** How often a primary is killed and its disk thrown away, one after the other. */
  readonly failovers: number;
  /** What is drawn at random is the same for the same seed. */
  readonly seed: number;
  /** So many are being played all the while. */
  readonly matches: number;
  readonly processes: number;
  /** `WAIT_REPLICAS` of the processes. */
  readonly waitReplicas: number;
  /** The matches that run at the end are broken off. */
  readonly brief?: boolean;
  /** A line now and then. */
  readonly tell?: (line: string) => void;
}

export const failoverKinds = ['sentinel', 'cluster'] as const;
export type FailoverKind = (typeof failoverKinds)[number];

export interface FailoverReport extends Omit<ChaosReport, 'leaked' | 'reloads' | 'gaveUp' | 'waits'> {
  /** From the kill until a replica was the primary, and until every table had moved on, ms, ascending. */
  readonly promoted: readonly number[];
  readonly playing: readonly number[];
  /** Rooms of which something acknowledged was lost: what the checker says of those is in no list. */
  readonly lost: readonly string[];
}

/** Between a Redis that is whole and the next kill, at most. */
const calmMs = 1_500;
/** So long a primary goes on without its replica, ms. */
const cutOffMs = 500;
/** A table that does not move on for so long, when everything is whole again, is wedged. */
const wedgedMs = 90_000;

const start: Readonly<Record<FailoverKind, (settings: Record<string, string>) => Promise<Lasting>>> = {
  sentinel: (settings) => Sentinels.start(settings),
  cluster: (settings) => ClusterNodes.start(settings),
};

/** Plays matches while primaries of Redis are killed, one after the other, and their replicas take their places. */
export async function failOverAgain(options: FailoverOptions): Promise<FailoverReport> {
  const { kind, failovers, seed, matches, processes, waitReplicas, tell = () => {} } = options;
  const redis = await start[kind](waitReplicas > 0 ? { 'min-replicas-to-write': `${waitReplicas}` } : {});
  const cluster = await Cluster.on(redis, processes, {
    ...settings,
    WAIT_REPLICAS: `${waitReplicas}`,
    // That nothing can be stored for a while is what this is about.
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'fatal',
  });
  const random = randomFrom(seed);
  const tables = new Tables(cluster, seed);
  const [promoted, playing]: [number[], number[]] = [[], []];
  const stuck: string[] = [];
  try {
    const allPlay = Array.from({ length: matches }, () => tables.keepPlaying());
    for (let i = 1; i <= failovers; i++) {
      await tables.playOn();
      await pause(random.number() * calmMs);
      // As a rule its replica is behind by less than a move takes.
      if (random.chance(0.5)) {
        await redis.cutOff();
        await pause(cutOffMs);
      }
      const killedAt = performance.now();
      await redis.failOver();
      promoted.push(performance.now() - killedAt);
      // Without replicas to wait for it goes on at once.
      if (waitReplicas === 0) await Promise.race([tables.playOn(), pause(wedgedMs)]);
      await redis.makeWhole();
      const over = new AbortController();
      const wedged = pause(wedgedMs, `failover ${i}: a table does not move on`, { signal: over.signal }).catch(
        () => null,
      );
      const found = await Promise.race([tables.playOn(), wedged]);
      over.abort();
      if (found) stuck.push(found);
      playing.push(performance.now() - killedAt);
      tell(`${i} failovers, ${tables.report.matches} matches ended, ${tables.report.faults.length} faults`);
    }
    tables.stop(options.brief);
    await Promise.all(allPlay);
    const { report } = tables;
    // A room that was lost while people came to it is none to sit down in.
    const mayLose = (fault: string) => waitReplicas === 0 && fault.startsWith('no table: ');
    const lost = new Set(report.faults.filter((one) => one.includes(': lost: ') || mayLose(one)).map(roomOf));
    return {
      ...{ matches: report.matches, moves: report.moves, lost: [...lost] },
      faults: report.faults.filter((one) => !lost.has(roomOf(one))),
      stuck: [...stuck, ...report.stuck],
      ...{ promoted: ascending(promoted), playing: ascending(playing) },
    };
  } finally {
    // Others may have processes of theirs meanwhile.
    await Promise.all(cluster.processes.map((one) => one.end('SIGKILL')));
    await cluster.stop();
  }
}

const roomOf = (fault: string): string => fault.slice(0, fault.indexOf(': '));
const ascending = (times: readonly number[]): readonly number[] => times.toSorted((a, b) => a - b);

/** What is to be said of it. */
export function failoverSummary({ matches, moves, faults, stuck, lost, promoted, playing }: FailoverReport): string {
  const row = (what: string, times: readonly number[]) => {
    const at = (share: number) => `${((times[Math.ceil(share * times.length) - 1] ?? 0) / 1000).toFixed(2)} s`;
    return `| ${what} | ${at(0.5)} | ${at(1)} |`;
  };
  return [
    `${matches} matches ended, ${moves} moves acknowledged`,
    `faults ${faults.length}, stuck tables ${stuck.length}, rooms that lost something acknowledged ${lost.length}`,
    '',
    '| after the kill | median | longest |',
    '| --- | --- | --- |',
    row('a replica was the primary', promoted),
    row('another replica had followed, and every table had moved on', playing),
    ...[...faults, ...stuck.map((one) => `stuck: ${one}`), ...lost.map((one) => `lost: ${one}`)].slice(0, 50),
  ].join('\n');
}
