import { matchMaker } from '@colyseus/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HookPayloads } from '../../src/hooks.ts';
import { closeCodes } from '../../src/protocol/errors.ts';
import { type ManualClock, manualClock } from '../support/clock.ts';
import { expectRefusal } from '../support/refusal.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { TestPlayer } from './player.ts';

let server: TestServer;
let clock: ManualClock;
let left: HookPayloads['leave_room'][];
beforeAll(async () => {
  clock = manualClock(Date.now());
  server = await startServer({}, { clock });
  server.services.hooks.on('leave_room', (payload) => {
    left.push(payload);
  });
});
afterAll(() => server.stop());

/** Ann, who opened the room, and Ben. */
async function sitDown(options: object = {}): Promise<{ ann: TestPlayer; ben: TestPlayer }> {
  left = [];
  const ann = new TestPlayer(await (await server.client('ann')).create('recall', options));
  const ben = new TestPlayer(await (await server.client('ben', { name: 'Ben' })).joinById(ann.roomId));
  await Promise.all([ann.message('player_joined'), ben.message('join_room_success')]);
  return { ann, ben };
}
const back = async (player: TestPlayer) =>
  new TestPlayer(await (await server.client('ben')).reconnect(player.connection.reconnectionToken));
const connected = (of: TestPlayer, is: boolean) => (state: TestPlayer['state']) =>
  state.players.get(of.id)?.connected === is;
const listing = async (roomId: string) => (await matchMaker.query({ roomId }))[0];

describe('who opens a room', () => {
  test('is told of the room and of their seat, and nobody else is', async () => {
    const { ann } = await sitDown({ max_players: 3, turn_time_limit: 20, bots: 1 });
    const facts = {
      room_id: ann.roomId,
      owner_id: 'ann',
      permission: 'public',
      game_type: 'classic',
      current_size: 2,
      people: 1,
      max_size: 3,
      min_players: 2,
      turn_time_limit: 20,
      auto_start: false,
      phase: 'waiting_for_players',
      created_at: clock.now(),
    };
    expect(ann.heard.slice(0, 2)).toEqual([
      { type: 'create_room_success', payload: { ...facts, is_random_join: false } },
      {
        type: 'room_joined',
        payload: {
          room_id: ann.roomId,
          session_id: ann.id,
          user_id: 'ann',
          owner_id: 'ann',
          current_size: 2,
          max_size: 3,
          min_players: 2,
          joined_at: clock.now(),
        },
      },
    ]);
    expect(await ann.ask('get_room')).toEqual({ ...facts, current_size: 3, people: 2 });
    expect((await listing(ann.roomId))?.metadata).toEqual({ ...facts, current_size: 3, people: 2 });
  });
});

describe('who joins', () => {
  test('is told so, and the others are told who came, once each (never again 6, 25)', async () => {
    const { ann, ben } = await sitDown();
    await ben.message('join_room_success');
    expect(ben.types()).toEqual(['room_joined', 'join_room_success']);
    expect(ben.told('room_joined')).toEqual(ben.told('join_room_success'));
    expect(ann.types().slice(2)).toEqual(['player_joined', 'recall_new_player_joined']);
    const joined = {
      room_id: ann.roomId,
      owner_id: 'ann',
      session_id: ben.id,
      user_id: 'ben',
      name: 'Ben',
      player_count: 2,
      joined_at: clock.now(),
    };
    expect(ann.told('player_joined')).toEqual([joined]);
    expect(ann.told('recall_new_player_joined')).toEqual([joined]);
    await ann.sees((state) => state.players.get(ben.id)?.name === 'Ben');
  });

  test('a second time gets the same seat, is told so, and the others hear nothing', async () => {
    const { ann, ben } = await sitDown();
    const again = new TestPlayer(await (await server.client('ben')).joinById(ann.roomId));
    expect(await ben.closed).toBe(closeCodes.replaced);
    expect(again.id).toBe(ben.id);
    await again.message('already_joined');
    expect(again.types()).toEqual(['room_joined', 'already_joined']);
    await ann.sees(connected(ben, true));
    expect(ann.told('player_joined')).toHaveLength(1);
    expect(ann.told('player_left')).toEqual([]);
    await again.ask('ping');
  });
});

