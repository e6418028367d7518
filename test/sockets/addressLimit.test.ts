import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import { startServer, type TestServer } from '../support/server.ts';

/** How many connections one address may have (never again 46). */

let server: TestServer;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.stop();
});

async function hold(): Promise<{ socket: Socket; heard: () => string }> {
  const socket = connect(server.port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => {});
  let text = '';
  socket.on('data', (data) => {
    text += data;
  });
  await once(socket, 'connect');
  return { socket, heard: () => text };
}

test('too many connections of one address are refused, until some are closed', async () => {
  server = await startServer({ MAX_CONNECTIONS_ADDRESS: '4' });
  const held = await Promise.all([hold(), hold(), hold(), hold()]);
  const fifth = await hold();
  await once(fifth.socket, 'end');
  const [head = '', body = ''] = fifth.heard().split('\r\n\r\n');
  expect(head).toMatch(/^HTTP\/1\.1 429 Too Many Requests\r\nRetry-After: \d+\r\n/);
  expect(JSON.parse(body)).toMatchObject({ code: 'TOO_MANY_REQUESTS', retry_after_ms: expect.any(Number) });
  for (const { heard } of held) expect(heard()).toBe('');
  held[0]?.socket.destroy();
  await vi.waitFor(async () => {
    const { socket, heard } = await hold();
    socket.write('GET /rooms/public HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    await once(socket, 'close');
    expect(heard()).toMatch(/^HTTP\/1\.1 200/);
  });
});

test('behind a proxy WebSockets count for the address of their client, IPv6 by its /64, and the proxy’s own do not', async () => {
  server = await startServer({ MAX_CONNECTIONS_ADDRESS: '2', TRUST_PROXY: '127.0.0.1' });
  for (let i = 0; i < 5; i++) await hold();
  const from = (address: string) =>
    new Promise<number>((resolve) => {
      // The framework's own way to measure latency: open until a second has passed.
      const socket = new WebSocket(server.url.replace('http', 'ws'), { headers: { 'X-Forwarded-For': address } });
      socket.on('open', () => resolve(101));
      socket.on('unexpected-response', (_, { statusCode }) => resolve(statusCode ?? 0));
      socket.on('error', () => {});
    });
  expect([await from('10.0.0.1'), await from('10.0.0.1'), await from('10.0.0.1')]).toEqual([101, 101, 429]);
  const ofOneNetwork = ['2001:db8:0:7::1', '2001:db8:0:7::2', '2001:db8:0:7:8000::'];
  expect([await from(ofOneNetwork[0] ?? ''), await from(ofOneNetwork[1] ?? '')]).toEqual([101, 101]);
  expect(await from(ofOneNetwork[2] ?? '')).toBe(429);
  expect(await from('2001:db8:0:8::1')).toBe(101);
});
