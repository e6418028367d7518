import type { Log } from './log.ts';

/** Writes a line for something that a client can make happen as often as it likes. @returns whether it did */
export type SparseLog = (kind: string, fields?: object) => boolean;

const quietMs = 1000;
/** Some kinds are named by what came in, so that there is no end to them. */
const maxKinds = 100;

/**
 * At most one line a second for each kind, which says how many more there were since the last one.
 * @param text of each line
 */
export function sparsely(log: Log, level: 'info' | 'warn' | 'error', text: string): SparseLog {
  const kinds = new Map<string, { until: number; leftOut: number }>();
  return (kind, fields = {}) => {
    if (!log.isLevelEnabled(level)) return false;
    const now = performance.now();
    const last = kinds.get(kind);
    if (last && now < last.until) {
      last.leftOut++;
      return false;
    }
    if (kinds.size >= maxKinds) kinds.clear();
    kinds.set(kind, { until: now + quietMs, leftOut: 0 });
    log[level]({ kind, ...(last?.leftOut && { leftOut: last.leftOut }), ...fields }, text);
    return true;
  };
}
