import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { killAll, Process } from '../harness/process.ts';

afterEach(killAll);

const crowd = 1500;
const system = Number(readFileSync('/proc/sys/net/core/somaxconn', 'utf8'));

test.runIf(system >= crowd)(
  'a crowd that comes while the process is busy waits for it, and nobody tries again',
  async () => {
    const server = await Process.start();
    server.signal('SIGSTOP');
    const sockets: Socket[] = [];
    let connected = 0;
    for (let i = 0; i < crowd; i++) {
      const socket = connect(server.port, '127.0.0.1', () => connected++);
      sockets.push(socket.on('error', () => {}));
    }
    await expect.poll(() => connected).toBe(crowd);
    for (const socket of sockets) socket.destroy();
  },
);
