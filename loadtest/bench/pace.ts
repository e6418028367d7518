/** When the moves of tables are made. */
export interface Pace {
  /**
   * A table may make its next move.
   * @param make makes it; `dueAt` is what its time is counted from (ms, as `performance.now` has it)
   */
  next(table: object, make: (dueAt: number) => void): void;
}

/** A closed loop: each table makes its next move as soon as it may; but none does while it is shut. */
export class Gate implements Pace {
  #isOpen = true;
  readonly #held = new Map<object, ((dueAt: number) => void)[]>();

  next(table: object, make: (dueAt: number) => void): void {
    if (this.#isOpen) make(performance.now());
    else this.#held.set(table, [...(this.#held.get(table) ?? []), make]);
  }

  open(): void {
    this.#isOpen = true;
    const held = [...this.#held.values()].flat();
    this.#held.clear();
    for (const make of held) make(performance.now());
  }

  shut(): void {
    this.#isOpen = false;
  }

  /** How many tables wait for it to be opened. */
  get waiting(): number {
    return this.#held.size;
  }
}
