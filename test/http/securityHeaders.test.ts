import { afterEach, expect, test } from 'vitest';
import { startServer as startWhole } from '../support/server.ts';
import { depsFor, startServer } from './server.ts';

let stop = async () => {};
afterEach(() => stop());

async function headersOf(env: Record<string, string> = {}): Promise<(path: string) => Promise<Headers>> {
  const server = await startServer(depsFor(env));
  stop = server.stop;
  return async (path) => (await fetch(server.url + path)).headers;
}

test('no answer is taken for something else, shown in a frame, or says where somebody came from', async () => {
  const get = await headersOf();
  for (const path of ['/', '/rooms/public', '/auth/userdata', '/livez', '/openapi.json', '/monitor/', '/none']) {
    const headers = await get(path);
    expect(headers.get('X-Content-Type-Options'), path).toBe('nosniff');
    expect(headers.get('X-Frame-Options'), path).toBe('DENY');
    expect(headers.get('Referrer-Policy'), path).toBe('no-referrer');
    expect(headers.get('X-Powered-By'), path).toBeNull();
    expect(headers.get('Strict-Transport-Security'), path).toBeNull();
  }
});

test('what is no page of ours may load and run nothing', async () => {
  const get = await headersOf();
  for (const path of ['/rooms/public', '/auth/userdata', '/openapi.json', '/none'])
    expect((await get(path)).get('Content-Security-Policy'), path).toContain("default-src 'none'");
  expect((await get('/monitor/')).get('Content-Security-Policy')).toBe("frame-ancestors 'none'");
});

test('in production a browser that came by HTTPS keeps to it', async () => {
  const get = await headersOf({ NODE_ENV: 'production' });
  expect((await get('/rooms/public')).get('Strict-Transport-Security')).toBe('max-age=15552000');
});

test('a call for a seat is answered with them too, whatever comes of it, as is what Colyseus answers by itself', async () => {
  const server = await startWhole();
  stop = server.stop;
  const Authorization = `Bearer ${await server.token({ sub: 'ann' })}`;
  const calls: [method: string, path: string, status: number, init?: RequestInit][] = [
    ['POST', '/matchmake/create/recall', 200, { body: '{}', headers: { Authorization } }],
    ['POST', '/matchmake/create/recall', 401, { body: '{}' }],
    ['POST', '/matchmake/create/recall', 400, { body: '{' }],
    ['OPTIONS', '/matchmake/create/recall', 204],
    ['GET', '/__healthcheck', 200],
  ];
  for (const [method, path, status, init] of calls) {
    const answer = await fetch(server.url + path, { method, ...init });
    expect([path, answer.status]).toEqual([path, status]);
    const names = ['X-Content-Type-Options', 'X-Frame-Options', 'Referrer-Policy', 'Content-Security-Policy'];
    const found = names.map((name) => answer.headers.get(name));
    expect(found, path).toEqual(['nosniff', 'DENY', 'no-referrer', expect.stringContaining("default-src 'none'")]);
  }
});
