import type { Connection } from './connection.ts';
import { Counts } from './counts.ts';
import type { Asked } from './modelJournal.ts';
import { type Fault, ModelStore } from './modelStore.ts';
import type { SimulatedPlayer } from './player.ts';
import { Random } from './random.ts';
import { Schedule } from './schedule.ts';
import { Server } from './server.ts';
import { type Settings, settingsOf } from './settings.ts';
import { Shared } from './shared.ts';
import { Witness } from './witness.ts';

/** Everything that there is in one run, and the network between it. */
export class World {
  readonly seed: number;
  readonly random: Random;
  readonly schedule = new Schedule();
  readonly counts = new Counts();
  readonly witness = new Witness(
    this.counts,
    () => this.schedule.now,
    (line) => this.trace(line),
  );
  readonly settings: Settings;
  /** Players take part in deals. */
  readonly hasParts: boolean;
  readonly store: ModelStore;
  readonly shared = new Shared(this);
  readonly fault: Fault | undefined;
  /** Dead ones included. */
  readonly servers = new Map<string, Server>();
  readonly players: SimulatedPlayer[] = [];
  readonly connections = new Set<Connection>();
  readonly #trace: ((line: string) => void) | undefined;
  /** A fault of all processes: their timers wait for a wall clock. */
  readonly hasWallClocks: boolean;
  readonly #startedAt = this.schedule.now;
  /** The room that the players have agreed on. */
  roomId: string | null = null;
  isStoreDown = false;
  /** Trouble that waits for its moment: the next time that this is asked of the journal, or that a room is recovered. */
  cutsNext: Asked | null = null;
  onRecovery: ((server: Server) => void) | null = null;
  /** The trouble is over. */
  isQuiet = false;

  constructor(seed: number, options: { fault?: Fault; wallClocks?: boolean; trace?: (line: string) => void }) {
    this.seed = seed;
    this.hasParts = new Random(seed, 'parts').chance(0.5);
    this.fault = options.fault;
    this.hasWallClocks = options.wallClocks ?? false;
    this.random = new Random(seed, 'world');
    this.settings = settingsOf(this.random, this.seed);
    this.#trace = options.trace;
    const { leaseMs } = this.settings;
    this.store = new ModelStore({ now: () => this.schedule.now, leaseMs, watcher: this.witness, fault: options.fault });
  }

  /** ms since the beginning. */
  get time(): number {
    return this.schedule.now - this.#startedAt;
  }

  /** The match has ended, or the room. */
  get isFinished(): boolean {
    if (this.roomId === null) return false;
    const { room } = this.witness.ledger(this.roomId);
    return room.closed !== null || room.match?.phase === 'finished';
  }

  get living(): Server[] {
    return [...this.servers.values()].filter(({ process }) => !process.isDead);
  }

  trace(line: string | (() => string)): void {
    this.#trace?.(`${String(this.time).padStart(7)}  ${typeof line === 'string' ? line : line()}`);
  }

  startServer(): void {
    const name = `p${this.servers.size + 1}`;
    this.trace(`${name} starts`);
    this.servers.set(name, new Server(this, name));
  }

  /** Asks another process for something. @returns null where there is no answer in time. */
  call<T>(server: Server, work: () => Promise<T>, patienceMs = 3_000): Promise<T | null> {
    return new Promise((resolve) => {
      const answered = (answer: T) => this.schedule.after(this.#latency(), () => resolve(answer));
      const refused = (error: unknown) => {
        this.witness.fault(error);
        this.schedule.after(this.#latency(), () => resolve(null));
      };
      this.schedule.after(this.#latency(), () => {
        server.process.in(() => {
          work().then(
            (answer) => server.process.out(() => answered(answer)),
            (error) => server.process.out(() => refused(error)),
          );
        });
      });
      this.schedule.after(patienceMs, () => resolve(null));
    });
  }

  /** Its connections break; that to Redis may stay open until its lease is over, as when its machine is gone. */
  lostProcess(lost: Server): void {
    for (const connection of [...this.connections]) if (connection.goesThrough(lost)) connection.cut();
    if (this.random.chance(0.7)) this.shared.unheard(lost, Number.POSITIVE_INFINITY);
  }

  #latency(): number {
    return this.random.between(1, 30);
  }
}
