import { request } from 'node:http';
import { Client } from '@colyseus/sdk';
import { expect, test, vi } from 'vitest';
import { Process } from '../../harness/process.ts';
import { operator, tokenOf } from '../../harness/site.ts';
import type { RouteAnswers } from '../../src/protocol/http.ts';
import { TestPlayer } from '../rooms/player.ts';
import { expectRefusal } from '../support/refusal.ts';
import { redisForFile } from './redisForFile.ts';

const redis = await redisForFile();

async function two(settings: Record<string, string>) {
  await redis.client().flushall();
  const all = { REDIS_URL: redis.url, JWT_SECRET: 'a secret of more than thirty-two characters', ...settings };
  return [await Process.start(all), await Process.start(all)] as const;
}

/** Refused at both, and told when to come again. */
async function expectTooMany(answer: Response): Promise<void> {
  expect(answer.status).toBe(429);
  const body = (await answer.json()) as { retry_after_ms: number };
  expect(body).toMatchObject({
    code: 'TOO_MANY_REQUESTS',
    message: expect.stringMatching(/try again in \d+ s/),
    retry_after_ms: expect.any(Number),
  });
  expect(Number(answer.headers.get('Retry-After'))).toBe(Math.ceil(body.retry_after_ms / 1000));
}

test('an address, a user and new guests are limited over all processes together', async () => {
  const processes = await two({
    ...{ RATE_LIMIT_REQUESTS_ADDRESS: '6', RATE_LIMIT_REQUESTS_USER: '4', RATE_LIMIT_GUESTS: '2' },
  });
  const tokens: string[] = [];
  for (const { url } of processes) {
    const answer = await fetch(`${url}/auth/anonymous`, { method: 'POST' });
    tokens.push(((await answer.json()) as RouteAnswers['POST /auth/anonymous']).token);
  }
  for (const { url } of processes) await expectTooMany(await fetch(`${url}/auth/anonymous`, { method: 'POST' }));

  const ask = (via: number, token?: string) =>
    fetch(`${processes[via % 2]?.url}/rooms/public`, token ? { headers: { Authorization: `Bearer ${token}` } } : {});
  for (let i = 0; i < 4; i++) expect((await ask(i, tokens[0])).status).toBe(200);
  // A request that its user has no more of has counted for the address all the same.
  for (const via of [0, 1]) await expectTooMany(await ask(via, tokens[0]));
  for (const via of [0, 1]) await expectTooMany(await ask(via, tokens[1]));
  // Who has no token is counted apart.
  for (let i = 0; i < 6; i++) expect((await ask(i)).status).toBe(200);
  for (const via of [0, 1]) await expectTooMany(await ask(via));
});

test('a call that a drained process hands on counts for the address of its client; who only says so hides nothing', async () => {
  const [drained, other] = await two({ RATE_LIMIT_CREATES_ADDRESS: '1' });
  const headers = { Authorization: `Bearer ${await operator}` };
  expect((await fetch(`${drained.url}/admin/drain`, { method: 'POST', headers })).status).toBe(200);
  const create = async (via: Process, localAddress: string, more = {}) => {
    const headers = { Authorization: `Bearer ${await tokenOf(crypto.randomUUID())}`, ...more };
    return new Promise<number | undefined>((resolve, reject) => {
      const call = request(`${via.url}/matchmake/create/recall`, { method: 'POST', localAddress, headers });
      call.on('response', (answer) => resolve(answer.resume().statusCode)).on('error', reject);
      call.end('{}');
    });
  };
  expect(await create(drained, '127.0.0.2')).toBe(200);
  expect(await create(drained, '127.0.0.3')).toBe(200);
  expect(await create(drained, '127.0.0.2')).toBe(429);
  const made = { 'X-Recall-Door': '1', 'X-Forwarded-For': '127.0.0.4' };
  for (const via of [drained, other]) expect(await create(via, '127.0.0.3', made)).not.toBe(200);
});

test('what a user opens and holds is limited over all processes together', async () => {
  const processes = await two({ RATE_LIMIT_CREATES_USER: '5', MAX_ROOMS_USER: '3' });
  const { auth } = await processes[0].guest('Eve');
  const create = (via: number) => {
    const client = new Client(processes[via % 2]?.url ?? '');
    client.auth.token = auth.token ?? '';
    return client.create('recall');
  };
  const rooms = [];
  for (let i = 0; i < 3; i++) rooms.push(await create(i));
  await expectRefusal(create(0), 'TOO_MANY_ROOMS', 'you have 3 rooms open already: leave one');
  await expectRefusal(create(1), 'TOO_MANY_ROOMS');
  for (const via of [0, 1]) await expectRefusal(create(via), 'TOO_MANY_REQUESTS', /try again in \d+ s$/);
});

test('a user’s wrong passwords for a room count together, whichever process they come through, and after a takeover', async () => {
  const processes = await two({ LEASE_S: '1', RATE_LIMIT_PASSWORDS_USER: '4' });
  const [first, second] = processes;
  const owner = await first.guest('Ann');
  const room = new TestPlayer(await owner.create('recall', { permission: 'private', password: 'open sesame' }));
  const { auth } = await first.guest('Eve');
  const tries = (via: number, password: string) => {
    const client = new Client(processes[via % 2]?.url ?? '');
    client.auth.token = auth.token ?? '';
    return client.joinById(room.roomId, { password });
  };
  for (let i = 0; i < 4; i++) await expectRefusal(tries(i, 'a guess'), 'WRONG_PASSWORD');
  for (const via of [0, 1]) await expectRefusal(tries(via, 'a guess'), 'TOO_MANY_ATTEMPTS', /try again in \d+ s/);
  for (const via of [0, 1]) await expectRefusal(tries(via, 'open sesame'), 'TOO_MANY_ATTEMPTS');
  const ben = await second.guest('Ben');
  await ben.joinById(room.roomId, { password: 'open sesame' }).then((his) => his.leave());

  for (const process of processes) await process.end('SIGKILL');
  await second.start();
  // Until it is known that the dead have let go of the room, it is nowhere.
  await vi.waitFor(() => expectRefusal(tries(1, 'open sesame'), 'TOO_MANY_ATTEMPTS'), { timeout: 10_000 });
});
