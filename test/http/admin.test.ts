import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Client, Room } from '@colyseus/sdk';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { AuditFacts } from '../../src/protocol/admin.ts';
import { closeCodes } from '../../src/protocol/errors.ts';
import { expectRefusal } from '../support/refusal.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await startServer();
  token = await server.token({ sub: 'olga', roles: ['operator'] });
});
afterAll(() => server.stop());

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever is answered, as the tests expect it
  readonly body: any;
}

async function ask(route: string, body?: object, by = token): Promise<Answer> {
  const [method = '', path = ''] = route.split(' ');
  const headers = { Authorization: `Bearer ${by}`, 'Content-Type': 'application/json' };
  const sent = body && { body: JSON.stringify(body) };
  const response = await fetch(`${server.url}/admin${path}`, { method, headers, ...sent });
  return { status: response.status, body: await response.json() };
}

const closed = (room: Room) => new Promise<number>((resolve) => room.onLeave(resolve));

const audit = async (): Promise<AuditFacts[]> => (await ask('GET /audit')).body.entries;

let ann: Client;
let room: Room;
beforeEach(async () => {
  ann = await server.client(`ann ${crypto.randomUUID()}`, { name: 'Ann' });
  room = await ann.create('recall', { permission: 'private', password: 'open sesame' });
});
const annsId = () => JSON.parse(atob((ann.auth.token ?? '').split('.')[1] ?? '')).sub as string;
const annsPath = () => encodeURIComponent(annsId());

test('nobody but an operator gets in, and who is refused changes nothing', async () => {
  const guest = (await server.guest('Gus')).auth.token ?? '';
  const routes = [
    ...['GET /rooms', `GET /rooms/${room.roomId}`, `DELETE /rooms/${room.roomId}`, 'GET /bans', 'GET /audit'],
    ...['GET /users/ann', 'POST /users/ann/kick', 'PUT /users/ann/ban', 'DELETE /users/ann/ban'],
    ...['POST /drain', 'POST /undrain'],
  ];
  const before = await audit();
  for (const route of routes) {
    expect(await ask(route, undefined, guest), route).toMatchObject({ status: 403, body: { code: 'NOT_ALLOWED' } });
    expect(await ask(route, undefined, 'junk'), route).toMatchObject({ status: 401 });
  }
  expect(await audit()).toHaveLength(before.length + 1);
  await room.request('ping', {});
});

test('a room is shown with who sits in it, and with nothing that is secret', async () => {
  await room.request('add_bot', {});
  const { status, body } = await ask(`GET /rooms/${room.roomId}`);
  expect(status).toBe(200);
  expect(body).toMatchObject({ room_id: room.roomId, permission: 'private', match_number: 0, paused: false });
  expect(body.process_id).toMatch(/\w/);
  expect(body.expires_at).toBeGreaterThan(Date.now());
  expect(body.seats).toMatchObject([
    { session_id: room.sessionId, user_id: annsId(), name: 'Ann', is_bot: false, attendance: 'connected' },
    { user_id: '', is_bot: true },
  ]);
  const secrets = [room.reconnectionToken.split(':')[1]?.split('.')[0] ?? 'none', 'open sesame', 'pass', 'nonce'];
  for (const secret of secrets) expect(JSON.stringify(body)).not.toContain(secret);
  expect((await ask('GET /rooms?limit=1')).body).toMatchObject({ rooms: [{ room_id: room.roomId }] });
  expect(await ask('GET /rooms/room_nowhere')).toMatchObject({ status: 404, body: { code: 'ROOM_NOT_FOUND' } });
});

test('a room is closed for good', async () => {
  const end = closed(room);
  const { status, body } = await ask(`DELETE /rooms/${room.roomId}`);
  expect({ status, body }).toEqual({ status: 200, body: { room_id: room.roomId, closed: true } });
  expect(await end).toBe(closeCodes.roomClosed);
  await expectRefusal(ann.joinById(room.roomId), 'ROOM_NOT_FOUND');
  expect(await ask(`DELETE /rooms/${room.roomId}`)).toMatchObject({ status: 404 });
});

