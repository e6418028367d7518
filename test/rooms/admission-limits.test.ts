import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  const limits = { RATE_LIMIT_PASSWORDS_ADDRESS: '3', RATE_LIMIT_PASSWORDS_ROOM: '5' };
  server = await startServer({ ...limits, TRUST_PROXY: '127.0.0.1' });
});
afterAll(() => server.stop());

let users = 0;

/** Another user each time tries this password. @returns the status of the answer. */
async function tryPassword(roomId: string, password: string, from: string): Promise<number> {
  const token = await server.token({ sub: `user ${users++}` });
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', 'X-Forwarded-For': from };
  const body = JSON.stringify({ password });
  return (await fetch(`${server.url}/matchmake/joinById/${roomId}`, { method: 'POST', headers, body })).status;
}

async function privateRoom(): Promise<string> {
  const owner = await server.client('olaf');
  return (await owner.create('recall', { permission: 'private', password: 'open sesame', max_players: 8 })).roomId;
}

test('wrong passwords from one address are limited, whoever sends them to whichever room', async () => {
  for (let i = 0; i < 3; i++) expect(await tryPassword(await privateRoom(), 'wrong', '10.0.0.1')).toBe(403);
  const room = await privateRoom();
  expect(await tryPassword(room, 'open sesame', '10.0.0.1')).toBe(429);
  expect(await tryPassword(room, 'open sesame', '198.51.100.7, 10.0.0.1')).toBe(429);
  expect(await tryPassword(room, 'open sesame', '10.0.0.2')).toBe(200);
});

test('wrong passwords at one room are limited, whoever sends them from wherever', async () => {
  const room = await privateRoom();
  for (let i = 0; i < 5; i++) expect(await tryPassword(room, 'wrong', `10.0.1.${i}`)).toBe(403);
  expect(await tryPassword(room, 'open sesame', '10.0.1.9')).toBe(429);
  expect(await tryPassword(await privateRoom(), 'open sesame', '10.0.1.9')).toBe(200);
});

test('right passwords use nothing up', async () => {
  const room = await privateRoom();
  for (let i = 0; i < 7; i++) expect(await tryPassword(room, 'open sesame', '10.0.2.1')).toBe(200);
});
