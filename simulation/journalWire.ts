import { JournalUnavailable } from '../src/journal/journal.ts';
import type { Asked, Wire } from './modelJournal.ts';
import type { ModelStore } from './modelStore.ts';
import type { Process } from './process.ts';
import type { World } from './world.ts';

interface Request {
  readonly what: Asked;
  readonly step: (store: ModelStore) => unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
  readonly connection: number;
  readonly sentAt: number;
  stage: 'on its way' | 'done' | 'settled';
  isLost: boolean;
}

/** So long may the store be silent until what was asked counts as in doubt. */
const silenceMs = 1_000;
/** How long a store with the fault `early` takes to store what it has acknowledged. */
const laterMs = 300;

/**
 * The connection of one process to the store. What was sent when it breaks is in doubt: it may never arrive, or have been
 * done already, or arrive yet, after everything that a newer connection brings.
 */
export class JournalWire implements Wire {
  readonly #world: World;
  readonly #process: Process;
  readonly #onAvailability: (available: boolean) => void;
  readonly #requests = new Set<Request>();
  /** Counts the connections; 0 while there is none. */
  #connection = 1;
  #connections = 1;
  #refusedUntil = 0;
  #silentUntil = 0;
  #slowUntil = 0;
  /** A connection keeps what it carries in order. */
  #thereAt = 0;
  #backAt = 0;
  #isListening = false;

  constructor(world: World, process: Process, onAvailability: (available: boolean) => void) {
    this.#world = world;
    this.#process = process;
    this.#onAvailability = onAvailability;
  }

