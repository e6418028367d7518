import { Client } from '@colyseus/sdk';
import { afterEach, expect, test } from 'vitest';
import { TestPlayer } from '../rooms/player.ts';
import { expectRefusal } from '../support/refusal.ts';
import { startServer, type TestServer } from '../support/server.ts';

/** The ceiling of a process (never again 46). */

let server: TestServer;
afterEach(() => server.stop());

test('beyond MAX_MEMORY_MB nobody new is let in, by any call, and is told when to come again', async () => {
  server = await startServer({ MAX_MEMORY_MB: '1' });
  const ann = await server.client('ann');
  const full = /the server is full: try again in 10 s/;
  await expectRefusal(ann.create('recall', {}), 'UNAVAILABLE', full);
  await expectRefusal(ann.joinOrCreate('recall', { random: true }), 'UNAVAILABLE', full);
  await expectRefusal(ann.joinOrCreate('lobby'), 'UNAVAILABLE', full);
  expect((await fetch(`${server.url}/rooms/public`)).status).toBe(200);
});

test('who sits at a table plays on when memory is short, and comes back to their seat', async () => {
  const memory = { isFull: false };
  server = await startServer({}, { memory });
  const ann = new TestPlayer(await (await server.client('ann')).create('recall', {}));
  memory.isFull = true;
  await expectRefusal((await server.client('ben')).joinById(ann.roomId), 'UNAVAILABLE');
  const { n } = await ann.ask('add_bot').then(() => ann.ask('start_match'));
  expect(n).toBeGreaterThan(0);
  const again = new TestPlayer(await (await server.client('ann')).joinById(ann.roomId));
  expect(again.id).toBe(ann.id);
  const token = again.connection.reconnectionToken;
  again.cutOff();
  await again.closed;
  const back = await new Client(server.url).reconnect(token);
  expect(back.sessionId).toBe(ann.id);
  memory.isFull = false;
  await (await server.client('ben')).create('recall', {});
});
