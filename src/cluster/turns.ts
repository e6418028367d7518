/** Who goes with others, and who goes alone: in the order in which they ask. */
export class Turns {
  readonly #others = new Set<Promise<unknown>>();
  #alone: Promise<unknown> = Promise.resolve();

  async withOthers<T>(run: () => Promise<T>): Promise<T> {
    await this.#alone;
    const running = run();
    this.#others.add(running);
    return running.finally(() => this.#others.delete(running));
  }

  alone<T>(run: () => Promise<T>): Promise<T> {
    const before = this.#alone;
    const running = (async () => {
      await before;
      await Promise.allSettled(this.#others);
      return run();
    })();
    this.#alone = running.catch(() => {});
    return running;
  }
}
