import { readFileSync } from 'node:fs';
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { Gate, OpenLoop } from './pace.ts';
import type { Usage } from './probe.ts';
import type { Row } from './rows.ts';
import type { Measured } from './servers.ts';
import type { Shape } from './shape.ts';
import { Meter, type Table } from './tables.ts';

export interface ClosedOptions {
  readonly rounds: number;
  readonly rooms: number;
  /** How long each is measured in a round. */
  readonly seconds: number;
  /** How long each runs before. */
  readonly warmSeconds: number;
  /** How long each plays then at half of its pace; 0: not at all. */
  readonly pacedSeconds: number;
}

/** What one round of a row has shown; times of processors are by move, µs. */
export interface Round {
  readonly movesPerS: number;
  /** Of all threads of the server. */
  readonly cpuUs: number;
  /** Of the one that runs JavaScript, and the part of it that is the kernel's. */
  readonly mainUs: number;
  readonly systemUs: number;
  readonly redisUs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly frames: number;
  readonly writes: number;
  readonly bytes: number;
  readonly rssMb: number;
  /** Appends to the journal, and public events, by move. */
  readonly steps: number;
  readonly events: number;
  /** What this process had of its core, from 0 to 1: near to 1 it was what held all up. */
  readonly generator: number;
  /** What the server had of its core. */
  readonly server: number;
  /** What others on this machine had, of one core: they had nothing to do with it. */
  readonly foreign: number;
  readonly refused: number;
  readonly refusal: string;
  /** At half of that many moves a second, each counted from when it was due. */
  readonly pacedP50Ms: number;
  readonly pacedP99Ms: number;
  /** How late this process was itself with moves, and what it had of its core then. */
  readonly lagP99Ms: number;
  readonly pacedGenerator: number;
  /** Meanwhile, of somebody whose table nothing happens at. */
  readonly pingP99Ms: number;
}

type Paced = Pick<Round, 'pacedP50Ms' | 'pacedP99Ms' | 'lagP99Ms' | 'pacedGenerator' | 'pingP99Ms'>;

/** All that is counted. */
interface Counts {
  readonly ms: number;
  readonly moves: number;
  readonly cpuUs: number;
  readonly mainUs: number;
  readonly systemUs: number;
  readonly redisUs: number;
  readonly frames: number;
  readonly writes: number;
  readonly bytes: number;
  readonly steps: number;
  readonly events: number;
  readonly generatorUs: number;
  readonly busyUs: number;
}

const sliceSeconds = 1;
/** What was asked may take so long to be answered, ms. */
const drainMs = 20_000;
/** Until a new pace is that of all tables, ms. */
const settleMs = 300;

/**
 * Rounds of a closed loop: at each table one move follows the other. All servers run from the beginning to the end, since
 * one that has just started still compiles what it does; and each plays for a second in turn while the others stand still:
 * whatever else this machine has to do, they share it.
 * @param tell of each round, that of each row
 * @returns the rounds of each row
 */
export async function measureClosed(
  rows: readonly Row[],
  shape: Shape,
  { rounds, rooms, seconds, warmSeconds, pacedSeconds }: ClosedOptions,
  tell: (n: number, round: readonly Round[]) => void = () => {},
): Promise<readonly (readonly Round[])[]> {
  const contenders = await Promise.all(rows.map((row) => Contender.start(row, shape)));
  try {
    for (const one of contenders) await one.warm(rooms, warmSeconds);
    const measured: Round[][] = rows.map(() => []);
    for (let n = 1; n <= rounds; n++) {
      for (const one of contenders) one.begin();
      for (let left = seconds; left > 0; left -= sliceSeconds)
        for (const one of contenders) await one.play(Math.min(left, sliceSeconds));
      if (pacedSeconds > 0) for (const one of contenders) await one.playPaced(pacedSeconds);
      const ofRound = await Promise.all(contenders.map((one) => one.round()));
      for (const [i, round] of ofRound.entries()) measured[i]?.push(round);
      tell(n, ofRound);
    }
    return measured;
  } finally {
    for (const one of contenders) await one.end();
  }
}

