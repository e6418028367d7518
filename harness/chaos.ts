import { setTimeout as pause } from 'node:timers/promises';
import { Build } from './build.ts';
import { Cluster } from './cluster.ts';
import { Party } from './party.ts';
import { killAll, type Process } from './process.ts';
import { type Random, randomFrom } from './random.ts';

export interface ChaosOptions {
  /** How often a process is killed, one after the other. */
  readonly kills: number;
  /** What is drawn at random is the same for the same seed; what the clients and processes make of it isn't. */
  readonly seed: number;
  /** So many are being played all the while. */
  readonly matches: number;
  readonly processes: number;
  /** Which a process that starts again may be of; with more than one, processes are reloaded between the kills, too. */
  readonly builds?: readonly Build[];
  /** A line now and then. */
  readonly tell?: (line: string) => void;
}

export interface ChaosReport {
  readonly matches: number;
  readonly moves: number;
  /** How often a process was ended by SIGTERM, and started as another build. */
  readonly reloads: number;
  /** What the checker has found. */
  readonly faults: readonly string[];
  /** Rooms whose match didn't end. */
  readonly stuck: readonly string[];
  /** Keys of rooms that are left in Redis when everybody has left. */
  readonly leaked: readonly string[];
  /** With which codes the SDK gave up, so that `client.reconnect` was needed. */
  readonly gaveUp: readonly number[];
  /** Times from a lost connection until the table was there again, ms, ascending. */
  readonly waits: readonly number[];
}

/** A match of a few turns, whose last deadline is never far. */
const room = { turn_time_limit: 10 };
/** A match in which no move was acknowledged for so long does not go on. */
const stuckMs = 90_000;
/** Longer than a room lives that everybody has left. */
const leftMs = 75_000;
export const settings = {
  ...{ EMPTY_ROOM_S: '0.5', RECONNECT_GRACE_S: '30', LEASE_S: '3', SAME_RANK_WINDOW_S: '0.2' },
  // A room whose process died while it opened, so that nobody was told of it, ends with its time.
  ROOM_TTL_S: '60',
};
/** Between two kills, at most. */
const calmMs = 1_500;

/** Plays matches on some processes and kills these, one after the other, and starts them again. */
export async function wreakHavoc(options: ChaosOptions): Promise<ChaosReport> {
  const { kills, seed, matches, processes, builds = [Build.workingTree], tell = () => {} } = options;
  const cluster = await Cluster.start(processes, settings);
  const random = randomFrom(seed);
  const tables = new Tables(cluster, seed);
  try {
    const playing = Array.from({ length: matches }, () => tables.keepPlaying());
    let reloads = 0;
    const killing = (async () => {
      for (let i = 1; i <= kills; i++) {
        await pause(random.number() * calmMs);
        await endOne(cluster.processes, 'SIGKILL', builds, random);
        if (builds.length > 1 && random.chance(0.5)) {
          await pause(random.number() * calmMs);
          await endOne(cluster.processes, 'SIGTERM', builds, random);
          reloads++;
        }
        if (i % 10 === 0)
          tell(`${i} kills, ${tables.report.matches} matches ended, ${tables.report.faults.length} faults`);
      }
      tables.stop();
    })();
    await Promise.all([...playing, killing]);
    const leaked = await leftIn(cluster);
    const { report } = tables;
    return { ...report, faults: [...report.faults, ...cluster.complaints], reloads, leaked };
  } finally {
    await killAll();
    await cluster.stop();
  }
}

/** One always lives; the one before may still be starting. */
async function endOne(
  processes: readonly Process[],
  signal: 'SIGKILL' | 'SIGTERM',
  builds: readonly Build[],
  random: Random,
): Promise<void> {
  const victim = random.oneOf(processes) as Process;
  const others = processes.filter((one) => one !== victim);
  await Promise.race(others.map((one) => one.serves()));
  await victim.end(signal);
  // The next one to end doesn't wait for it, and may come while it starts.
  victim.start(builds.length > 1 ? random.oneOf(builds) : builds[0]).catch(() => {});
}

/**
 * @param otherwise how else it may end
 * @returns what has become of a match: one in which no move is accepted for so long is stuck
 */
