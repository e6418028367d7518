import type { Client } from '@colyseus/sdk';
import { afterEach, expect, test, vi } from 'vitest';
import { createLog } from '../../src/ops/log.ts';
import type { RouteAnswers } from '../../src/protocol/http.ts';
import { temporaryFolder } from '../people/folder.ts';
import { expectRefusal } from '../support/refusal.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { TestPlayer } from './player.ts';

let server: TestServer;
afterEach(() => server.stop());

const sessionOf = async (client: Client) =>
  ((await client.auth.getUserData()) as unknown as RouteAnswers['GET /auth/userdata']).session;

/** As the others at the table see them. */
const nameOf = ({ state, id }: TestPlayer) => state.players.get(id)?.name;

async function seat(call: Promise<unknown>): Promise<TestPlayer> {
  const player = new TestPlayer((await call) as never);
  await player.sees(({ players }) => players.has(player.id));
  return player;
}

test('who comes again has the name and the settings that they chose last, also after a restart', async () => {
  const DATA_DIR = temporaryFolder();
  server = await startServer({ DATA_DIR });
  const ann = await server.client('ann-without-a-name');
  expect(await sessionOf(ann)).toBeNull();
  const first = await seat(ann.create('recall', { name: 'Annie', game_type: 'clear', bots: 2 }));
  const chosen = { name: 'Annie', settings: expect.objectContaining({ game_type: 'clear', bots: 2, max_players: 4 }) };
  expect(await sessionOf(ann)).toMatchObject({ ...chosen, rooms: [first.roomId] });

  const second = await seat(ann.joinOrCreate('recall', { random: true }));
  expect(nameOf(second)).toBe('Annie');
  expect((await sessionOf(ann))?.rooms.toSorted()).toEqual([first.roomId, second.roomId].sort());
  await server.stop();

  server = await startServer({ DATA_DIR });
  const again = await server.client('ann-without-a-name');
  expect(await sessionOf(again)).toMatchObject(chosen);
  const ben = await seat((await server.client('ben')).create('recall'));
  expect(nameOf(ben)).toBe('Player_ben');
  expect(nameOf(await seat(again.joinById(ben.roomId)))).toBe('Annie');
});

test('a name in the token goes before the one of last time, and a name in the call before both', async () => {
  server = await startServer();
  const ann = await server.client('ann', { name: 'Ann' });
  expect(nameOf(await seat(ann.create('recall', { name: 'Annie' })))).toBe('Annie');
  expect(nameOf(await seat(ann.create('recall')))).toBe('Ann');
  expect(await sessionOf(ann)).toMatchObject({ name: 'Annie' });
});

test('a session never gets a password, nor who may enter', async () => {
  const DATA_DIR = temporaryFolder();
  server = await startServer({ DATA_DIR });
  const ann = await server.client('ann');
  const secret = { password: 'open sesame', allowed_users: ['user-ben'], allowed_roles: ['role-friend'] };
  const room = await seat(ann.create('recall', { permission: 'private', deal_nonce: 'nonce-7', ...secret }));
  await (await server.client('user-ben')).joinById(room.roomId, { password: 'open sesame', name: 'Ben' });
  const session = await sessionOf(ann);
  expect(session?.settings).toMatchObject({ permission: 'private' });
  const kept = JSON.stringify([session, await server.services.sessions.of('ann'), await sessionOf(ann)]);
  expect(kept).not.toMatch(/sesame|scrypt|password|allowed_(users|roles)|user-ben|role-friend|nonce/);
  expect(JSON.stringify(await server.services.sessions.of('user-ben'))).not.toMatch(/sesame/);
});

test('what was refused is not remembered', async () => {
  server = await startServer();
  const ann = await server.client('ann');
  await expectRefusal(ann.create('recall', { name: 'Annie', max_players: 9 }), 'INVALID_OPTIONS');
  await expectRefusal(ann.joinById('room_unknown', { name: 'Annie' }), 'ROOM_NOT_FOUND');
  expect(await sessionOf(ann)).toBeNull();
});

test('sessions that can’t be reached keep nobody out, and no secret reaches the log', async () => {
  const lines: string[] = [];
  const log = createLog('trace', { write: (line) => void lines.push(line) });
  const fails = () => Promise.reject(new Error('away'));
  const sessions = { of: fails, remember: fails, seen: fails, lastSeen: fails, end: fails, sweep: fails };
  server = await startServer({}, { sessions, log });
  const ann = await server.client('ann');
  const options = { permission: 'private', password: 'open sesame', name: 'Annie' };
  const room = await seat(ann.create('recall', options));
  const ben = await server.client('ben');
  const his = await seat(ben.joinById(room.roomId, { password: 'open sesame' }));
  expect(nameOf(his)).toBe('Player_ben');
  expect(lines.join('')).toContain('a choice was not remembered');
  expect(lines.join('')).toContain('a name was not looked up');
  expect(lines.join('')).toContain('a session was not renewed');
  const secrets = ['sesame', 'Annie', ann.auth.token ?? '', his.connection.reconnectionToken.split(/[:.]/)[1] ?? ''];
  for (const secret of secrets) expect(lines.join('')).not.toContain(secret);
});

test('signing out ends what was remembered', async () => {
  server = await startServer();
  const ann = await server.client('ann');
  await seat(ann.create('recall', { name: 'Annie' }));
  expect(await server.services.sessions.of('ann')).toMatchObject({ name: 'Annie' });
  await ann.http.post('/auth/sign-out' as never);
  // That they were there is known all the same, to those who saw them go.
  const { name, settings } = (await server.services.sessions.of('ann')) ?? {};
  expect([name, settings]).toEqual([undefined, undefined]);
});

test('a call that is under way when its user signs out does not bring back what was remembered', async () => {
  server = await startServer();
  const { journal, recovery, sessions } = server.services;
  const [ann, ben] = [await server.client('ann'), await server.client('ben')];
  const room = await seat((await server.client('cat')).create('recall'));
  const [create, bring] = [journal.create.bind(journal), recovery.bring.bind(recovery)];
  vi.spyOn(journal, 'create').mockImplementation(async (...args) => {
    await ann.http.post('/auth/sign-out' as never);
    return create(...args);
  });
  await expect(ann.create('recall', { name: 'Annie' })).rejects.toThrow();
  expect(await sessions.of('ann')).toBeUndefined();

  vi.spyOn(recovery, 'bring').mockImplementation(async (roomId) => {
    await ben.http.post('/auth/sign-out' as never);
    return bring(roomId);
  });
  await expect(ben.joinById(room.roomId, { name: 'Benny' })).rejects.toThrow();
  expect(await sessions.of('ben')).toBeUndefined();
});
