import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer, type TestServer } from '../support/server.ts';
import { TestPlayer } from './player.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

test('everybody sees who is who: no two names at a table are the same, and each can be seen (never again 60)', async () => {
  const ann = new TestPlayer(
    await (await server.client('ann')).create('recall', { name: '👨‍👩‍👧‍👦 Ann', max_players: 5 }),
  );
  const join = async (userId: string, options: object, claims = {}) =>
    new TestPlayer(await (await server.client(userId, claims)).joinById(ann.roomId, options));
  await join('bob', { name: '👨‍👩‍👧‍👦 ANN' });
  await join('cyd', { name: '\u3164' }, { name: 'Cyd' });
  await join('dan', {}, { name: '\u2800' });
  await ann.sees(({ players }) => players.size === 4);
  const names = [...ann.state.players.values()].map(({ name }) => name);
  expect(names).toEqual(['👨‍👩‍👧‍👦 Ann', '👨‍👩‍👧‍👦 ANN 2', 'Cyd', 'Player_dan']);
  const tooLong = (await server.client('eve')).joinById(ann.roomId, { name: 'x'.repeat(33) });
  await expect(tooLong).rejects.toThrow(/^INVALID_OPTIONS: name: must have at most 32 characters/);
});
