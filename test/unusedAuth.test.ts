import { globSync, readFileSync } from 'node:fs';
import { auth, JWT } from '@colyseus/auth';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LobbyRoom } from '../src/rooms/lobby/lobbyRoom.ts';
import { RecallRoom } from '../src/rooms/recallRoom.ts';
import { depsFor, startServer } from './http/server.ts';

/** What `@colyseus/auth` brings, elliptic, request-oauth and oauth-sign with it, is loaded with `colyseus`, and never used in production. */

let url: string;
let stop: () => Promise<void>;
beforeAll(async () => {
  ({ url, stop } = await startServer(depsFor({ NODE_ENV: 'production' })));
});
afterAll(() => stop());

// It has no routes without one.
JWT.settings.secret = 'a secret of its own, of more than thirty-two characters';

/** Every route that it would register: the last is of a provider. */
const routes = Object.values(auth.endpoints({ prefix: '/auth' })).map(({ path, options }) => ({
  path: path.replace(':providerId', 'google'),
  methods: [options.method].flat() as string[],
}));
const ours = ['/auth/anonymous', '/auth/userdata'];

test('none of its routes is there, but for the two that we answer in our own way', async () => {
  const paths = routes.map(({ path }) => path);
  for (const known of [...ours, '/auth/login', '/auth/register', '/auth/reset-password'])
    expect(paths).toContain(known);
  const tried = [
    ...routes,
    { path: '/auth/google', methods: ['GET'] },
    { path: '/auth/google/callback', methods: ['GET'] },
  ];
  for (const { path, methods } of tried.filter((one) => !ours.includes(one.path))) {
    for (const method of methods) expect((await fetch(url + path, { method })).status, `${method} ${path}`).toBe(404);
  }
});

test('a token that its own functions sign, by the secret of its own settings, is not good', async () => {
  const forged = await JWT.sign({ sub: 'ann', roles: ['operator'] });
  const answer = await fetch(`${url}/auth/userdata`, { headers: { Authorization: `Bearer ${forged}` } });
  expect(answer.status).toBe(401);
});

test('the server imports it for the playground alone, which production has not', () => {
  const users = globSync('src/**/*.ts').filter((file) => readFileSync(file, 'utf8').includes("'@colyseus/auth'"));
  expect(users).toEqual(['src/http/playground.ts']);
  expect(readFileSync('src/http/routes.ts', 'utf8')).toMatch(/if \(!config\.production\) app\.use\('\/playground'/);
});

test('no room lets anybody in by the default that it gives to rooms as soon as it is loaded', () => {
  for (const room of [RecallRoom, LobbyRoom]) expect(Object.hasOwn(room, 'onAuth')).toBe(true);
});
