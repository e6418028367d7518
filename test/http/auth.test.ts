import { Client } from '@colyseus/sdk';
import { decodeJwt, SignJWT } from 'jose';
import { afterEach, describe, expect, test } from 'vitest';
import { chosenSettings } from '../../src/people/sessions.ts';
import { orUnavailable } from '../../src/people/unavailable.ts';
import type { ErrorBody } from '../../src/protocol/errors.ts';
import type { RouteAnswers } from '../../src/protocol/http.ts';
import { createOptions } from '../../src/protocol/schemas/options.ts';
import { gameRow } from '../cluster/rows.ts';
import { depsFor, secret, startServer } from './server.ts';

const signedIn = async (answer: Response) => (await answer.json()) as RouteAnswers['POST /auth/anonymous'];

let stop = async () => {};
afterEach(() => stop());

async function serve(env: Record<string, string> = {}) {
  const deps = depsFor(env);
  const server = await startServer(deps);
  stop = server.stop;
  const post = (path: string, body?: string, headers: Record<string, string> = {}) =>
    fetch(server.url + path, {
      method: 'POST',
      body: body ?? null,
      headers: { 'Content-Type': 'application/json', ...headers },
    });
  return { ...deps, url: server.url, post };
}

const operator = () =>
  new SignJWT({ sub: 'olga', name: 'Olga', roles: ['operator'] })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuedAt()
    .sign(Buffer.from(secret));

describe('signing in as a guest', () => {
  test('works by the SDK, with and without a name', async () => {
    const { url, identity } = await serve();
    const client = new Client(url);
    const { user, token } = await client.auth.signInAnonymously({ name: 'Ann' });
    expect(user).toEqual({ id: expect.stringMatching(/^guest_/), name: 'Ann', roles: [], guest: true });
    expect(client.auth.token).toBe(token);
    expect(await identity.verify(token)).toMatchObject(user);
    expect(await client.auth.getUserData()).toEqual({ user, session: null });

    const nameless = await new Client(url).auth.signInAnonymously();
    expect(nameless.user).toEqual({ id: expect.stringMatching(/^guest_/), roles: [], guest: true });
  });

  test('takes the name where Unity’s SDK puts it, too', async () => {
    const { post } = await serve();
    const { user } = await signedIn(await post('/auth/anonymous', JSON.stringify({ name: 'Ann' })));
    expect(user).toMatchObject({ name: 'Ann', roles: [] });
  });

  test('takes nothing but the name of what the client sends (never again 40)', async () => {
    const { post } = await serve();
    const wanted = { sub: 'olga', id: 'olga', user_id: 'olga', roles: ['operator'], iss: 'me', exp: 9e9, guest: false };
    const bodies = [
      { options: { ...wanted, name: 'Ann' }, ...wanted },
      { options: { name: 'Ann', options: wanted, payload: wanted } },
      JSON.parse('{ "options": { "name": "Ann", "__proto__": { "roles": ["operator"], "sub": "olga" } } }'),
    ];
    for (const body of bodies) {
      const answer = await signedIn(await post('/auth/anonymous', JSON.stringify(body)));
      const claims = decodeJwt(answer.token);
      expect(Object.keys(claims).sort()).toEqual(['exp', 'gen', 'iat', 'iss', 'name', 'sub']);
      expect(claims).toMatchObject({ iss: 'recall-guest', name: 'Ann', sub: expect.stringMatching(/^guest_/) });
      expect(answer.user).toMatchObject({ roles: [], guest: true });
    }
    expect({}).not.toHaveProperty('roles');
  });

  test('gives each guest an id of their own, also to who has a token already', async () => {
    const { post } = await serve();
    const first = await signedIn(await post('/auth/anonymous'));
    const second = await signedIn(await post('/auth/anonymous', '{}', { Authorization: `Bearer ${first.token}` }));
    expect(second.user.id).not.toBe(first.user.id);
  });

  test.each([
    ['a name that is too long', JSON.stringify({ options: { name: 'x'.repeat(33) } })],
    ['a name that is no text', '{ "options": { "name": { "toString": 1 } } }'],
    ['a name that is no text, beside the options', '{ "name": 5 }'],
    ['options that are no object', '{ "options": 7 }'],
    ['a list', '[]'],
    ['broken JSON', '{ "options": '],
    ['8 KB', JSON.stringify({ options: { name: 'x'.repeat(8192) } })],
  ])('refuses %s', async (_, body) => {
    const { post } = await serve();
    const answer = await post('/auth/anonymous', body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ code: 'INVALID_PAYLOAD', message: expect.stringMatching(/.+/) });
  });

  test('is refused where guests are off', async () => {
    const { post, url } = await serve({ ALLOW_GUESTS: 'false' });
    const answer = await post('/auth/anonymous', '{}');
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ code: 'NOT_ALLOWED' });
    await expect(new Client(url).auth.signInAnonymously()).rejects.toMatchObject({ code: 403 });
  });

  test('is limited by address, and says when to try again', async () => {
    const { post } = await serve({ RATE_LIMIT_GUESTS: '3' });
    for (let i = 0; i < 3; i++) expect((await post('/auth/anonymous')).status).toBe(200);
    // A header that anybody can make up is no other address.
    const answer = await post('/auth/anonymous', '{}', { 'X-Forwarded-For': '203.0.113.9' });
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(await answer.json()).toEqual({
      code: 'TOO_MANY_REQUESTS',
      message: expect.stringMatching(/try again in \d+ s/),
      retry_after_ms: expect.any(Number),
      place: expect.any(String),
    });
  });

  test('over the limit works with the place that one was told, which is good once and for nothing else', async () => {
    const { post, url, identity } = await serve({ RATE_LIMIT_GUESTS: '4', RATE_LIMIT_WINDOW_S: '4' });
    const client = new Client(url);
    for (let i = 0; i < 3; i++) await client.auth.signInAnonymously();
    const signIn = (place?: string) => client.auth.signInAnonymously({ name: 'Ann', place });
    const refusal = await signIn().catch((error) => error.data);
    expect(refusal).toMatchObject({ code: 'TOO_MANY_REQUESTS', place: expect.any(String) });
    await expect(identity.verify(refusal.place)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    // What is made up is no place.
    expect((await post('/auth/anonymous', JSON.stringify({ place: 'mine' }))).status).toBe(429);
    await expect
      .poll(
        () =>
          signIn(refusal.place).then(
            () => 'in',
            () => 'waits',
          ),
        { interval: 100 },
      )
      .toBe('in');
    await expect(signIn(refusal.place)).rejects.toMatchObject({ code: 429 });
  });
});

