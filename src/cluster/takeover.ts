import { createHash } from 'node:crypto';
import type { RedisJournal } from '../journal/redis.ts';
import type { Clock } from '../ops/clock.ts';
import type { Log } from '../ops/log.ts';
import { takeovers } from '../ops/metrics.ts';
import { living, type Processes } from './processes.ts';
import type { Recovery } from './recovery.ts';

export interface TakeoverOptions {
  /** The id of this process, for Colyseus and as an owner in the journal. */
  readonly self: string;
  readonly journal: Pick<RedisJournal, 'isAlive' | 'endLease' | 'abandoned'>;
  /** By which processes hand their rooms over. */
  readonly presence: {
    subscribe(channel: string, listener: (said: Handover) => void): unknown;
    unsubscribe(channel: string, listener: (said: Handover) => void): unknown;
  };
  readonly processes: Processes;
  /** Where rooms are listed, be they still there or not. */
  readonly index: {
    query(conditions: { processId: string }): Promise<readonly { readonly roomId: string }[]>;
    remove(roomId: string, processId: string): unknown;
  };
  readonly recovery: Recovery;
  readonly leaseMs: number;
  readonly clock: Pick<Clock, 'now' | 'elapsed' | 'at'>;
  readonly log: Log;
}

/** What a process that ends says here, as JSON: its id, and the rooms that it has released. */
export const handoverChannel = 'recall:handover';
export interface Handover {
  readonly from: string;
  readonly roomIds: readonly string[];
}

/** Looks in the time of a lease. */
const looksPerLease = 12;
/** Once in so many leases, and at least once in so many ms, rooms are looked for that fell between two processes. */
const leasesPerSearch = 10;
const searchMs = 30_000;

/**
 * The rooms of a process that has died, or that hands them over, are shared out among the living. A process is dead when
 * its Redis subscription has vanished with its connection, or when it has let its lease pass. To take a living one for
 * dead costs it its rooms and nothing else: the fencing token keeps two owners apart.
 */
export class Takeover {
  readonly #options: TakeoverOptions;
  readonly #underWay = new Set<string>();
  readonly #firstMissed = new Map<string, number>();
  /** By what is looked for. */
  readonly #callOffs = new Map<string, () => void>();
  /** Rooms were handed over, and this process could not see to it: from when on it looks for them (`elapsed`), or null. */
  #catchUpAt: number | null = null;
  #stopped = false;
  #connectedAt: number;

  constructor(options: TakeoverOptions) {
    this.#options = options;
    this.#connectedAt = options.clock.elapsed();
  }

  /** Looks about until `stop`. From now on the others look after this process, too. */
  async start(): Promise<void> {
    const { self, presence, processes, leaseMs } = this.#options;
    await presence.subscribe(handoverChannel, this.#receive);
    await processes.add(self);
    this.#repeat(leaseMs / looksPerLease, 'looking for dead processes failed', () => this.#look());
    // By itself: a room that takes its time to come must not keep this process from noticing a death.
    this.#repeat(Math.min(leasesPerSearch * leaseMs, searchMs), 'looking for rooms that nobody has failed', () =>
      this.#search(),
    );
  }