describe('who leaves', () => {
  test('hears that they did as the last word, and the others who left', async () => {
    const { ann, ben } = await sitDown();
    expect(await ben.connection.leave()).toBe(closeCodes.left);
    expect(ben.heard.at(-1)).toEqual({
      type: 'leave_room_success',
      payload: { room_id: ann.roomId, session_id: ben.id },
    });
    const gone = { room_id: ann.roomId, session_id: ben.id, user_id: 'ben', reason: 'left', player_count: 1 };
    expect(await ann.message('player_left')).toEqual(gone);
    expect(left).toEqual([gone]);
    await ann.sees((state) => !state.players.has(ben.id));
    expect(await listing(ann.roomId)).toMatchObject({ clients: 1, metadata: { current_size: 1 } });
  });

  test('in a match is played on by a computer player, has no move left, and is sent nothing (never again 18, 22)', async () => {
    const { ann, ben } = await sitDown({ max_players: 2 });
    await ann.ask('start_match');
    await ben.connection.leave();
    const heard = ben.heard.length;
    await ann.sees((state) => state.players.get(ben.id)?.playedByBot === true);
    expect(ann.state.players.get(ben.id)).toMatchObject({ isBot: true, userId: '', connected: false });
    await expect(back(ben)).rejects.toThrow(/^UNAUTHENTICATED: /);
    await expect(server.client('ben').then((client) => client.joinById(ann.roomId))).rejects.toThrow(
      /^MATCH_RUNNING: /,
    );
    await ann.ask('completed_initial_peek', { slots: [0, 1] });
    // The peek, a turn that Ann misses where she begins, and the time that a computer player takes.
    await clock.advance(5000 + 2500 + 30_000 + 2500);
    await ann.event('drew', (event) => event.session_id === ben.id);
    expect(ben.heard).toHaveLength(heard);
  });

  test('as the owner hands the room to who has sat there longest', async () => {
    const { ann, ben } = await sitDown();
    await ann.connection.leave();
    await ben.sees((state) => state.ownerId === 'ben');
    await ben.ask('start_match');
  });
});

describe('whose connection is lost', () => {
  test('is shown as not connected, and has left when the grace is over, told once (never again 25)', async () => {
    const { ann, ben } = await sitDown();
    ben.cutOff();
    await ann.sees(connected(ben, false));
    await clock.advance(59_999);
    expect(ann.told('player_left')).toEqual([]);
    await clock.advance(1);
    const gone = { room_id: ann.roomId, session_id: ben.id, user_id: 'ben', reason: 'dropped', player_count: 1 };
    expect(await ann.message('player_left')).toEqual(gone);
    expect(left).toEqual([gone]);
    expect(ann.state.players.has(ben.id)).toBe(false);
    expect(await listing(ann.roomId)).toMatchObject({ clients: 1, metadata: { current_size: 1 } });
    await expect(back(ben)).rejects.toThrow(/^UNAUTHENTICATED: /);
  });

  test('is back by the token, with all that they may see, and may see it still', async () => {
    const { ann, ben } = await sitDown({ max_players: 2 });
    await ann.ask('start_match');
    await ben.ask('completed_initial_peek', { slots: [0, 2] });
    const shown = await ben.message('cards_shown');
    ben.cutOff();
    await ann.sees(connected(ben, false));
    await clock.advance(4000);
    const again = await back(ben);
    await ann.sees(connected(ben, true));
    expect(await again.message('cards_shown')).toEqual(shown);
    expect(again.types()).toEqual(['cards_shown']);
    expect(again.state.toJSON()).toEqual(ann.state.toJSON());

    again.cutOff();
    await ann.sees(connected(ben, false));
    await clock.advance(1000);
    const late = await back(again);
    await late.ask('ping');
    expect(late.types()).toEqual([]);
  });

  test('in a match is played on when the grace is over, and may come back until its end', async () => {
    const { ann, ben } = await sitDown({ max_players: 2, turn_time_limit: 300 });
    await ann.ask('start_match');
    ben.cutOff();
    await ann.sees(connected(ben, false));
    await clock.advance(60_000);
    await ann.event('bot_took_over', (event) => event.session_id === ben.id);
    expect(ann.told('player_left')).toMatchObject([{ session_id: ben.id, reason: 'dropped' }]);

    const again = new TestPlayer(await (await server.client('ben')).joinById(ann.roomId));
    expect(again.id).toBe(ben.id);
    await again.message('already_joined');
    await ann.message('player_joined', ({ joined_at }) => joined_at <= clock.now());
    expect(ann.state.players.get(ben.id)).toMatchObject({ connected: true, isBot: false, playedByBot: true });

    again.cutOff();
    await ann.sees(connected(ben, false));
    await clock.advance(60_000);
    expect(ann.told('player_left')).toHaveLength(2);
    await ann.connection.leave();
    await expect(back(again)).rejects.toThrow();
    expect(left.map((one) => [one.user_id, one.reason])).toEqual([
      ['ben', 'dropped'],
      ['ben', 'dropped'],
      ['ann', 'left'],
    ]);
  });

  test('and comes back by itself sees the room as it has become (never again 41)', async () => {
    const { ann, ben } = await sitDown({ max_players: 4 });
    const cyd = new TestPlayer(await (await server.client('cyd')).joinById(ann.roomId));
    const { connection } = ben;
    Object.assign(connection.reconnection, { enabled: true, minUptime: 0, delay: 20, minDelay: 20 });
    const reconnected = new Promise<void>((resolve) => connection.onReconnect(resolve));
    ben.cutOff();
    await ann.sees(connected(ben, false));
    await cyd.connection.leave();
    await ann.ask('add_bot');
    await ann.ask('start_match');
    await reconnected;
    await ben.sees((state) => state.phase === 'initial_peek' && connected(ben, true)(state));
    await ann.sees(connected(ben, true));
    expect(ben.state.toJSON()).toEqual(ann.state.toJSON());
    await ann.ask('completed_initial_peek', { slots: [0, 1] });
    await ben.event('peeked');
    expect(ben.state.toJSON()).toEqual(ann.state.toJSON());
  });
});

