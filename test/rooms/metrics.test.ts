import { expect, onTestFinished, test } from 'vitest';
import { metricsOf, rise } from '../support/metrics.ts';
import { expectRefusal } from '../support/refusal.ts';
import { startServer } from '../support/server.ts';
import { TestPlayer } from './player.ts';

// Other tests of this process have counted too: what counts is by how much it has risen.

test('what players do, and what there is, can be counted and measured from outside', async () => {
  const server = await startServer();
  onTestFinished(() => server.stop());
  const { url } = server;
  const risen = await rise(url);
  const client = await server.client('ann');
  const ann = new TestPlayer(await client.create('recall', { bots: 1, max_players: 3 }));
  await expectRefusal(
    (await server.client('zoe')).joinById('room_00000000-0000-4000-8000-000000000000'),
    'ROOM_NOT_FOUND',
  );
  const ben = new TestPlayer(await (await server.client('ben')).joinById(ann.roomId));
  await ben.refused('start_match');
  await ben.refused('card_burnt');
  await (await server.client('cleo')).joinOrCreate('lobby');
  const waiting = await metricsOf(url);
  expect(waiting.get('recall_rooms{phase="waiting_for_players"}')).toBe(1);
  expect(waiting.get('recall_seats{kind="computer"}')).toBe(1);
  expect(waiting.get('recall_seats{kind="connected"}')).toBe(2);
  expect(waiting.get('recall_connections{to="room"}')).toBe(2);
  expect(waiting.get('recall_connections{to="lobby"}')).toBe(1);
  expect(waiting.get('recall_users')).toBe(3);
  expect(waiting.get('recall_healthy{part="journal"}')).toBe(1);

  await ann.ask('start_match');
  ben.cutOff();
  await ann.sees(({ players }) => players.get(ben.id)?.connected === false);
  expect((await metricsOf(url)).get('recall_seats{kind="away"}')).toBe(1);
  const back = new TestPlayer(await (await server.client('ben')).reconnect(ben.connection.reconnectionToken));
  await ann.sees(({ players }) => players.get(ben.id)?.connected === true);
  expect((await metricsOf(url)).get('recall_rooms{phase="initial_peek"}')).toBe(1);
  await back.connection.leave();
  await ann.connection.leave();
  await expect.poll(() => risen(url, 'recall_rooms_closed_total{reason="empty"}')).toBe(1);

  const expected = {
    recall_rooms_opened_total: 1,
    recall_matches_started_total: 1,
    'recall_matches_ended_total{how="abandoned"}': 1,
    'recall_messages_total{type="start_match",result="done"}': 1,
    'recall_messages_total{type="start_match",result="refused"}': 1,
    'recall_messages_total{type="unknown",result="refused"}': 1,
    'recall_refusals_total{by="message",code="NOT_OWNER"}': 1,
    'recall_refusals_total{by="message",code="UNKNOWN_MESSAGE"}': 1,
    'recall_refusals_total{by="matchmaking",code="ROOM_NOT_FOUND"}': 1,
    'recall_matchmaking_seconds_count{call="create",result="done"}': 1,
    'recall_matchmaking_seconds_count{call="joinById",result="refused"}': 1,
    'recall_matchmaking_seconds_count{call="lobby",result="done"}': 1,
    'recall_matchmaking_seconds_count{call="reconnect",result="done"}': 1,
    recall_reconnection_seconds_count: 1,
    recall_move_seconds_count: 1,
  };
  for (const [series, times] of Object.entries(expected)) expect(await risen(url, series), series).toBe(times);
  expect(await risen(url, 'recall_journal_append_seconds_count')).toBeGreaterThan(5);
});
