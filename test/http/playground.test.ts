import { afterEach, expect, test } from 'vitest';
import { depsFor, startServer } from './server.ts';

let stop = async () => {};
afterEach(() => stop());

async function serve(env: Record<string, string>) {
  const server = await startServer(depsFor(env));
  stop = server.stop;
  return (path: string) => fetch(server.url + path);
}

test('in development there is a playground, which offers to sign in as a guest', async () => {
  const get = await serve({});
  expect(await (await get('/playground')).text()).toContain('<html');
  const { auth } = (await (await get('/playground/rooms')).json()) as { auth: object };
  expect(auth).toEqual({ oauth: [], register: false, anonymous: true });
});

test('in production there is none', async () => {
  const get = await serve({ NODE_ENV: 'production' });
  for (const path of ['/playground', '/playground/', '/playground/rooms', '/playground/profiling/status']) {
    expect((await get(path)).status, path).toBe(404);
  }
});
