import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../ops/log.ts';
import { sparsely } from '../ops/sparse.ts';

/** Who asks how a process is doesn't wait for longer, ms. */
const healthWithinMs = 1000;

/**
 * What is wrong with a part of this process, in a few words: why it is may name what is nobody's business, and the log has
 * that.
 * @returns a function that answers `trouble` where `done` fails, or takes long
 */
export function troubleIn(log: Log) {
  const tell = sparsely(log, 'warn', 'a part of this process is not well');
  return async (done: Promise<unknown>, trouble: string): Promise<string | null> => {
    const over = new AbortController();
    const late = delay(healthWithinMs, trouble, { signal: over.signal }).catch(() => trouble);
    const found = done.then(
      () => null,
      (err) => {
        tell(trouble, { err });
        return trouble;
      },
    );
    return Promise.race([found, late]).finally(() => over.abort());
  };
}
