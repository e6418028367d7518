import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

/** As much as a commit writes at least. */
const block = Buffer.alloc(4096, 1);
/** Between two, ms: few enough to be in nobody's way. */
const everyMs = 50;

/**
 * How long the disk takes to keep a block for good, while a server uses it as well: what no move can be faster than that
 * waits for it. In a thread of its own, since who looks waits, too.
 */
export class DiskWatch {
  readonly #worker = new Worker(new URL(import.meta.url));
  readonly #took = Promise.withResolvers<readonly number[]>();

  constructor() {
    this.#worker.once('message', this.#took.resolve).once('error', this.#took.reject);
    // Whoever asks hears of it.
    this.#took.promise.catch(() => {});
  }

  /** @returns how long each took, ms. May be called again */
  stop(): Promise<readonly number[]> {
    this.#worker.postMessage('stop');
    return this.#took.promise;
  }
}

if (!isMainThread && parentPort) watch(parentPort);

function watch(port: NonNullable<typeof parentPort>): void {
  const folder = mkdtempSync(join(tmpdir(), 'recall-disk-'));
  const file = openSync(join(folder, 'log'), 'a');
  const took: number[] = [];
  const flush = () => {
    const since = performance.now();
    writeSync(file, block);
    fdatasyncSync(file);
    took.push(performance.now() - since);
  };
  flush();
  const flushing = setInterval(flush, everyMs);
  port.once('message', () => {
    clearInterval(flushing);
    closeSync(file);
    rmSync(folder, { recursive: true });
    port.postMessage(took);
  });
}