test('a user is shown, kicked, and may come back', async () => {
  expect((await ask(`GET /users/${annsPath()}`)).body).toMatchObject({
    ...{ user_id: annsId(), banned_until: null, total: 1, rooms: [{ room_id: room.roomId }] },
    presence: { status: 'online' },
  });
  const end = closed(room);
  expect(await ask(`POST /users/${annsPath()}/kick`)).toMatchObject({ status: 200, body: { kicked: true } });
  expect(await end).toBe(closeCodes.signedOut);
  await ann.create('recall', {});
});

test('a ban puts a user out and keeps them out until it is taken back; it is listed', async () => {
  const end = closed(room);
  const { status, body } = await ask(`PUT /users/${annsPath()}/ban`, { hours: 24 });
  expect(status).toBe(200);
  expect(body).toMatchObject({ user_id: annsId(), banned_by: 'olga' });
  expect(body.banned_until - body.banned_at).toBe(86_400_000);
  expect(await end).toBe(closeCodes.banned);
  await expectRefusal(ann.create('recall', {}), 'BANNED');
  expect((await ask('GET /bans')).body.bans).toContainEqual(body);
  expect((await ask(`GET /users/${annsPath()}`)).body).toMatchObject({ banned_until: body.banned_until, total: 0 });
  expect((await ask(`DELETE /users/${annsPath()}/ban`)).body).toEqual({ user_id: annsId(), was_banned: true });
  expect((await ask(`DELETE /users/${annsPath()}/ban`)).body).toMatchObject({ was_banned: false });
  await ann.create('recall', {});
});

test('what makes no sense is refused, and neither done nor written down', async () => {
  const before = await audit();
  for (const hours of [0, -1, 1e9, '24', null, undefined])
    expect(await ask('PUT /users/ann/ban', { hours })).toMatchObject({
      status: 400,
      body: { code: 'INVALID_OPTIONS' },
    });
  expect(await ask('PUT /users/olga/ban', { hours: 1 })).toMatchObject({ status: 403, body: { code: 'NOT_ALLOWED' } });
  expect(await ask('PUT /users/toString/ban', { hours: 1 })).toMatchObject({ status: 400 });
  expect(await ask('GET /rooms?limit=none')).toMatchObject({ status: 400 });
  expect(await ask('GET /audit?cursor=-1')).toMatchObject({ status: 400 });
  expect(await audit()).toHaveLength(before.length + 1);
});

test('a process that stands alone can not be drained: there is nobody to take its rooms', async () => {
  expect(await ask('POST /drain')).toMatchObject({ status: 403, body: { code: 'NOT_ALLOWED' } });
  expect(await ask('POST /drain', { process_id: 'another' })).toMatchObject({ status: 404 });
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  await room.request('ping', {});
});

test('the audit has who, what, whom and when, the newest first, page by page', async () => {
  const began = Date.now();
  await ask(`PUT /users/${annsPath()}/ban`, { hours: 1.5 });
  await ask(`DELETE /users/${annsPath()}/ban`);
  const { body } = await ask('GET /audit?limit=3');
  expect(body.entries).toMatchObject([
    { who: 'olga', what: 'audit', whom: null },
    { who: 'olga', what: 'unban', whom: annsId(), how: null },
    { who: 'olga', what: 'ban', whom: annsId(), how: { hours: 1.5 } },
  ]);
  for (const { at } of body.entries) expect(at).toBeGreaterThanOrEqual(began - 1);
  const next = await ask(`GET /audit?limit=1&cursor=${body.entries[1].id}`);
  expect(next.body.entries).toEqual([body.entries[2]]);
});

test('nobody takes an entry out of the audit, or changes one; what can not be written down is not done, nor read when it can not be', async () => {
  const database = new DatabaseSync(join(server.config.dataDir, 'recall.sqlite'), { timeout: 5000 });
  expect(() => database.exec('DELETE FROM audit')).toThrow('only grows');
  expect(() => database.exec("UPDATE audit SET who = 'nobody'")).toThrow('only grows');
  database.exec('ALTER TABLE audit RENAME TO away');
  const refused = await ask(`PUT /users/${annsPath()}/ban`, { hours: 1 });
  expect(refused).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
  // A table that can be written, and not read.
  database.exec('CREATE TABLE audit (at_ms, who, what, whom, how)');
  expect(await ask('GET /audit')).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
  database.exec('DROP TABLE audit; ALTER TABLE away RENAME TO audit');
  database.close();
  await room.request('ping', {});
  expect((await ask('GET /bans')).body.bans).not.toContainEqual(expect.objectContaining({ user_id: annsId() }));
});
