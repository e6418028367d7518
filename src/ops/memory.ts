import { getHeapStatistics } from 'node:v8';
import { RecallError } from '../protocol/errors.ts';
import type { Log } from './log.ts';

/** Whether the process has memory for more. */
export interface Memory {
  readonly isFull: boolean;
}

const lookEveryMs = 1000;
const mb = 1024 * 1024;
/** Of what V8, or the container, gives at the most: beyond it, it collects garbage more than it works, or is killed. */
const share = 0.75;
/** Full until so much of the ceiling is in use again, so that it doesn't go to and fro. */
const freeShare = 0.95;

/**
 * Looks once a second how much is in use: V8's heap, and what belongs to it outside, such as buffers. Not what the process
 * has from the system (RSS), which it hardly ever gives back: once full, it would be full for good.
 * @param maxMb `MAX_MEMORY_MB`; three quarters of what there is without
 */
export function watchMemory(maxMb: number | undefined, log: Log): Memory {
  const maxBytes = maxMb === undefined ? share * available() : maxMb * mb;
  const memory = { isFull: false };
  const look = () => {
    const { used_heap_size, external_memory } = getHeapStatistics();
    const used = used_heap_size + external_memory;
    const isFull = used > (memory.isFull ? freeShare * maxBytes : maxBytes);
    if (isFull === memory.isFull) return;
    memory.isFull = isFull;
    const figures = { usedMb: Math.round(used / mb), maxMb: Math.round(maxBytes / mb) };
    if (isFull) log.warn(figures, 'memory is short: nobody new is let in');
    else log.info(figures, 'there is memory again');
  };
  look();
  setInterval(look, lookEveryMs).unref();
  return memory;
}

/** Who asks for more memory is told so, and tables go on. */
export const full = (): RecallError => new RecallError('UNAVAILABLE', 'the server is full: try again in 10 s', 10_000);

function available(): number {
  // 0, or more than any machine has, where there is no limit.
  const container = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  return Math.min(getHeapStatistics().heap_size_limit, container);
}