  ask<T>(what: Asked, step: (store: ModelStore) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#process.out(() => this.#send(what, step, resolve, reject));
    });
  }

  /**
   * What only looks, again and again, costs no time here, and is no moment at which a process may crash: there would be
   * few others.
   * @throws JournalUnavailable
   */
  async look<T>(at: (store: ModelStore) => T): Promise<T> {
    this.reach();
    return at(this.#world.store);
  }

  /** @throws JournalUnavailable where the store can't be reached now */
  reach(): void {
    const isAway = this.#connection === 0 || this.#world.isStoreDown || this.#world.schedule.now < this.#silentUntil;
    if (isAway || !this.#process.isUp) throw new JournalUnavailable('no connection');
  }

  /** Whether an append of this process has left it, and whether it is durable, though the process doesn't know yet. */
  appendUnderWay(): 'sent' | 'durable' | null {
    for (const { what, stage } of this.#requests) {
      if (isAppend(what)) return stage === 'done' ? 'durable' : 'sent';
    }
    return null;
  }

  /** The connection breaks, and there is none for so long. */
  cut(ms: number): void {
    this.#refusedUntil = Math.max(this.#refusedUntil, this.#world.schedule.now + ms);
    this.#break();
  }

  /** Nothing comes through for so long, and nobody is told. */
  silence(ms: number): void {
    this.#silentUntil = this.#world.schedule.now + ms;
  }

  slow(ms: number): void {
    this.#slowUntil = this.#world.schedule.now + ms;
  }

  #send(what: Asked, step: Request['step'], resolve: Request['resolve'], reject: Request['reject']): void {
    const { schedule, random } = this.#world;
    if (this.#connection === 0) {
      if (isAppend(what)) this.#world.counts.add('append refused while out of reach');
      const refused = new JournalUnavailable('no connection');
      schedule.after(0, () => this.#process.in(() => reject(refused)));
      return;
    }
    const request: Request = {
      ...{ what, step, resolve, reject },
      connection: this.#connection,
      sentAt: schedule.now,
      stage: 'on its way',
      isLost: false,
    };
    this.#requests.add(request);
    this.#listen();
    if (what === this.#world.cutsNext) {
      this.#world.cutsNext = null;
      schedule.after(random.between(1, 10), () => this.cut(random.between(0, 1_000)));
    }
    // What a network swallows for a while is sent again by TCP, or isn't.
    const isSwallowed = schedule.now < this.#silentUntil;
    if (isSwallowed && random.chance(0.5)) request.isLost = true;
    const from = isSwallowed ? this.#silentUntil : schedule.now;
    this.#thereAt = Math.max(this.#thereAt, from + this.#latency());
    schedule.after(this.#thereAt - schedule.now, () => this.#arrive(request));
    if (isAppend(what) && this.#world.store.fault === 'early') {
      schedule.after(this.#latency(), () =>
        this.#process.in(() => this.#settle(request, () => resolve('stored' as never))),
      );
    }
  }

  #arrive(request: Request): void {
    const { schedule, store, counts } = this.#world;
    if (request.isLost || this.#world.isStoreDown) return;
    if (request.stage === 'settled' && isAppend(request.what)) counts.add('an append arrived after it was given up');
    if (isAppend(request.what) && store.fault === 'early') {
      schedule.after(laterMs, () => {
        if (!this.#process.isDead) request.step(store);
      });
      return;
    }
    const value = request.step(store);
    if (request.stage === 'settled') return;
    request.stage = 'done';
    const isHeard = request.connection === this.#connection && schedule.now >= this.#silentUntil;
    if (!isHeard) return;
    this.#backAt = Math.max(this.#backAt, schedule.now + this.#latency());
    schedule.after(this.#backAt - schedule.now, () => {
      if (request.connection !== this.#connection || schedule.now < this.#silentUntil) return;
      this.#process.in(() => this.#settle(request, () => request.resolve(value as never)));
    });
  }

  #settle(request: Request, settle: () => void): void {
    if (request.stage === 'settled') return;
    request.stage = 'settled';
    this.#requests.delete(request);
    settle();
  }

  /** A connection that doesn't answer may be dead without anybody knowing; a new one tells. */
  #listen(): void {
    if (this.#isListening) return;
    const [oldest] = this.#requests;
    if (!oldest) return;
    const { schedule } = this.#world;
    this.#isListening = true;
    schedule.after(oldest.sentAt + silenceMs - schedule.now, () => {
      this.#process.in(() => {
        this.#isListening = false;
        if (oldest.stage === 'settled') return this.#listen();
        if (oldest.connection === this.#connection) this.#break();
        else this.#doubt(oldest);
        this.#listen();
      }, 'timer');
    });
  }

  #break(): void {
    if (this.#connection === 0) return;
    const { random } = this.#world;
    this.#world.trace(`${this.#process.name} has lost the journal`);
    this.#connection = 0;
    this.#thereAt = 0;
    this.#backAt = 0;
    for (const request of this.#requests) {
      if (request.stage === 'on its way' && random.chance(0.5)) request.isLost = true;
      this.#process.in(() => this.#doubt(request));
    }
    this.#process.in(() => this.#onAvailability(false));
    this.#connectSoon();
  }

  #doubt(request: Request): void {
    const { counts } = this.#world;
    if (request.stage !== 'settled' && isAppend(request.what)) counts.add('append in doubt');
    if (request.stage === 'done' && request.what === 'claim') counts.add('the answer to a claim was lost');
    if (request.stage === 'done' && request.what === 'create') counts.add('the answer to a creation was lost');
    const inDoubt = new JournalUnavailable('no answer', { inDoubt: true });
    this.#settle(request, () => request.reject(inDoubt));
  }

  #connectSoon(): void {
    const { schedule, random } = this.#world;
    schedule.after(random.between(50, 500), () => {
      if (this.#process.isDead) return;
      const { now } = schedule;
      if (this.#world.isStoreDown || now < Math.max(this.#refusedUntil, this.#silentUntil)) return this.#connectSoon();
      this.#world.trace(`${this.#process.name} has the journal again`);
      this.#connection = ++this.#connections;
      this.#process.in(() => this.#onAvailability(true));
    });
  }

  #latency(): number {
    const { schedule, random } = this.#world;
    return schedule.now < this.#slowUntil ? random.between(50, 900) : random.between(1, 5);
  }
}

const isAppend = (what: Asked): boolean => what === 'append' || what === 'last append';
