import type { Build } from './build.ts';
import type { Style } from './choose.ts';
import { Cluster } from './cluster.ts';
import { Party } from './party.ts';
import { killAll } from './process.ts';

export interface UpgradeOptions {
  /** All processes are of the first one, then of the second, then of the first again. */
  readonly builds: readonly [Build, Build];
  /** How each process is ended before it is replaced, in turn. */
  readonly signals: readonly ('SIGTERM' | 'SIGKILL')[];
  readonly tables: number;
  readonly thinkMs: number;
}

export interface UpgradeReport {
  readonly moves: number;
  /** What the checker has found; and matches that did not go through all builds. */
  readonly faults: readonly string[];
  /** With which codes the SDK gave up, so that `client.reconnect` was needed. */
  readonly gaveUp: readonly number[];
  /** How long somebody was without their table while each process was replaced, at most, ms. */
  readonly silences: readonly number[];
}

/** Players who do not end their match, as well as they can help it. */
export const endless: Partial<Style> = { sameRank: 0, guesses: 0, collects: 0, callsAt: -1000, callsAnyway: 0 };
/** Players who do, as soon as they can. */
export const ending: Partial<Style> = { ...endless, callsAt: 1000 };

/** Replaces all processes under running matches, one after the other, by those of another build, and back again. */
export async function upgradeAndBack({ builds, signals, tables, thinkMs }: UpgradeOptions): Promise<UpgradeReport> {
  const [first, second] = builds;
  const cluster = await Cluster.start(2, { MAX_TURNS: '10000' }, undefined, first);
  try {
    const waits: number[] = [];
    const onWait = (ms: number) => void waits.push(ms);
    const { urls } = cluster;
    const parties = await Party.beginAll(tables, { urls, bots: 0, thinkMs, style: endless, onWait });
    const silences: number[] = [];
    for (const build of [second, first]) {
      for (const process of cluster.processes) {
        const signal = signals[silences.length % signals.length] as 'SIGTERM' | 'SIGKILL';
        if (signal === 'SIGTERM') cluster.front.leaveOut(process.port);
        await process.end(signal);
        await process.start(build);
        cluster.front.takeIn(process.port);
        await Promise.all(parties.map((party) => party.playOn()));
        silences.push(Math.max(0, ...waits.splice(0)));
      }
    }
    const witnesses = parties.flatMap((party) => party.witnesses);
    const over = witnesses.filter(({ state }) => state.phase === 'finished');
    for (const one of witnesses) one.plays(ending);
    await Promise.all(parties.map((party) => party.finished()));
    const faults = await Promise.all(parties.map((party) => party.faults(cluster.read)));
    return {
      moves: parties.reduce((sum, { accepted }) => sum + accepted, 0),
      faults: [...faults.flat(), ...over.map(({ sessionId }) => `${sessionId} has seen the match end too early`)],
      gaveUp: witnesses.flatMap(({ gaveUp }) => gaveUp),
      silences,
    };
  } finally {
    await killAll();
    await cluster.stop();
  }
}