test('there is no sign-in by e-mail or by another site', async () => {
  const { post, url } = await serve();
  const credentials = JSON.stringify({ email: 'ann@mail.example', password: 'hunter2' });
  for (const path of ['/auth/register', '/auth/login', '/auth/forgot-password', '/auth/reset-password']) {
    expect((await post(path, credentials)).status, path).toBe(404);
  }
  for (const path of ['/auth/provider/discord', '/auth/confirm-email', '/auth/reset-password']) {
    expect((await fetch(url + path)).status, path).toBe(404);
  }
});

describe('signing out', () => {
  test('refuses the token from then on, and tells who listens', async () => {
    const { post, url, identity, revocations } = await serve();
    const client = new Client(url);
    const { user, token } = await client.auth.signInAnonymously();
    const signedOut: string[] = [];
    await revocations.onSignOut((userId) => void signedOut.push(userId));

    const headers = { Authorization: `Bearer ${token}` };
    expect((await post('/auth/sign-out', undefined, headers)).status).toBe(204);
    expect(signedOut).toEqual([user.id]);
    await expect(identity.verify(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(client.auth.getUserData()).rejects.toMatchObject({ code: 401 });
    const again = await post('/auth/sign-out', undefined, headers);
    expect(again.status).toBe(401);
    expect(await again.json()).toEqual({ code: 'UNAUTHENTICATED', message: 'signed out: sign in again' });
    expect(signedOut).toEqual([user.id]);
  });

  test('takes any token of ours, a user’s with an account too', async () => {
    const { post, identity } = await serve();
    const token = await operator();
    expect((await post('/auth/sign-out', undefined, { Authorization: `bearer ${token}` })).status).toBe(204);
    await expect(identity.verify(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('is refused for nothing that others, or the user, have asked for', async () => {
    const { post, url } = await serve({ RATE_LIMIT_REQUESTS_USER: '1', RATE_LIMIT_REQUESTS_ADDRESS: '3' });
    const signOut = (token: string) => post('/auth/sign-out', undefined, { Authorization: `Bearer ${token}` });
    const { token } = await signedIn(await post('/auth/anonymous'));
    const look = (headers: Record<string, string>) => fetch(`${url}/users/me/rooms`, { headers });
    const own = [];
    for (let i = 0; i < 4; i++) own.push((await look({ Authorization: `Bearer ${token}` })).status);
    expect(own).toEqual([200, 429, 429, 429]);
    for (let i = 0; i < 3; i++) expect((await signOut('junk')).status).toBe(401);
    const refused = await signOut('junk');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
    expect((await signOut(token)).status).toBe(204);
  });

  test('has a limit of its own for each user', async () => {
    const { post } = await serve();
    const statuses: number[] = [];
    for (let device = 0; device < 21; device++) {
      const token = await new SignJWT({ sub: 'olga', device })
        .setProtectedHeader({ alg: 'HS256' })
        .sign(Buffer.from(secret));
      const { status } = await post('/auth/sign-out', undefined, { Authorization: `Bearer ${token}` });
      statuses.push(status);
    }
    expect(statuses).toEqual([...Array(20).fill(204), 429]);
  });

  test.each([
    ['no token', undefined],
    ['junk', 'Bearer junk'],
    ['another scheme', 'Basic YTpi'],
    ['a token that is none of ours', 'Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl'],
  ])('with %s is refused, and signs nobody out', async (_, header) => {
    const { post, revocations } = await serve();
    await revocations.onSignOut(() => expect.fail('nobody signed out'));
    const answer = await post('/auth/sign-out', undefined, header ? { Authorization: header } : {});
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('a session', () => {
  test('is what the user has chosen, when they were seen, and where they sit', async () => {
    const { url, sessions, userRooms, index } = await serve();
    const client = new Client(url);
    const { user } = await client.auth.signInAnonymously();
    await sessions.seen(user.id, 1_790_000_000_000);
    const seen = { name: null, settings: null, last_seen_at: 1_790_000_000_000, rooms: [] };
    expect(await client.auth.getUserData()).toEqual({ user, session: seen });

    const settings = chosenSettings(createOptions(5).parse({ game_type: 'clear' }));
    await sessions.remember(user.id, { name: 'Annie', settings });
    await userRooms.seat('room_1', new Map([[user.id, 'a seat']]), 60_000);
    await index.insert(gameRow('room_1'));
    const session = { ...seen, name: 'Annie', settings, rooms: ['room_1'] };
    expect(await client.auth.getUserData()).toEqual({ user, session });
  });

  test('is for its user alone, counts as a request, and is kept by nobody on the way', async () => {
    const { url, post } = await serve({ RATE_LIMIT_REQUESTS_USER: '2' });
    const { token } = await signedIn(await post('/auth/anonymous'));
    const ask = (sent?: string) =>
      fetch(`${url}/auth/userdata`, sent ? { headers: { Authorization: `Bearer ${sent}` } } : {});
    expect((await ask()).status).toBe(401);
    for (let i = 0; i < 2; i++) expect((await ask(token)).headers.get('Cache-Control')).toBe('no-store');
    const refused = await ask(token);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
  });

  test('that can’t be looked up is a reason to try again, and the log says why', async () => {
    const deps = depsFor({});
    const sessions = { ...deps.sessions, of: () => Promise.reject(new Error('the disk is at 10.1.2.3')) };
    const server = await startServer({ ...deps, sessions });
    stop = server.stop;
    const { token } = await signedIn(await fetch(`${server.url}/auth/anonymous`, { method: 'POST' }));
    const answer = await fetch(`${server.url}/auth/userdata`, { headers: { Authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({ code: 'UNAVAILABLE', message: expect.not.stringContaining('disk') });
    expect(deps.lines.join()).toContain('the disk is at 10.1.2.3');
    expect(deps.lines.join()).not.toContain(token);
  });

  test('ends with the sign-out, which holds even where that fails', async () => {
    const deps = depsFor({});
    const server = await startServer(deps);
    stop = server.stop;
    const headersOf = async () => {
      const { user, token } = await signedIn(await fetch(`${server.url}/auth/anonymous`, { method: 'POST' }));
      await deps.sessions.remember(user.id, { name: 'Ann' });
      return { user, token, headers: { Authorization: `Bearer ${token}` } };
    };
    const signOut = ({ headers }: { headers: Record<string, string> }) =>
      fetch(`${server.url}/auth/sign-out`, { method: 'POST', headers });

    const ann = await headersOf();
    expect((await signOut(ann)).status).toBe(204);
    expect(await deps.sessions.of(ann.user.id)).toBeUndefined();

    const bob = await headersOf();
    deps.sessions.end = () => Promise.reject(new Error('not now'));
    expect((await signOut(bob)).status).toBe(204);
    await expect(deps.identity.verify(bob.token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

test('a fault of ours is answered with an id that the log has, and with nothing else', async () => {
  const deps = depsFor({});
  const broken = { ...deps.identity, signGuest: () => Promise.reject(new Error('the vault is at 10.1.2.3')) };
  const server = await startServer({ ...deps, identity: broken });
  stop = server.stop;
  const answer = await fetch(`${server.url}/auth/anonymous`, { method: 'POST' });
  expect(answer.status).toBe(500);
  const { code, message } = (await answer.json()) as ErrorBody;
  expect(code).toBe('INTERNAL');
  expect(message).not.toContain('vault');
  const line = JSON.parse(deps.lines[0] ?? '');
  expect(message).toContain(line.requestId);
  expect(line.err.message).toBe('the vault is at 10.1.2.3');
});

test('where a route has to put somebody off, the log says why, and who asks does not hear it', async () => {
  const deps = depsFor({});
  const write = () => orUnavailable(Promise.reject<void>(new Error('the disk is at 10.1.2.3')), 'not just now');
  const server = await startServer({ ...deps, audit: { ...deps.audit, write } });
  stop = server.stop;
  const headers = { Authorization: `Bearer ${await operator()}` };
  const answer = await fetch(`${server.url}/admin/rooms`, { headers });
  expect(answer.status).toBe(503);
  expect(await answer.text()).not.toContain('10.1.2.3');
  const told = deps.lines.find((line) => line.includes('a route could not be answered')) ?? '';
  expect(JSON.parse(told)).toMatchObject({
    method: 'GET',
    path: '/rooms',
    err: { message: 'the disk is at 10.1.2.3' },
  });
});
