import { afterEach, expect, test } from 'vitest';
import { killAll, Process } from '../../harness/process.ts';
import { TestPlayer } from '../rooms/player.ts';
import { drawn, reconnects } from './drawn.ts';

afterEach(killAll);

test('a player whose server is killed gets their seat and their cards back when it starts again', async () => {
  const server = await Process.start();
  const client = await server.guest();
  const { ann, shown } = await drawn(client);
  const { sessionId, reconnectionToken } = ann.connection;
  const before = ann.state.toJSON();
  await server.end('SIGKILL');
  await ann.closed;
  await server.start();

  const back = new TestPlayer(await client.reconnect(reconnectionToken));
  expect(back.id).toBe(sessionId);
  await back.sees((state) => state.players.get(sessionId)?.connected === true);
  expect(back.state.toJSON()).toEqual({ ...before, deadlineAt: back.state.deadlineAt });
  expect(back.state.deadlineAt).toBeGreaterThan(before.deadlineAt ?? 0);
  const again = await back.message('cards_shown', ({ reason }) => reason === 'drawn');
  expect(again.cards).toEqual(shown.cards);
  await back.ask('play_card', { slot: -1 });
  await back.event('turn_started', ({ session_id }) => session_id === sessionId);
});

test('an SDK that reconnects by itself sees the state as a fresh client does (never again 41)', async () => {
  const server = await Process.start();
  const client = await server.guest();
  const { ann } = await drawn(client);
  const reconnected = reconnects(ann);
  await server.end('SIGKILL');
  await server.start();
  await reconnected;
  await ann.sees((state) => state.players.get(ann.id)?.connected === true);
  await ann.ask('call_recall');
  await ann.ask('play_card', { slot: 2 });
  await ann.event('match_ended');

  const fresh = new TestPlayer(await client.joinById(ann.roomId));
  await fresh.message('already_joined');
  expect(fresh.state.toJSON()).toEqual(ann.state.toJSON());
});

test('a countdown goes on, and the match starts once', async () => {
  const server = await Process.start();
  const client = await server.guest();
  const ann = new TestPlayer(await client.joinOrCreate('recall', { random: true }));
  await ann.sees((state) => state.startsAt > 0);
  const { reconnectionToken } = ann.connection;
  await server.end('SIGKILL');
  await server.start();
  const back = new TestPlayer(await client.reconnect(reconnectionToken));
  await back.event('match_started');
  expect(back.events('match_started')).toHaveLength(1);
});