describe('the owner', () => {
  test('may show somebody out, who stays out until they let them back', async () => {
    const { ann, ben } = await sitDown();
    expect(await ben.refused('kick', { session_id: ann.id })).toMatchObject({ code: 'NOT_OWNER' });
    await ann.ask('kick', { session_id: ben.id });
    expect(await ben.closed).toBe(closeCodes.kicked);
    expect(await ann.message('player_left')).toMatchObject({ session_id: ben.id, reason: 'kicked', player_count: 1 });
    expect(ben.types()).not.toContain('player_left');
    const benAgain = await server.client('ben');
    await expectRefusal(benAgain.reconnect(ben.connection.reconnectionToken), 'KICKED');
    await expectRefusal(benAgain.joinById(ann.roomId), 'KICKED');
    expect(await ann.ask('get_kicked')).toEqual({ kicked: [{ user_id: 'ben', name: 'Ben' }] });
    expect(await ann.refused('unkick', { user_id: 'nobody' })).toMatchObject({ code: 'INVALID_PAYLOAD' });
    await ann.ask('unkick', { user_id: 'ben' });
    const again = new TestPlayer(await benAgain.joinById(ann.roomId));
    expect(again.id).not.toBe(ben.id);
    expect(await again.refused('get_kicked')).toMatchObject({ code: 'NOT_OWNER' });
    expect(await ann.ask('get_kicked')).toEqual({ kicked: [] });
  });

  test('seats computer players, and removes them', async () => {
    const { ann, ben } = await sitDown({ max_players: 3 });
    const { session_id } = await ann.ask('add_bot', { level: 'hard' });
    await ben.sees((state) => state.players.get(session_id as string)?.isBot === true);
    expect(await ann.refused('add_bot')).toMatchObject({ code: 'ROOM_FULL' });
    expect(await ann.ask('remove_bot', { session_id })).toEqual({ n: expect.any(Number) });
    await ben.sees((state) => state.players.size === 2);
    expect(ben.told('player_left')).toEqual([]);
  });
});

