import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { secret } from './http/server.ts';
import { temporaryFolder } from './people/folder.ts';
import { command } from './support/command.ts';
import { expectRefusal } from './support/refusal.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ JWT_SECRET: secret });
});
afterAll(() => server.stop());

function admin(args: string, more: Record<string, string> = {}, uid?: number) {
  const settings = { DATA_DIR: server.config.dataDir, PORT: `${server.port}`, JWT_SECRET: secret, ...more };
  return command('admin', args.split(' '), settings, uid);
}

test('an operator lists rooms, bans and lets in again, closes a room, and all of it is written down', async () => {
  const ann = await server.client('ann');
  const { roomId } = await ann.create('recall', {});
  const listed = await admin('rooms');
  expect(listed.out).toMatch(new RegExp(`^${roomId}  waiting_for_players  1/\\d  public  at \\S+  expires 20`));
  expect(JSON.parse((await admin('ban ann --hours 2')).out)).toMatchObject({ user_id: 'ann' });
  await expectRefusal(ann.create('recall', {}), 'BANNED');
  expect((await admin('bans')).out).toMatch(/^ann {2}until .* by operator:/);
  await admin('unban ann');
  const { roomId: another } = await ann.create('recall', {});
  expect(JSON.parse((await admin(`close ${another}`)).out)).toEqual({ room_id: another, closed: true });
  expect(await admin(`room ${another}`)).toMatchObject({ code: 1, error: expect.stringMatching(/^ROOM_NOT_FOUND: /) });
  const lines = (await admin('audit')).out.trim().split('\n');
  expect(lines.map((line) => line.split('  ').slice(2, 4))).toEqual([
    ['audit', '-'],
    ['room', another],
    ['close', another],
    ['unban', 'ann'],
    ['bans', '-'],
    ['ban', 'ann'],
    ['rooms', '-'],
  ]);
});

test('a token is printed that opens what is for operators, and mistakes get one line', async () => {
  const { out } = await admin('tokens olga --hours 1');
  const headers = { Authorization: `Bearer ${out.trim()}` };
  expect((await fetch(`${server.url}/rooms`, { headers })).status).toBe(200);
  expect(await admin('ban')).toMatchObject({
    code: 2,
    error: expect.stringContaining('ban needs USER. Usage: npm run'),
  });
  expect(await admin('rooms', { PORT: '1' })).toMatchObject({
    code: 1,
    error: expect.stringContaining('does not answer'),
  });
  const wrong = { JWT_SECRET: 'another secret of more than thirty-two characters' };
  expect(await admin('rooms', wrong)).toMatchObject({ code: 1, error: expect.stringMatching(/^UNAUTHENTICATED: /) });
});

// As in a container that is run as any user. Only root may become another one.
test.runIf(process.getuid?.() === 0)(
  'a user without a name on this machine is written down by their number',
  async () => {
    expect(await admin('bans', {}, 54_321)).toMatchObject({ code: 0, error: '' });
    expect((await admin('audit')).out).toContain('operator:54321  bans');
  },
);

test('without the secret of the server it makes none, and says what to set', async () => {
  const folder = temporaryFolder();
  expect(await admin('rooms', { DATA_DIR: folder, JWT_SECRET: '' })).toMatchObject({
    code: 1,
    error: expect.stringMatching(/^set JWT_SECRET /),
  });
  expect(readdirSync(folder)).toEqual([]);
});

test('its tokens are for a server that asks for whom they are, the audit goes back as far as it is asked to, and nobody has to ask twice', async () => {
  await server.stop();
  const settings = { JWT_ISSUER: 'https://id.example', JWT_AUDIENCE: 'recall' };
  server = await startServer({
    JWT_SECRET: secret,
    ...settings,
    RATE_LIMIT_REQUESTS_USER: '3',
    RATE_LIMIT_WINDOW_S: '1',
  });
  for (let i = 0; i < 5; i++) expect(await admin('bans', settings)).toMatchObject({ code: 0, error: '' });
  expect((await admin('audit --limit 2', settings)).out.trim().split('\n')).toHaveLength(2);
});
