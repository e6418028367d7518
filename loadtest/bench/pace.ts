import { createHistogram } from 'node:perf_hooks';

/** Makes a move; `dueAt` is what its time is counted from (ms, as `performance.now` has it). */
export type Make = (dueAt: number) => void;

/** When the moves of tables are made. */
export interface Pace {
  /** A table may make its next move. */
  next(table: object, make: Make): void;
}

/** One that ends. */
interface EndingPace extends Pace {
  /** @returns the moves that have not been made */
  stop(): readonly (readonly [table: object, make: Make])[];
}

/** A closed loop: each table makes its next move as soon as it may. */
const atOnce: EndingPace = {
  next: (_, make) => make(performance.now()),
  stop: () => [],
};

/** By which moves have to go; none does while it is shut. */
export class Gate implements Pace {
  #pace: EndingPace | null = atOnce;
  readonly #held = new Map<object, Make[]>();

  next(table: object, make: Make): void {
    if (this.#pace) this.#pace.next(table, make);
    else this.#held.set(table, [...(this.#held.get(table) ?? []), make]);
  }

  open(pace: EndingPace = atOnce): void {
    this.#pace = pace;
    const held = [...this.#held];
    this.#held.clear();
    for (const [table, makes] of held) for (const make of makes) pace.next(table, make);
  }

  shut(): void {
    const left = this.#pace?.stop() ?? [];
    this.#pace = null;
    for (const [table, make] of left) this.next(table, make);
  }

  /** How many tables wait for it to be opened. */
  get waiting(): number {
    return this.#held.size;
  }
}

/** What somebody who waits sleeps at a time, ms: a timer of Node has whole ones alone. */
const napMs = 0.1;
const nap = new Int32Array(new SharedArrayBuffer(4));

/**
 * An open loop: each table has a move due at times of its own, however long the one before took. A move that comes later than
 * it was due since the table was not ready has waited all that time (else a server that stands still would be asked less,
 * and look good).
 */
export class OpenLoop implements EndingPace {
  /** How late this process was with moves that could have been made, µs. */
  readonly lag = createHistogram();
  readonly #everyMs: number;
  readonly #dueAt = new WeakMap<object, number>();
  readonly #waiting: { readonly dueAt: number; readonly table: object; readonly make: Make }[] = [];
  #isRunning = true;

  /** @param movesPerS of so many tables together */
  constructor(movesPerS: number, tables: number) {
    this.#everyMs = (tables * 1000) / movesPerS;
    this.#look();
  }

  next(table: object, make: Make): void {
    const now = performance.now();
    const dueAt = this.#dueAt.get(table) ?? now + Math.random() * this.#everyMs;
    this.#dueAt.set(table, dueAt + this.#everyMs);
    if (dueAt <= now) make(dueAt);
    else this.#waiting.push({ dueAt, table, make });
  }

  stop(): readonly (readonly [object, Make])[] {
    this.#isRunning = false;
    return this.#waiting.splice(0).map(({ table, make }) => [table, make]);
  }

  #look(): void {
    if (!this.#isRunning) return;
    const now = performance.now();
    const due = this.#waiting.filter(({ dueAt }) => dueAt <= now);
    for (const one of due) {
      this.#waiting.splice(this.#waiting.indexOf(one), 1);
      this.lag.record(Math.max(1, Math.round((performance.now() - one.dueAt) * 1000)));
      one.make(one.dueAt);
    }
    // Somebody else may want this core; who is due next waits for one nap at most.
    if (due.length === 0) Atomics.wait(nap, 0, 0, napMs);
    setImmediate(() => this.#look());
  }
}
