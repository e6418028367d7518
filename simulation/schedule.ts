interface Due {
  readonly at: number;
  readonly order: number;
  run: (() => void) | null;
}

/**
 * Virtual time, and all that will happen in it: a heap of what is due. Things happen one by one, each when everything
 * that the one before it set off has come to rest; at the same instant in the order in which they were put here.
 */
export class Schedule {
  #now = 1_800_000_000_000;
  #count = 0;
  readonly #heap: Due[] = [];

  /** Unix ms, in a world of its own. */
  get now(): number {
    return this.#now;
  }

  /** @returns a function that calls it off. */
  after(ms: number, run: () => void): () => void {
    const due: Due = { at: this.#now + Math.max(0, ms), order: this.#count++, run };
    this.#push(due);
    return () => {
      due.run = null;
    };
  }

  /** Lets the next thing happen. @returns whether there was one. */
  next(): boolean {
    for (let due = this.#pop(); due; due = this.#pop()) {
      const { at, run } = due;
      if (!run) continue;
      due.run = null;
      this.#now = at;
      run();
      return true;
    }
    return false;
  }

  #push(due: Due): void {
    const heap = this.#heap;
    let at = heap.push(due) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(due, heap[parent] as Due)) break;
      heap[at] = heap[parent] as Due;
      at = parent;
    }
    heap[at] = due;
  }

  #pop(): Due | undefined {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Due, heap[child] as Due)) child++;
      if (!isBefore(heap[child] as Due, last)) break;
      heap[at] = heap[child] as Due;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

const isBefore = (a: Due, b: Due): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
