import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

/** As much as a commit writes at least. */
const block = Buffer.alloc(4096, 1);

/** How long the disk takes to keep a block for good, so many times, µs: what no move can be faster than that waits for it. */
export function flushes(times: number): RecordableHistogram {
  const folder = mkdtempSync(join(tmpdir(), 'recall-disk-'));
  const file = openSync(join(folder, 'log'), 'a');
  const took = createHistogram();
  for (let n = 0; n < times; n++) {
    const since = performance.now();
    writeSync(file, block);
    fdatasyncSync(file);
    took.record(Math.max(1, Math.round((performance.now() - since) * 1000)));
  }
  closeSync(file);
  rmSync(folder, { recursive: true });
  return took;
}
