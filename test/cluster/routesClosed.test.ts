import { afterAll, describe, expect, test } from 'vitest';
import { killAll } from '../../harness/process.ts';
import { kinds, operator, Site, tokenOf } from '../../harness/site.ts';
import type { ErrorBody } from '../../src/protocol/errors.ts';
import { basic } from '../http/server.ts';

afterAll(killAll);

describe.each(kinds)('%s', (kind) => {
  test('without a good token there is no answer, and the refusal says what to do', async () => {
    const site = await Site.open(kind);
    const [now, hour] = [Math.floor(Date.now() / 1000), 3600];
    const good = await tokenOf('ann');
    const expired = await tokenOf('ann', { iat: now - 2 * hour, exp: now - hour });
    const [head, payload, signature] = good.split('.');
    const forged = Buffer.from(JSON.stringify({ sub: 'olga', roles: ['operator'], iat: now })).toString('base64url');
    const none = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
    const bad = {
      missing: undefined,
      garbage: 'x.y.z',
      junk: 'junk',
      expired,
      forged: `${head}.${forged}.${signature}`,
      unsigned: `${none}.${forged}.`,
      cut: `${head}.${payload}.`,
      long: 'x'.repeat(9000),
    };
    for (const path of ['/rooms', '/users/me/rooms', '/users/presence?ids=ann']) {
      for (const [which, token] of Object.entries(bad)) {
        const refusal = await site.refused(path, token);
        expect([path, which, refusal]).toMatchObject([path, which, { status: 401, code: 'UNAUTHENTICATED' }]);
        expect(refusal.message).toMatch(/sign in|token/);
      }
    }
    // It needs none, and a bad one takes nothing away.
    expect((await site.get('/rooms/public', expired)).status).toBe(200);
    await site.close();
  });

  test('/playground is there in development', async () => {
    const site = await Site.open(kind);
    for (const via of site.processes.keys()) {
      const { status, body } = await site.get<string>('/playground', undefined, via);
      expect([status, body.includes('<html')]).toEqual([200, true]);
    }
    await site.close();
  });

  test('who asks too often waits, at each route, for as long as it says', async () => {
    const [perUser, perAddress] = [4, 10];
    const site = await Site.open(kind, {
      ...{
        RATE_LIMIT_REQUESTS_USER: `${perUser}`,
        RATE_LIMIT_REQUESTS_ADDRESS: `${perAddress}`,
        RATE_LIMIT_WINDOW_S: '100',
      },
    });
    let asked = 0;
    // At one process and at another: they count together.
    const ask = async (path: string, token?: string) => {
      const { status, headers, body } = await site.get<ErrorBody>(path, token, asked++);
      return { status, after: Number(headers.get('Retry-After')), ...body };
    };
    const ann = await tokenOf('ann', { roles: ['operator'] });
    const paths = ['/rooms/public', '/rooms', '/users/me/rooms', '/users/presence?ids=bob'];
    for (const path of paths) expect([path, (await ask(path, ann)).status]).toEqual([path, 200]);
    for (const path of paths) {
      const { status, code, after, retry_after_ms = 0 } = await ask(path, ann);
      expect([path, status, code]).toEqual([path, 429, 'TOO_MANY_REQUESTS']);
      expect(retry_after_ms).toBeGreaterThan(0);
      expect(retry_after_ms).toBeLessThanOrEqual(100_000);
      expect(after).toBe(Math.ceil(retry_after_ms / 1000));
    }
    // Another user is let in, until the accounts of the address have had their share.
    expect((await ask('/users/me/rooms', await tokenOf('bob'))).status).toBe(200);
    for (let i = 2 * paths.length + 1; i < perAddress; i++) {
      expect((await ask('/rooms/public', await tokenOf('dora'))).status).toBe(200);
    }
    expect((await ask('/rooms/public')).status).toBe(200);
    expect(await ask('/users/me/rooms', await tokenOf('carl'))).toMatchObject({
      status: 429,
      code: 'TOO_MANY_REQUESTS',
    });
    await site.close();
  });

  test('/monitor opens by its password or an operator’s token, and by nothing else', async () => {
    const site = await Site.open(kind, { MONITOR_USER: 'olga', MONITOR_PASSWORD: 'open sesame' });
    const ask = (authorization?: string) =>
      Promise.all(
        site.processes.map(async ({ url }) => {
          const headers = authorization === undefined ? {} : { Authorization: authorization };
          return (await fetch(`${url}/monitor/`, { headers })).status;
        }),
      );
    const all = (status: number) => site.processes.map(() => status);
    expect(await ask(basic('olga', 'open sesame'))).toEqual(all(200));
    expect(await ask(`Bearer ${await operator}`)).toEqual(all(200));
    expect(await ask()).toEqual(all(401));
    expect(await ask(basic('olga', 'sesame'))).toEqual(all(401));
    expect(await ask(`Bearer ${await tokenOf('ann')}`)).toEqual(all(403));
    await site.close();
  });

  test('in production there is no playground, and no monitor where nobody set its password', async () => {
    const site = await Site.open(kind, { NODE_ENV: 'production' });
    for (const via of site.processes.keys()) {
      expect((await site.get('/playground', undefined, via)).status).toBe(404);
      expect((await site.get('/monitor/', undefined, via)).status).toBe(404);
      expect((await site.get('/rooms/public', undefined, via)).status).toBe(200);
    }
    await site.close();
  });
});
