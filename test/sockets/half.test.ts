import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type TestServer } from '../support/server.ts';

/** Connections that never get to the point. `REQUEST_TIMEOUT_S` is short here, and Node looks every second at the most. */

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ REQUEST_TIMEOUT_S: '0.4' });
});
afterAll(() => server.stop());

interface Half {
  readonly socket: Socket;
  /** How long it was open, ms. */
  readonly closed: Promise<number>;
  readonly heard: () => string;
}

async function open(...sent: string[]): Promise<Half> {
  // It doesn't close its side when the server does.
  const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
  await once(socket, 'connect');
  const begin = performance.now();
  let text = '';
  socket.on('data', (data) => {
    text += data;
  });
  socket.on('error', () => {});
  for (const part of sent) socket.write(part);
  const closed = new Promise<number>((resolve) => {
    const gone = () => resolve(performance.now() - begin);
    socket.once('end', gone).once('close', gone);
  });
  return { socket, closed, heard: () => text };
}

const upgrade = (path: string) =>
  `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n`;
const post = (path: string, length: number) =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n{`;

describe('is closed in time', () => {
  test.each([
    ['a connection that says nothing', []],
    ['headers that never end', ['GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\r\n']],
    ['the headers of an upgrade that never end', [upgrade('/a/room_b?sessionId=c')]],
    ['the body of a matchmaking call that never ends', [post('/matchmake/create/recall', 100)]],
    ['the body of a sign-in that never ends', [post('/auth/anonymous', 100)]],
    [
      'a body in pieces that never ends',
      ['POST /auth/anonymous HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ],
  ])('%s', async (_, sent) => {
    const half = await open(...sent);
    // Now and then a byte, so that it is not silent.
    const drip = setInterval(() => half.socket.write(sent.length > 0 ? 'a' : ''), 100);
    expect(await half.closed).toBeLessThan(4000);
    clearInterval(drip);
    half.socket.destroy();
  });
});

test('a refused upgrade is closed in time, whose client goes on talking', async () => {
  const half = await open(`${upgrade('*')}\r\n`);
  const cut = new Promise((resolve) => half.socket.once('close', resolve));
  await half.closed;
  expect(half.heard()).toContain('400 Bad Request');
  const drip = setInterval(() => half.socket.write('a'), 50);
  await cut;
  clearInterval(drip);
});
