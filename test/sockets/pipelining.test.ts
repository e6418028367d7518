import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createLog } from '../../src/ops/log.ts';
import { type Limits, localLimits } from '../../src/people/limit.ts';
import { startServer, type TestServer } from '../support/server.ts';

/** Requests that don't wait for the answers of those before them (never again 61). */

let server: TestServer;
let socket: Socket;
afterEach(async () => {
  socket.destroy();
  await server.stop();
});

const request = (headers = '') => `GET /rooms/public HTTP/1.1\r\nHost: a\r\n${headers}\r\n`;

async function open(): Promise<void> {
  socket = connect(server.port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
}

const closed = () => new Promise((resolve) => socket.once('close', resolve));

/** A server that says how many requests its routes have seen, and what it has logged. */
async function start(): Promise<{ seen: () => number; lines: string[] }> {
  let seen = 0;
  const limits: Limits = (name, ...rest) => {
    const limit = localLimits(name, ...rest);
    const use = (key: string) => {
      if (name === 'requests_address') seen++;
      return limit.use(key);
    };
    return { ...limit, use };
  };
  const lines: string[] = [];
  server = await startServer({}, { limits, log: createLog('warn', { write: (line) => lines.push(line) }) });
  return { seen: () => seen, lines };
}

test('a connection that sends 2300 requests at once is cut off, after the work of a few, and logged once', async () => {
  const { seen, lines } = await start();
  await open();
  socket.resume();
  socket.write(request().repeat(2300));
  await closed();
  await fetch(`${server.url}/rooms/public`);
  expect(seen()).toBeGreaterThan(1);
  expect(seen()).toBeLessThanOrEqual(17);
  expect(lines.map((line) => (JSON.parse(line) as { kind: string }).kind)).toEqual(['127.0.0.1']);
});

test('so is one whose requests Node would refuse by itself', async () => {
  await start();
  await open();
  let heard = '';
  socket.on('data', (data) => {
    heard += data;
  });
  socket.write(request('Expect: nothing\r\n').repeat(2300));
  await closed();
  expect(heard.split('417 Expectation Failed').length - 1).toBeLessThanOrEqual(16);
});

test('a few requests sent at once are answered, and any number of them one after another', async () => {
  const { seen } = await start();
  await open();
  for (const atOnce of [8, ...Array<number>(200).fill(1), 8]) {
    socket.write(request().repeat(atOnce));
    let heard = '';
    while (heard.split('HTTP/1.1 200').length - 1 < atOnce) {
      const [data] = (await once(socket, 'data')) as [Buffer];
      heard += data;
    }
  }
  expect(seen()).toBe(216);
});