  stop(): void {
    this.#stopped = true;
    for (const callOff of this.#callOffs.values()) callOff();
    this.#options.presence.unsubscribe(handoverChannel, this.#receive);
  }

  /** This process had lost Redis: that others are not to be seen there says nothing of them for the time of a lease. */
  reconnected(): void {
    this.#connectedAt = this.#options.clock.elapsed();
  }

  #repeat(everyMs: number, failure: string, look: () => Promise<void>): void {
    if (this.#stopped) return;
    const { clock, log } = this.#options;
    const again = () => this.#repeat(everyMs, failure, look);
    const run = () =>
      void look()
        .catch((err) => log.debug({ err }, failure))
        .then(again);
    this.#callOffs.set(failure, clock.at(clock.now() + everyMs, run));
  }

  async #look(): Promise<void> {
    const { self, journal, processes, leaseMs, clock, log } = this.#options;
    const known = await processes.known();
    const connected = await processes.heardOf([...known, self]).catch((error) => {
      // A node of a Redis Cluster is away, and with it the connections of some: they listen elsewhere soon.
      this.reconnected();
      throw error;
    });
    // Taken for dead, and it lives: nobody would notice when it dies.
    if (connected.has(self) && !known.has(self) && !this.#stopped) await processes.add(self);
    if (this.#catchUpAt !== null && clock.elapsed() >= this.#catchUpAt) {
      this.#catchUpAt = null;
      this.#search().catch((err) => log.debug({ err }, 'looking for rooms that were handed over failed'));
    }
    const mayTell = clock.elapsed() - this.#connectedAt > leaseMs;
    for (const processId of known) {
      if (processId === self) continue;
      const isGone = mayTell && !connected.has(processId);
      if (isGone) await journal.endLease(processId);
      if (isGone || !(await journal.isAlive(processId))) void this.#takeOver(processId, connected);
      else this.#firstMissed.delete(processId);
    }
  }

  #search(): Promise<void> {
    const { journal, recovery } = this.#options;
    return this.#orSoon(async () => recovery.bringEach(await journal.abandoned()));
  }

  /** Rooms that could not be brought are looked for soon. @param bring returns whether all that can come have come */
  async #orSoon(bring: () => Promise<boolean>): Promise<void> {
    const { clock, leaseMs } = this.#options;
    let isDone = false;
    try {
      isDone = await bring();
    } finally {
      if (!isDone) this.#catchUpAt = clock.elapsed() + leaseMs / 2;
    }
  }

  async #takeOver(processId: string, connected: ReadonlySet<string>): Promise<void> {
    if (this.#underWay.has(processId)) return;
    this.#underWay.add(processId);
    const { index, processes, leaseMs, clock, log } = this.#options;
    try {
      const rooms = await index.query({ processId });
      const now = clock.elapsed();
      const missedAt = this.#firstMissed.get(processId) ?? now;
      this.#firstMissed.set(processId, missedAt);
      if (rooms.length === 0) {
        await processes.remove(processId);
        this.#firstMissed.delete(processId);
        return;
      }
      const all = rooms.map((room) => room.roomId);
      // Whoever was to take the others may be dead as well.
      const share = now - missedAt > 2 * leaseMs ? all : this.#shareOf(all, connected, processId);
      if (share.length > 0 && missedAt === now) {
        takeovers.inc({ why: 'death' });
        log.info({ processId, rooms: share.length }, 'taking over the rooms of a dead process');
      }
      await this.#bring(share, processId);
    } catch (err) {
      log.warn({ err, processId }, 'taking over failed; it is tried again');
    } finally {
      this.#underWay.delete(processId);
    }
  }

  /** What is nowhere any more is not listed as the dead process' either. */
  #bring(roomIds: readonly string[], from: string): Promise<boolean> {
    const { recovery, index } = this.#options;
    return recovery.bringEach(roomIds, (roomId) => index.remove(roomId, from));
  }

  /** The same for whoever computes it from the same set of living processes. */
  #shareOf(roomIds: readonly string[], connected: ReadonlySet<string>, dead: string): string[] {
    const living = [...connected].filter((processId) => processId !== dead).sort();
    const mine = living.indexOf(this.#options.self);
    return roomIds.filter((roomId) => mine !== -1 && numberOf(roomId) % living.length === mine);
  }

  readonly #receive = async ({ from, roomIds }: Handover): Promise<void> => {
    const { self, processes, log } = this.#options;
    if (from === self) return;
    const bringShare = async () => {
      const share = this.#shareOf(roomIds, await living(processes), from);
      if (share.length > 0) takeovers.inc({ why: 'handover' });
      return this.#bring(share, from);
    };
    await this.#orSoon(bringShare).catch((err) =>
      log.warn({ err, from }, 'rooms that were handed over are looked for as soon as that can be done'),
    );
  };
}

const numberOf = (roomId: string): number => createHash('sha1').update(roomId).digest().readUInt32BE();
