import { matchMaker } from '@colyseus/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { roomType } from '../../src/matchmaking/matchmaking.ts';
import { openingOf } from '../../src/matchmaking/opening.ts';
import { createOptions } from '../../src/protocol/schemas/options.ts';
import { TestPlayer } from '../rooms/player.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  const limits = { RATE_LIMIT_PASSWORDS_ADDRESS: '3', RATE_LIMIT_PASSWORDS_ROOM: '5', RATE_LIMIT_WINDOW_S: '600' };
  server = await startServer({ ...limits, TRUST_PROXY: '127.0.0.1' });
});
afterAll(() => server.stop());

let users = 0;

/** Tries this password, as another user each time where none is named. @returns the status of the answer. */
async function tryPassword(
  roomId: string,
  password: string,
  from: string,
  userId = `user ${users++}`,
): Promise<number> {
  const token = await server.token({ sub: userId });
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', 'X-Forwarded-For': from };
  const body = JSON.stringify({ password });
  return (await fetch(`${server.url}/matchmake/joinById/${roomId}`, { method: 'POST', headers, body })).status;
}

const options = { permission: 'private', password: 'open sesame', max_players: 8 };
const privateRoom = async (): Promise<TestPlayer> =>
  new TestPlayer(await (await server.client('olaf')).create('recall', options));

/** Sits down in the room by its password, and leaves it. */
async function visit(room: TestPlayer, userId: string): Promise<TestPlayer> {
  const guest = new TestPlayer(await (await server.client(userId)).joinById(room.roomId, { password: 'open sesame' }));
  await guest.message('join_room_success');
  return guest;
}

test('wrong passwords of strangers at one address are limited in that room, and in no other (never again 47)', async () => {
  const { roomId } = await privateRoom();
  for (let i = 0; i < 3; i++) expect(await tryPassword(roomId, 'wrong', '10.0.0.1')).toBe(403);
  expect(await tryPassword(roomId, 'open sesame', '10.0.0.1')).toBe(429);
  expect(await tryPassword(roomId, 'open sesame', '198.51.100.7, 10.0.0.1')).toBe(429);
  expect(await tryPassword(roomId, 'open sesame', '10.0.0.2')).toBe(200);
  expect(await tryPassword((await privateRoom()).roomId, 'open sesame', '10.0.0.1')).toBe(200);
});

test('who has sat in a room gets in, whatever strangers guess there, but for who was shown out (never again 47)', async () => {
  const room = await privateRoom();
  const [ann, bob] = [await visit(room, 'ann'), await visit(room, 'bob')];
  await ann.connection.leave();
  await room.message('player_left');
  await room.ask('kick', { session_id: bob.id });
  expect(await tryPassword(room.roomId, 'open sesame', '127.0.0.1', 'bob')).toBe(403);
  await room.ask('unkick', { user_id: 'bob' });
  for (let i = 0; i < 3; i++) expect(await tryPassword(room.roomId, 'wrong', '127.0.0.1')).toBe(403);
  expect(await tryPassword(room.roomId, 'open sesame', '127.0.0.1', 'bob')).toBe(429);
  expect(await tryPassword(room.roomId, 'open sesame', '127.0.0.1', 'ann')).toBe(200);
});

test('wrong passwords at one room leave a new friend one try, and one more guess to each address (never again 47)', async () => {
  const { roomId } = await privateRoom();
  for (let i = 0; i < 5; i++) expect(await tryPassword(roomId, 'wrong', `10.0.1.${i}`)).toBe(403);
  expect(await tryPassword(roomId, 'wrong', '10.0.1.9')).toBe(403);
  expect(await tryPassword(roomId, 'open sesame', '10.0.1.9')).toBe(429);
  expect(await tryPassword(roomId, 'open sesame', '10.0.1.10')).toBe(200);
  expect(await tryPassword((await privateRoom()).roomId, 'open sesame', '10.0.1.9')).toBe(200);
});

test('right passwords use nothing up', async () => {
  const { roomId } = await privateRoom();
  for (let i = 0; i < 7; i++) expect(await tryPassword(roomId, 'open sesame', '10.0.2.1')).toBe(200);
});

test('a password has six characters, and a room from before with a shorter one still opens', async () => {
  const olaf = await server.client('olaf');
  const short = { ...options, password: 'abcde' };
  await expect(olaf.create('recall', short)).rejects.toThrow(/INVALID_OPTIONS: .*password/);
  const owner = { userId: 'olaf', name: 'Olaf', dealNonce: '', sessionId: server.services.chance.freshId() };
  const before = { ...createOptions(0).parse(options), password: 'abcd' };
  const opening = await openingOf(before, owner, server.config, '');
  await matchMaker.createRoom(roomType, { opening });
  expect(await tryPassword(opening.roomId, 'abce', '10.0.3.1')).toBe(403);
  expect(await tryPassword(opening.roomId, 'abcd', '10.0.3.1')).toBe(200);
});

test('a friend’s right password waits for nobody who opens private rooms (never again 47)', async () => {
  const { roomId } = await privateRoom();
  const eve = await server.guest('Eve');
  let opened = 0;
  const creates = Array.from({ length: 24 }, () => eve.create('recall', options).then(() => opened++));
  expect(await tryPassword(roomId, 'open sesame', '10.0.4.1')).toBe(200);
  expect(opened).toBeLessThan(12);
  await Promise.all(creates);
});
