import { afterEach, expect, test } from 'vitest';
import { depsFor, startServer } from './server.ts';

let stop = async () => {};
afterEach(() => stop());

async function ask(env: Record<string, string>, origin: string | undefined, method = 'GET') {
  const server = await startServer(depsFor(env));
  stop = server.stop;
  const paths = ['/auth/userdata', '/matchmake/joinOrCreate/recall', '/monitor/'];
  const answers = paths.map((path) => fetch(server.url + path, { method, headers: origin ? { Origin: origin } : {} }));
  const [ours, matchmaking, monitor] = (await Promise.all(answers)).map(({ headers }) =>
    headers.get('Access-Control-Allow-Origin'),
  );
  return { ours, matchmaking, monitor };
}

test('without ALLOWED_ORIGINS any page may call, by name, since the SDK sends its calls with credentials', async () => {
  const origin = 'https://game.example';
  expect(await ask({}, origin)).toEqual({ ours: origin, matchmaking: origin, monitor: null });
});

test('with ALLOWED_ORIGINS those pages may call, and no others', async () => {
  const env = { ALLOWED_ORIGINS: 'https://game.example, http://localhost:5173' };
  for (const origin of ['https://game.example', 'http://localhost:5173']) {
    expect(await ask(env, origin)).toEqual({ ours: origin, matchmaking: origin, monitor: null });
    await stop();
  }
  for (const origin of ['https://evil.example', 'https://game.example.evil.example', 'null', undefined]) {
    expect(await ask(env, origin)).toEqual({ ours: null, matchmaking: null, monitor: null });
    await stop();
  }
});

test('a browser that asks first is told the same', async () => {
  const env = { ALLOWED_ORIGINS: 'https://game.example' };
  expect(await ask(env, 'https://evil.example', 'OPTIONS')).toEqual({ ours: null, matchmaking: null, monitor: null });
  await stop();
  expect(await ask(env, 'https://game.example', 'OPTIONS')).toMatchObject({ matchmaking: 'https://game.example' });
});
