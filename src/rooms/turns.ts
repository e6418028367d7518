/** Lets those with the same key pass one at a time, in the order in which they came. */
export interface Turns {
  /** Runs `task` when those before it are done, however they ended. @returns what the task does. */
  inTurn<T>(key: string, task: () => Promise<T>): Promise<T>;
}

/** Turns within this process. */
export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return {
    async inTurn(key, task) {
      const before = last.get(key) ?? Promise.resolve();
      const mine = before.then(task, task);
      last.set(key, mine);
      try {
        return await mine;
      } finally {
        if (last.get(key) === mine) last.delete(key);
      }
    },
  };
}
