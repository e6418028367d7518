import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

/** Sends these lines as they are. @returns the first line of the answer, or nothing where there is none. */
const send = (...lines: string[]) =>
  new Promise<string>((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1');
    let answer = '';
    socket.on('data', (data) => {
      answer += data;
      socket.end();
    });
    socket.on('close', () => resolve(answer.split('\r\n')[0] ?? ''));
    socket.on('error', reject);
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  });

const upgrade = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
];
const hosts = ['a b', 'user:password@localhost', '%', ' ', 'a/../b', '[::1', 'x:99999'];
const paths = [':99999', '//', 'http://', '*', '/%', '/matchmake/create/%ff'];

test.each(hosts)('a request to the host "%s" is answered, and the server lives on', async (host) => {
  for (const line of [
    'GET /__healthcheck HTTP/1.1',
    'POST /matchmake/create/recall HTTP/1.1',
    'GET /monitor HTTP/1.1',
  ]) {
    expect(await send(line, `Host: ${host}`, 'Content-Length: 0', 'Connection: close')).toMatch(/^HTTP\/1.1 [24]\d\d/);
  }
  await send('GET /process/room HTTP/1.1', `Host: ${host}`, ...upgrade);
  expect((await fetch(`${server.url}/__healthcheck`)).status).toBe(200);
});

test.each(paths)('a request for "%s" is answered, and the server lives on', async (path) => {
  for (const method of ['GET', 'POST', 'TRACE', 'OPTIONS']) {
    expect(await send(`${method} ${path} HTTP/1.1`, 'Host: localhost', 'Connection: close')).toMatch(
      /^HTTP\/1.1 [245]\d\d/,
    );
  }
  await send(`GET ${path} HTTP/1.1`, 'Host: localhost', ...upgrade);
  expect((await fetch(`${server.url}/__healthcheck`)).status).toBe(200);
});

test('a target that has its scheme and host in it is served like any other', async () => {
  const rest = ['Host: elsewhere', 'Connection: close'];
  expect(await send('GET http://localhost/rooms/public HTTP/1.1', ...rest)).toBe('HTTP/1.1 200 OK');
  expect(await send('GET HTTP://localhost:2567?x HTTP/1.1', ...rest)).toMatch(/^HTTP\/1.1 (200|503)/);
  expect(await send('GET http://a%20b/ HTTP/1.1', ...rest)).toBe('HTTP/1.1 400 Bad Request');
});

test('what there is no route for is said as JSON to who asks for JSON', async () => {
  const answer = await fetch(`${server.url}/no/such/route`, { headers: { Accept: 'application/json' } });
  expect(answer.status).toBe(404);
  expect(await answer.json()).toEqual({ code: 'NOT_FOUND', message: 'there is no such route' });
  const page = await fetch(`${server.url}/no/such/route`, { headers: { Accept: 'text/html' } });
  expect([page.status, page.headers.get('Content-Type')]).toEqual([404, expect.stringContaining('text/html')]);
});

test.each(['https', 'https, http', 'javascript', 'a b'])('a proxy may say "%s" of itself', async (scheme) => {
  const lines = ['GET /__healthcheck HTTP/1.1', 'Host: localhost', `X-Forwarded-Proto: ${scheme}`, 'Connection: close'];
  expect(await send(...lines)).toBe('HTTP/1.1 200 OK');
});

test('options that never end are not read on', async () => {
  const answer = send(
    'POST /matchmake/create/recall HTTP/1.1',
    'Host: localhost',
    'Transfer-Encoding: chunked',
    '',
    '4e20',
    'x'.repeat(20_000),
  );
  expect(await answer).toBe('HTTP/1.1 400 Bad Request');
});