export async function endOf<End extends string>(
  party: Party,
  otherwise?: Promise<End>,
): Promise<'over' | 'gone' | 'stuck' | End> {
  for (let before = -1; party.accepted > before; ) {
    before = party.accepted;
    const patience = new AbortController();
    const end = await Promise.race([
      party.finished().then(() => 'over' as const),
      party.gone().then(() => 'gone' as const),
      ...(otherwise ? [otherwise] : []),
      pause(stuckMs, null, { signal: patience.signal }).catch(() => null),
    ]);
    patience.abort();
    if (end !== null) return end;
  }
  return 'stuck';
}

/** Everything of a room ends with it; a seat whose person was never told of it is held until its grace ends. */
export async function leftIn(cluster: Cluster): Promise<readonly string[]> {
  for (const since = performance.now(); performance.now() - since < leftMs; await pause(200)) {
    if ((await cluster.keysOfRooms()).length === 0) return [];
  }
  return cluster.keysOfRooms();
}

/** Tables at which one match after the other is played. */
export class Tables {
  readonly #cluster: Pick<Cluster, 'urls' | 'read'>;
  readonly #seed: number;
  readonly #report = {
    matches: 0,
    moves: 0,
    faults: [] as string[],
    stuck: [] as string[],
    gaveUp: [] as number[],
    waits: [] as number[],
  };
  readonly #parties = new Set<Party>();
  #begun = 0;
  #stopped = false;
  readonly #broken = Promise.withResolvers<void>();

  constructor(cluster: Pick<Cluster, 'urls' | 'read'>, seed: number) {
    this.#cluster = cluster;
    this.#seed = seed;
  }

  get report(): Omit<ChaosReport, 'leaked' | 'reloads'> {
    return { ...this.#report, waits: this.#report.waits.toSorted((a, b) => a - b) };
  }

  /**
   * The matches that run are the last.
   * @param now they are not played to their end
   */
  stop(now = false): void {
    this.#stopped = true;
    if (now) this.#broken.resolve();
  }

  async keepPlaying(): Promise<void> {
    while (!this.#stopped) {
      const i = this.#begun++;
      const wayBack = i % 4 === 3 ? 'by token' : 'automatic';
      const onWait = (ms: number) => this.#report.waits.push(ms);
      const seed = this.#seed * 1_000_000 + i;
      const { urls } = this.#cluster;
      const party = await Party.begin({ urls, seed, room, thinkMs: 300, wayBack, onWait }).catch((error) => {
        this.#report.faults.push(`no table: ${error}`);
      });
      if (party) await this.#play(party);
    }
  }

  /** @returns when every table has moved on, or has come to its end. */
  async playOn(): Promise<void> {
    const onwards = (party: Party) => Promise.race([party.playOn(), party.finished(), party.gone()]);
    await Promise.all([...this.#parties].map(onwards));
  }

  async #play(party: Party): Promise<void> {
    this.#parties.add(party);
    const over = new AbortController();
    void party.keepBegun(over.signal);
    const end = await endOf(
      party,
      this.#broken.promise.then(() => 'broken off' as const),
    );
    over.abort();
    this.#parties.delete(party);
    if (end === 'over') this.#report.matches++;
    if (end === 'stuck') this.#report.stuck.push(party.roomId);
    if (end === 'gone') this.#report.faults.push(`${party.roomId}: lost: the room is nowhere`);
    this.#report.moves += party.accepted;
    this.#report.faults.push(...(await party.faults(this.#cluster.read)).map((fault) => `${party.roomId}: ${fault}`));
    this.#report.gaveUp.push(...party.witnesses.flatMap(({ gaveUp }) => gaveUp));
    await party.leave();
  }
}

/** What is to be said of it. */
export function summaryOf({ matches, moves, reloads, faults, stuck, leaked, gaveUp, waits }: ChaosReport): string {
  const at = (share: number) => `${((waits[Math.ceil(share * waits.length) - 1] ?? 0) / 1000).toFixed(2)} s`;
  return [
    `${matches} matches ended, ${moves} moves acknowledged, ${reloads} reloads`,
    `faults ${faults.length}, stuck rooms ${stuck.length}, leaked keys ${leaked.length}`,
    `players lost their table ${waits.length} times; the SDK gave up ${gaveUp.length} times ${gaveUp}`.trimEnd(),
    '',
    '| until the table was back | median | 99 % | longest |',
    '| --- | --- | --- | --- |',
    `| ${waits.length} times | ${at(0.5)} | ${at(0.99)} | ${at(1)} |`,
    ...[...faults, ...stuck.map((one) => `stuck: ${one}`), ...leaked.map((one) => `leaked: ${one}`)].slice(0, 50),
  ].join('\n');
}
