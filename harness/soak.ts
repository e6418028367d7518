import { createHistogram } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { closeCodes } from '../src/protocol/errors.ts';
import { type ChaosReport, endOf, leftIn } from './chaos.ts';
import { Cluster } from './cluster.ts';
import { Party } from './party.ts';
import { killAll, type Process } from './process.ts';
import { randomFrom } from './random.ts';
import { Storm, stormSettings, waysTo } from './storm.ts';
import type { TableRoom } from './table.ts';

export interface SoakOptions {
  readonly seconds: number;
  /** Who play all the while, four at a table. */
  readonly players: number;
  readonly seed: number;
  /** How often it is looked at, s. */
  readonly everySeconds: number;
  /** How long they think about a move at most, ms. */
  readonly thinkMs: number;
  /** Each connection of two at a table is cut about once in so long, ms: a minute by default. */
  readonly cutEveryMs?: number;
  /** After so many cuts a process is killed: 25 by default. */
  readonly cutsForAKill?: number;
  /** Hears each look. */
  readonly tell?: (sample: Sample) => void;
}

/** How it was at one moment, and since the one before. */
export interface Sample {
  /** Since it began, s. */
  readonly at: number;
  /** Of the process that is never killed. */
  readonly rssMb: number;
  readonly heapMb: number;
  readonly redisMb: number;
  /** Moves that were answered, and how long that took. */
  readonly moves: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly kills: number;
}

export interface SoakReport extends Pick<ChaosReport, 'matches' | 'faults' | 'stuck' | 'leaked'> {
  readonly samples: readonly Sample[];
  readonly cuts: number;
  readonly kills: number;
}

const seats = 4;
/**
 * What is kept of matches is gone soon: else there would be more of it all the while. People come back with their tokens for
 * as long as a match may take, and half of that again.
 */
const settings = { ...stormSettings, ROOM_TTL_S: '60', REPLAY_TTL_S: '60', SESSION_TTL_S: '600' };

/**
 * People play for a long time on three processes, of which two are killed again and again, while connections are cut. What
 * grows, grows in the third one, which lives from the beginning to the end.
 */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const { seconds, players, seed, everySeconds, thinkMs, cutEveryMs = 60_000, cutsForAKill = 25, tell } = options;
  const cluster = await Cluster.start(3, settings);
  const redis = cluster.redis.client();
  const [survivor, ...mortal] = cluster.processes as [Process, ...Process[]];
  const random = randomFrom(seed);
  const tables = Math.ceil(players / seats);
  const calmMs = cutEveryMs / tables;
  const storm = new Storm(random, { calmMs, cutsForAKill, victim: () => random.oneOf(mortal) });
  const took = createHistogram();
  const report = { matches: 0, faults: [] as string[], stuck: [] as string[] };
  const until = performance.now() + seconds * 1000;
  const goesOn = () => performance.now() < until;
  const play = async (table: number) => {
    for (let match = 0; goesOn(); match++) {
      const { ways, urls } = await waysTo(cluster.front);
      const party = await Party.begin({
        ...{ urls, people: seats, bots: 0, thinkMs, seed: seed * 1_000_000 + table * 1000 + match },
        onRoom(room) {
          measure(room, (ms) => took.record(Math.max(1, Math.round(ms * 1000))));
          // For good, by the server: nobody here has done anything to be closed for.
          room.onLeave((code, reason) => {
            if (code >= closeCodes.replaced) report.faults.push(`${room.roomId}: closed with ${code}, ${reason}`);
          });
        },
      });
      storm.ways.push(...ways);
      if ((await endOf(party)) === 'over') report.matches++;
      else report.stuck.push(party.roomId);
      storm.spare(ways);
      report.faults.push(...(await party.faults(cluster.read)).map((fault) => `${party.roomId}: ${fault}`));
      await party.leave();
      await Promise.all(ways.map((way) => way.dispose()));
    }
  };
  try {
    const playing = Promise.all(Array.from({ length: tables }, (_, table) => play(table)));
    const samples: Sample[] = [];
    const looking = (async () => {
      for (const begun = performance.now(); goesOn(); ) {
        took.reset();
        await pause(everySeconds * 1000);
        const sample = {
          at: (performance.now() - begun) / 1000,
          ...(await memoryOf(survivor, redis)),
          ...{ moves: took.count, p50Ms: took.percentile(50) / 1000, p99Ms: took.percentile(99) / 1000 },
          kills: storm.kills,
        };
        samples.push(sample);
        tell?.(sample);
      }
    })();
    await Promise.all([playing, looking, storm.rage(goesOn)]);
    const leaked = await leftIn(cluster);
    const faults = [...report.faults, ...cluster.complaints];
    return { samples, ...report, faults, cuts: storm.cuts, kills: storm.kills, leaked };
  } finally {
    await killAll();
    await cluster.stop();
  }
}

/** How long each request of it takes that is answered, ms. */
function measure(room: TableRoom, took: (ms: number) => void): void {
  const request = room.request.bind(room) as (...all: unknown[]) => Promise<unknown>;
  const timed = async (...all: unknown[]) => {
    const since = performance.now();
    const answer = await request(...all);
    took(performance.now() - since);
    return answer;
  };
  Object.assign(room, { request: timed });
}

async function memoryOf(survivor: Process, redis: Redis): Promise<Pick<Sample, 'rssMb' | 'heapMb' | 'redisMb'>> {
  const metrics = await (await fetch(`${survivor.url}/metrics`)).text();
  const mb = (text: string, name: RegExp) => Number(name.exec(text)?.[1]) / 1024 ** 2;
  return {
    rssMb: mb(metrics, /^process_resident_memory_bytes (\S+)/m),
    heapMb: mb(metrics, /^nodejs_heap_size_used_bytes (\S+)/m),
    redisMb: mb(await redis.info('memory'), /^used_memory:(\d+)/m),
  };
}

/** What it was in the last quarter to what it was in the second: in the first all is still filling up. */
export function growthOf(samples: readonly Sample[], of: 'rssMb' | 'heapMb' | 'redisMb' | 'p50Ms' | 'p99Ms'): number {
  const quarter = (n: number) => {
    const [from, to] = [n, n + 1].map((one) => Math.floor((one * samples.length) / 4));
    const values = samples.slice(from, to).map((sample) => sample[of]);
    return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
  };
  return quarter(3) / quarter(1);
}