class Contender {
  readonly #row: Row;
  readonly #server: Measured;
  readonly #gate = new Gate();
  readonly #meter = new Meter();
  readonly #tables: Table[] = [];
  #slices: Counts[] = [];
  #movesInTime = 0;
  #msInTime = 0;
  #latencies: RecordableHistogram | undefined;
  #paced: Paced = {
    ...{ pacedP50Ms: Number.NaN, pacedP99Ms: Number.NaN },
    ...{ lagP99Ms: Number.NaN, pacedGenerator: Number.NaN, pingP99Ms: Number.NaN },
  };

  private constructor(row: Row, server: Measured) {
    this.#row = row;
    this.#server = server;
  }

  static async start(row: Row, shape: Shape): Promise<Contender> {
    return new Contender(row, await row.start(shape));
  }

  /** They sit down, and play for so long, what isn't measured. */
  async warm(rooms: number, seconds: number): Promise<void> {
    for (let n = 0; n < rooms; n++) {
      const seats = await this.#row.open(this.#server.url, n);
      this.#tables.push(this.#row.table(seats, this.#meter, this.#gate));
    }
    // Not all in step: else all matches would end together.
    for (const table of this.#tables) {
      table.begin();
      await pause((seconds * 500) / rooms);
    }
    await pause(seconds * 500);
    await this.#drain();
  }

  /** Another round. */
  begin(): void {
    this.#slices = [];
    [this.#movesInTime, this.#msInTime] = [0, 0];
    this.#latencies = undefined;
    this.#meter.reset();
  }

  async play(seconds: number): Promise<void> {
    const before = await this.#count();
    this.#gate.open();
    await pause(seconds * 1000);
    this.#movesInTime += this.#meter.moves - before.moves;
    this.#msInTime += performance.now() - before.ms;
    await this.#drain();
    const after = await this.#count();
    const names = Object.keys(after) as (keyof Counts)[];
    this.#slices.push(Object.fromEntries(names.map((name) => [name, after[name] - before[name]])) as unknown as Counts);
  }

  /** After all that was measured at full speed. */
  async playPaced(seconds: number): Promise<void> {
    this.#latencies = this.#meter.latencies;
    this.#meter.latencies = createHistogram();
    const bystander = await this.#row.bystander?.(this.#server.url);
    const loop = new OpenLoop(this.#movesPerS / 2, this.#tables.length);
    this.#gate.open(loop);
    await pause(settleMs);
    this.#meter.latencies.reset();
    loop.lag.reset();
    bystander?.roundTrips.reset();
    const before = process.cpuUsage();
    await pause(seconds * 1000);
    const { user, system } = process.cpuUsage(before);
    await this.#drain();
    bystander?.leave();
    const ms = (of: RecordableHistogram | undefined, percent: number) => (of?.percentile(percent) ?? Number.NaN) / 1000;
    const { latencies } = this.#meter;
    this.#paced = {
      pacedP50Ms: ms(latencies, 50),
      pacedP99Ms: ms(latencies, 99),
      lagP99Ms: ms(loop.lag, 99),
      pacedGenerator: (user + system) / (seconds * 1e6),
      pingP99Ms: ms(bystander?.roundTrips, 99),
    };
  }

  get #movesPerS(): number {
    return (this.#movesInTime * 1000) / this.#msInTime;
  }

  async round(): Promise<Round> {
    const sum = (name: keyof Counts) => this.#slices.reduce((all, slice) => all + slice[name], 0);
    const perMove = (name: keyof Counts) => sum(name) / sum('moves');
    const ofTime = (us: number) => us / 1000 / sum('ms');
    const { refused, refusal } = this.#meter;
    const latencies = this.#latencies ?? this.#meter.latencies;
    const { rssBytes } = await this.#server.usage();
    return {
      movesPerS: this.#movesPerS,
      cpuUs: perMove('cpuUs'),
      mainUs: perMove('mainUs'),
      systemUs: perMove('systemUs'),
      redisUs: perMove('redisUs'),
      p50Ms: latencies.percentile(50) / 1000,
      p99Ms: latencies.percentile(99) / 1000,
      frames: perMove('frames'),
      writes: perMove('writes'),
      bytes: perMove('bytes'),
      steps: perMove('steps'),
      events: perMove('events'),
      rssMb: rssBytes / 1024 ** 2,
      generator: ofTime(sum('generatorUs')),
      server: ofTime(sum('cpuUs')),
      foreign: Math.max(0, ofTime(sum('busyUs') - sum('cpuUs') - sum('redisUs') - sum('generatorUs'))),
      ...{ refused, refusal },
      ...this.#paced,
    };
  }

  end(): Promise<void> {
    return this.#server.dispose();
  }

  /** @returns when all stand still */
  async #drain(): Promise<void> {
    this.#gate.shut();
    const until = performance.now() + drainMs;
    while (this.#gate.waiting < this.#tables.length || this.#meter.asked > this.#meter.moves) {
      if (performance.now() > until)
        throw new Error(`${this.#row.name}: only ${this.#gate.waiting} of ${this.#tables.length} tables go on`);
      await pause(1);
    }
  }

  async #count(): Promise<Counts> {
    const steps = await this.#server.appends();
    const { cpuUs: redisUs } = await this.#server.redisUse();
    const usage: Usage = await this.#server.usage();
    const seats = this.#tables.flatMap((table) => table.seats);
    const own = process.cpuUsage();
    return {
      ...{ moves: this.#meter.moves, events: this.#meter.events, redisUs, steps, writes: usage.writes },
      cpuUs: usage.cpu.user + usage.cpu.system,
      mainUs: usage.main.user + usage.main.system,
      systemUs: usage.main.system,
      frames: seats.reduce((sum, seat) => sum + seat.frames, 0),
      bytes: seats.reduce((sum, seat) => sum + seat.bytes, 0),
      generatorUs: own.user + own.system,
      busyUs: busyUs(),
      ms: performance.now(),
    };
  }
}

/** What all processors of this machine have done so far, µs, in steps of 10 ms; NaN where that can't be told. */
function busyUs(): number {
  if (process.platform !== 'linux') return Number.NaN;
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n', 1);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = line.trim().split(/\s+/).slice(1).map(Number);
  return (user + nice + system + irq + softirq) * 10_000;
}

/** What a move of ours is, for the floors: as a short round has it. */
export async function shapeOf(row: Row, seats: number, options: ClosedOptions): Promise<Shape> {
  const nothing = { seats, frames: 0, bytes: 0, steps: 0, isWhole: false };
  const [[round] = []] = await measureClosed([row], nothing, { ...options, rounds: 1, pacedSeconds: 0 });
  return round ? { seats, frames: round.frames, bytes: round.bytes, steps: round.steps, isWhole: true } : nothing;
}
