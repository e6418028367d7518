import type { Socket } from 'node:net';

/** The patience is at least this, ms: a process may be busy for as long. */
const leastMs = 2000;
/** Looks in that time. */
const looks = 12;

interface Hop {
  readonly connections: Map<Socket, { heard: number; readonly end: () => void }>;
  heardAt: number;
}

/**
 * The connections of clients that go on to another process, or come from one. Each of them says something many times in
 * `LEASE_S`: the owner of the room pings, and the client answers. Where all that lead to one process, or from it, are
 * silent, the two are cut off from each other, which nobody else would notice for a long time: they are ended, and the
 * SDKs come back by another way.
 */
export class Hops {
  readonly #hops = new Map<string, Hop>();
  readonly #everyMs: number;
  readonly #patienceMs: number;
  #lookedAt = performance.now();

  constructor(leaseMs: number) {
    const inAllMs = Math.max(leaseMs, leastMs);
    this.#everyMs = inAllMs / looks;
    // With the looks before and after it, a little less than all.
    this.#patienceMs = inAllMs - 2 * this.#everyMs;
    setInterval(() => this.#look(), this.#everyMs).unref();
  }

  /**
   * @param processId at the other end
   * @param socket to there; it is forgotten when it closes
   * @param end what to do when that process is silent
   */
  add(processId: string, socket: Socket, end: () => void): void {
    const hop = this.#hops.get(processId) ?? { connections: new Map(), heardAt: 0 };
    hop.heardAt = performance.now();
    this.#hops.set(processId, hop);
    hop.connections.set(socket, { heard: socket.bytesRead, end });
    socket.once('close', () => {
      hop.connections.delete(socket);
      if (hop.connections.size === 0 && this.#hops.get(processId) === hop) this.#hops.delete(processId);
    });
  }

  #look(): void {
    const now = performance.now();
    // This process has been busy itself: what has come meanwhile is not read yet.
    const wasBusy = now - this.#lookedAt > 2 * this.#everyMs;
    this.#lookedAt = now;
    for (const hop of this.#hops.values()) {
      if (hasSpoken(hop) || wasBusy) hop.heardAt = now;
      else if (now - hop.heardAt > this.#patienceMs) for (const { end } of [...hop.connections.values()]) end();
    }
  }
}

function hasSpoken({ connections }: Hop): boolean {
  let spoken = false;
  for (const [socket, connection] of connections) {
    spoken ||= socket.bytesRead > connection.heard;
    connection.heard = socket.bytesRead;
  }
  return spoken;
}
