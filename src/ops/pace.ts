import type { Clock } from './clock.ts';

/**
 * Acts for a key at once when it is asked to, and then at most every so often: who asks meanwhile has it done once, at the
 * end of that time.
 * @param act settles, and never rejects
 * @param everyMs how long after an act the next one for that key may begin, ms
 * @returns what asks for it, and settles when it is done, where it is done at once
 */
export function pace(
  act: (key: string) => Promise<void>,
  everyMs: number,
  clock: Clock,
): (key: string) => Promise<void> {
  /** By key, while it waits: whether it was asked for again. */
  const waiting = new Map<string, boolean>();

  async function run(key: string): Promise<void> {
    waiting.set(key, false);
    await act(key);
    clock.at(clock.now() + everyMs, () => {
      if (waiting.get(key)) void run(key);
      else waiting.delete(key);
    });
  }

  return async (key) => {
    if (waiting.has(key)) waiting.set(key, true);
    else await run(key);
  };
}
