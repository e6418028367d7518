import { afterEach, expect, test } from 'vitest';
import { depsFor, startServer } from './server.ts';

let stop = async () => {};
afterEach(() => stop());

async function serve(env: Record<string, string>) {
  const server = await startServer(depsFor(env));
  stop = server.stop;
  return (path: string, headers: Record<string, string> = {}) => fetch(server.url + path, { headers });
}

const paths = ['/playground', '/playground/', '/playground/rooms', '/playground/profiling/status'];

test('in development there is a playground, which offers to sign in as a guest', async () => {
  const get = await serve({});
  expect(await (await get('/playground')).text()).toContain('<html');
  const { auth } = (await (await get('/playground/rooms')).json()) as { auth: object };
  expect(auth).toEqual({ oauth: [], register: false, anonymous: true });
});

test('it answers this machine alone, since it lists private rooms, and no other site', async () => {
  let get = await serve({ TRUST_PROXY: '127.0.0.1' });
  for (const path of paths) {
    expect((await get(path, { 'X-Forwarded-For': '10.0.0.1' })).status, path).toBe(403);
    expect((await get(path, { 'Sec-Fetch-Site': 'cross-site' })).status, path).toBe(403);
  }
  expect((await get('/playground/rooms', { 'X-Forwarded-For': '::1' })).status).toBe(200);
  await stop();
  get = await serve({});
  // A proxy that nobody trusts: for whom it asks is hearsay.
  const refused = await get('/playground/rooms', { 'X-Forwarded-For': '127.0.0.1' });
  expect(refused.status).toBe(403);
  expect(await refused.json()).toEqual({
    code: 'NOT_ALLOWED',
    message: 'the playground answers this machine alone: set PLAYGROUND_ANYWHERE=true',
  });
});

test('unless told otherwise', async () => {
  const get = await serve({ TRUST_PROXY: '127.0.0.1', PLAYGROUND_ANYWHERE: 'true' });
  expect((await get('/playground/rooms', { 'X-Forwarded-For': '10.0.0.1' })).status).toBe(200);
});

test('in production there is none', async () => {
  const get = await serve({ NODE_ENV: 'production', PLAYGROUND_ANYWHERE: 'true' });
  for (const path of paths) expect((await get(path)).status, path).toBe(404);
});
