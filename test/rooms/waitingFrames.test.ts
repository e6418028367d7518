import type { Socket } from 'node:net';
import { matchMaker } from '@colyseus/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer, type TestServer } from '../support/server.ts';
import { TestPlayer } from './player.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

test('a state that waits for a slow reader is sent as it was', async () => {
  const ann = new TestPlayer(await (await server.client('ann')).create('recall', { max_players: 4 }));
  const ben = new TestPlayer(await (await server.client('ben')).joinById(ann.roomId));
  await ben.sees(({ players }) => players.size === 2);
  const client = matchMaker.getLocalRoomById(ann.roomId).clients.get(ben.id);
  const { _socket: socket } = (client as unknown as { ref: { _socket: Socket } }).ref;
  // As the kernel does when its buffers are full: nothing goes out for a while.
  socket.cork();
  const { session_id: added } = await ann.ask('add_bot');
  await ann.ask('remove_bot', { session_id: added });
  await ann.ask('add_bot', { level: 'hard' });
  // Other rooms go on meanwhile.
  const eve = new TestPlayer(await (await server.client('eve')).create('recall', { max_players: 4, bots: 2 }));
  await eve.ask('add_bot');
  socket.uncork();
  await ben.ask('ping');
  expect(ben.state.toJSON()).toEqual(ann.state.toJSON());
});
