import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ErrorBody } from '../../src/protocol/errors.ts';
import type { RouteAnswers } from '../../src/protocol/http.ts';
import { depsFor, startServer } from './server.ts';

const deps = depsFor({ RATE_LIMIT_REQUESTS_USER: '100' });
let server: Awaited<ReturnType<typeof startServer>>;
let token: string;
beforeEach(async () => {
  server = await startServer(deps);
  ({ token } = await deps.identity.signGuest('Ann'));
});
afterEach(() => server.stop());

async function get<Body>(path: string) {
  const response = await fetch(server.url + path, { headers: { Authorization: `Bearer ${token}` } });
  return { status: response.status, body: (await response.json()) as Body };
}

test('the presence of users is asked for by their ids, with commas between them', async () => {
  const { status, body } = await get<RouteAnswers['GET /users/presence']>('/users/presence?ids=bob,%20carl,guest_1');
  expect(status).toBe(200);
  expect(body.presence.map(({ user_id }) => user_id)).toEqual(['bob', ' carl', 'guest_1']);
});

test.each([
  ['none', '', /^ids: /],
  ['an empty one', '?ids=a,,b', /^ids\.1: /],
  ['more than 100', `?ids=${'a,'.repeat(100)}a`, /^ids: .*100/],
  ['one that is too long', `?ids=a,${'x'.repeat(129)}`, /^ids\.1: .*128/],
  ['two lists', '?ids=a&ids=b', /^ids: /],
  ['another name', '?user_ids=a', /unknown option "user_ids"/],
  ['both names', '?ids=a&user_ids=b', /^unknown option "user_ids"$/],
])('presence is refused for %s, by the name that was asked', async (_, query, message) => {
  const { status, body } = await get<ErrorBody>(`/users/presence${query}`);
  expect(status).toBe(400);
  expect(body).toEqual({ code: 'INVALID_OPTIONS', message: expect.stringMatching(message) });
  if (!query.includes('user_ids')) expect(body.message).not.toContain('user_ids');
});

test('a token is looked at once for each request', async () => {
  const verify = vi.spyOn(deps.identity, 'verify');
  for (const path of ['/users/me/rooms', '/users/presence?ids=a', '/auth/userdata', '/rooms']) {
    verify.mockClear();
    await get(path);
    expect([path, verify.mock.calls.length]).toEqual([path, 1]);
  }
  token = 'junk';
  verify.mockClear();
  expect((await get('/users/me/rooms')).status).toBe(401);
  expect(verify).toHaveBeenCalledTimes(1);
});
