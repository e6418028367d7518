import { rmSync } from 'node:fs';
import { createServer, Socket } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { isMainThread } from 'node:worker_threads';

/**
 * Preloaded into a server that is measured (`NODE_OPTIONS=--import=…`): it counts what it writes to its clients, and tells
 * what it has used to whoever connects to the socket at `BENCH_PROBE`. It does nothing else as long as nobody asks.
 */

/** What a process has used since it started. */
export interface Usage {
  /** Of all threads, µs. */
  readonly cpu: NodeJS.CpuUsage;
  /** Of the one that runs JavaScript, µs. */
  readonly main: NodeJS.CpuUsage;
  /** Writes to connections that were accepted: a system call each. */
  readonly writes: number;
  readonly rssBytes: number;
}

type Write = (this: Socket & { server?: unknown }, ...args: unknown[]) => unknown;

// All that goes to a socket comes through here, one buffer or many of them; libuv makes one write or writev of it.
const sockets = Socket.prototype as unknown as { _writeGeneric: Write };
const write = sockets._writeGeneric;
let writes = 0;
sockets._writeGeneric = function (...args) {
  if (this.server && this.server !== probe) writes++;
  return write.apply(this, args);
};

const probe = createServer((socket) => {
  socket.once('data', (asked) => {
    // As V8 does where memory is short: what is free goes back to the system, and is no part of RSS.
    if (String(asked) === 'collect') globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    const usage: Usage = {
      cpu: process.cpuUsage(),
      main: process.threadCpuUsage(),
      writes,
      rssBytes: process.memoryUsage.rss(),
    };
    socket.end(JSON.stringify(usage));
  });
});
const path = process.env.BENCH_PROBE;
// Its threads are preloaded with this too.
if (path && isMainThread) {
  // Of one that was killed.
  rmSync(path, { force: true });
  probe.listen(path).unref();
}

// A disk that is so much slower, ms: the thread that commits sleeps, as it would in the kernel.
const flushMs = Number(process.env.BENCH_FLUSH_MS ?? 0);
if (flushMs > 0) {
  const { exec } = DatabaseSync.prototype;
  DatabaseSync.prototype.exec = function (sql) {
    exec.call(this, sql);
    if (sql === 'COMMIT') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, flushMs);
  };
}