describe('a room', () => {
  test('that nobody has a seat in is closed after 30 s, and is in no list then (never again 20, 24)', async () => {
    const { ann, ben } = await sitDown();
    const closed = new Promise((resolve) =>
      server.services.hooks.on('room_closed', (payload) => {
        if (payload.room_id === ann.roomId) resolve(payload);
      }),
    );
    await ann.connection.leave();
    await ben.connection.leave();
    await clock.advance(29_999);
    expect(await listing(ann.roomId)).toMatchObject({ clients: 0 });
    await clock.advance(1);
    expect(await closed).toEqual({ room_id: ann.roomId, reason: 'empty' });
    expect(await listing(ann.roomId)).toBeUndefined();
    expect(await server.services.journal.list()).not.toContainEqual(expect.objectContaining({ roomId: ann.roomId }));
    await expect(server.client('cyd').then((client) => client.joinById(ann.roomId))).rejects.toThrow(
      /^ROOM_NOT_FOUND: /,
    );
  });

  test('that the operator closes says so to all, and closes their connections', async () => {
    const { ann, ben } = await sitDown();
    await matchMaker.remoteRoomCall(ann.roomId, 'disconnect', []);
    for (const player of [ann, ben]) {
      expect(await player.closed).toBe(closeCodes.roomClosed);
      const message = 'The operator of this server has closed the room.';
      const payload = { room_id: ann.roomId, reason: 'closed', message };
      expect(player.heard.at(-1)).toEqual({ type: 'room_closed', payload });
    }
    expect(left).toEqual([]);
    expect(await listing(ann.roomId)).toBeUndefined();
  });

  test('shows a dashboard nothing that is hidden (never again 6)', async () => {
    const { ann, ben } = await sitDown({ max_players: 2, permission: 'private', allowed_users: ['ben', 'zoe'] });
    await ann.ask('start_match');
    const room = server.colyseus.getRoomById(ann.roomId);
    const view = JSON.stringify(room.getInspectorView());
    expect(JSON.parse(view).state).toEqual(ann.state.toJSON());
    expect(JSON.stringify(await listing(ann.roomId))).not.toMatch(/zoe|session|hash|allowed/i);
    for (const { reconnectionToken } of [ann.connection, ben.connection]) {
      expect(view).not.toContain(reconnectionToken.split(/[:.]/)[1]);
    }
    expect(view).not.toMatch(/zoe|hash|botSeed|"drawPile":\[/i);
    const faceDown = { empty: false, faceUp: false, rank: '', suit: '' };
    const hands = Object.values(ann.state.toJSON().players ?? {}).map(({ hand }) => hand);
    expect(hands).toEqual([Array(4).fill(faceDown), Array(4).fill(faceDown)]);
  });
});

test('with the settings as they are, every deadline is in the state', async () => {
  const { ann, ben } = await sitDown({ max_players: 2 });
  const t0 = clock.now();
  await ann.ask('start_match');
  await ben.sees((state) => state.phase === 'initial_peek');
  expect(ben.state.deadlineAt - t0).toBe(15_000);
  for (const player of [ann, ben]) await player.ask('completed_initial_peek', { slots: [0, 1] });
  await ben.sees((state) => state.deadlineAt - t0 === 5000);
  expect(ben.told('cards_shown').map((one) => one.until_at - t0)).toEqual([5000]);

  await clock.advance(5000);
  await ben.sees((state) => state.phase === 'player_turn' && state.deadlineAt - t0 === 5000 + 30_000);
  const [onTurn, other] = ben.state.turn === ben.id ? [ben, ann] : [ann, ben];
  await clock.advance(10_000);
  await onTurn.ask('draw_card');
  await other.sees((state) => state.players.get(onTurn.id)?.status === 'playing_card');
  expect(other.state.deadlineAt - t0).toBe(15_000 + 30_000);
  await onTurn.ask('play_card', { slot: -1 });
  await other.sees((state) => state.phase === 'same_rank_window');
  expect(other.state.deadlineAt - t0).toBe(15_000 + 5000);
  await clock.advance(5000);
  await other.sees((state) => state.phase !== 'same_rank_window');
  const power = other.state.phase === 'special_play_window';
  expect(other.state.deadlineAt - t0).toBe(20_000 + (power ? 10_000 : 30_000));
});
