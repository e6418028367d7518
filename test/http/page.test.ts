import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { matchMaker, Room } from '@colyseus/core';
import express from 'express';
import { afterEach, expect, test } from 'vitest';
import { pageRoutes } from '../../src/http/page.ts';
import { temporaryFolder } from '../people/folder.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const script = 'console.log("a page")'.repeat(50);

/** A page as web/build.mjs leaves it. */
function builtPage(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<meta name="rooms" content="recall" /><title>Recall</title>');
  writeFileSync(join(folder, 'assets', 'index-abc.js'), script);
  writeFileSync(join(folder, 'assets', 'index-abc.js.br'), brotliCompressSync(script));
  writeFileSync(join(folder, 'assets', 'index-abc.js.gz'), gzipSync(script));
  writeFileSync(join(folder, '.stamp'), 'a hash');
  return folder;
}

async function serve(
  folder: string,
  publicAddress?: string,
): Promise<(path: string, init?: RequestInit) => Promise<Response>> {
  const app = express();
  app.use(pageRoutes({ publicAddress }, folder));
  app.use((_request, response) => void response.status(404).end('elsewhere'));
  const server = app.listen(0, '127.0.0.1');
  closing.push(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init);
}

test('the page is asked for anew each time, and its assets are kept for ever', async () => {
  const get = await serve(builtPage());
  const page = await get('/');
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(page.headers.get('cache-control')).toBe('no-cache');
  expect(await page.text()).toContain('<title>Recall</title>');
  const known = { 'If-None-Match': page.headers.get('etag') ?? '', 'Cache-Control': 'max-age=0' };
  const again = await get('/', { headers: known });
  expect(again.status).toBe(304);
  const asset = await get('/assets/index-abc.js');
  expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
});

test('assets come compressed as the browser likes it best, and plain where it can do neither', async () => {
  const get = await serve(builtPage());
  const encodingFor = async (accepted: string) => {
    const response = await get('/assets/index-abc.js', { headers: { 'Accept-Encoding': accepted } });
    expect(await response.text()).toBe(script);
    return response.headers.get('content-encoding');
  };
  expect(await encodingFor('gzip, deflate, br')).toBe('br');
  expect(await encodingFor('gzip')).toBe('gzip');
  expect(await encodingFor('identity')).toBeNull();
});

test('the page may run its own scripts alone, is shown in no frame, and speaks to its own server', async () => {
  const policyOf = async (publicAddress?: string) => {
    const get = await serve(builtPage(), publicAddress);
    return (await get('/')).headers.get('content-security-policy');
  };
  const policy = await policyOf();
  expect(policy).toContain("default-src 'none'; script-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toContain("connect-src 'self';");
  // Rooms may live on a process with an address of its own then.
  expect(await policyOf('game.example/2567')).toContain("connect-src 'self' ws: wss:;");
});

test('the page is told which room types there are', async () => {
  matchMaker.defineRoomType('lobby', Room);
  const get = await serve(builtPage());
  expect(await (await get('/')).text()).toContain('<meta name="rooms" content="lobby" />');
});

test('nothing but the page is served, and other paths are left to others', async () => {
  const get = await serve(builtPage());
  for (const path of ['/.stamp', '/assets/..%2f.stamp', '/assets/index-abc.js.br', '/assets/none.js', '/monitor']) {
    expect(await (await get(path)).text(), path).toBe('elsewhere');
  }
});

test('a page that is not built says how it is', async () => {
  const get = await serve(join(temporaryFolder(), 'none'));
  const response = await get('/');
  expect(response.status).toBe(503);
  expect(await response.text()).toContain('npm start');
});
