import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import express from 'express';
import { afterEach, expect, test } from 'vitest';
import { pageRoutes } from '../../src/http/page.ts';
import { temporaryFolder } from '../people/folder.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const script = 'console.log("<style>no style</style>")'.repeat(50);
const style = 'body { color: red }';
const html = `<title>Recall</title><script type="module">${script}</script><style>${style}</style>`;

/** A page as web/build.mjs leaves it. */
function builtPage(): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'index.html'), html);
  writeFileSync(join(folder, 'index.html.br'), brotliCompressSync(html));
  writeFileSync(join(folder, 'index.html.gz'), gzipSync(html));
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

test('the page is asked for anew each time, and sent only where it has changed', async () => {
  const get = await serve(builtPage());
  const page = await get('/');
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(page.headers.get('cache-control')).toBe('no-cache');
  expect(await page.text()).toContain('<title>Recall</title>');
  const known = { 'If-None-Match': page.headers.get('etag') ?? '', 'Cache-Control': 'max-age=0' };
  const again = await get('/', { headers: known });
  expect(again.status).toBe(304);
});

test('the page comes compressed as the browser likes it best, and plain where it can do neither', async () => {
  const get = await serve(builtPage());
  const encodingFor = async (accepted: string) => {
    const response = await get('/', { headers: { 'Accept-Encoding': accepted } });
    expect(await response.text()).toBe(html);
    return response.headers.get('content-encoding');
  };
  expect(await encodingFor('gzip, deflate, br')).toBe('br');
  expect(await encodingFor('gzip')).toBe('gzip');
  expect(await encodingFor('identity')).toBeNull();
});

test('the page may run the script and styles that are in it alone, is shown in no frame, and speaks to its own server', async () => {
  const policyOf = async (publicAddress?: string) => {
    const get = await serve(builtPage(), publicAddress);
    return (await get('/')).headers.get('content-security-policy');
  };
  const policy = await policyOf();
  const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  expect(policy).toContain(`default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)};`);
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toContain("connect-src 'self';");
  // Rooms may live on a process with an address of its own then.
  expect(await policyOf('game.example/2567')).toContain("connect-src 'self' ws: wss:;");
});

test('nothing but the page is served, and other paths are left to others', async () => {
  const get = await serve(builtPage());
  for (const path of ['/.stamp', '/..%2f.stamp', '/index.html.br', '/assets/none.js', '/monitor']) {
    expect(await (await get(path)).text(), path).toBe('elsewhere');
  }
});

test('a page that is not built says how it is', async () => {
  const get = await serve(join(temporaryFolder(), 'none'));
  const response = await get('/');
  expect(response.status).toBe(503);
  expect(await response.text()).toContain('npm run build');
});
