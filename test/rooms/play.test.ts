import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HookName } from '../../src/hooks.ts';
import type { ReplayRecord } from '../../src/table/replay.ts';
import { numbers } from '../game/kit.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { playOn } from './person.ts';
import { TestPlayer } from './player.ts';

const quick = {
  INITIAL_PEEK_S: '2',
  SHOW_S: '0.02',
  SAME_RANK_WINDOW_S: '0.05',
  POWER_S: '0.5',
  BOT_DELAY_MIN_S: '0.001',
  BOT_DELAY_MAX_S: '0.02',
  MESSAGES_PER_S: '1000',
};

let server: TestServer;
beforeAll(async () => {
  server = await startServer(quick);
});
afterAll(() => server.stop());

const seat = async (userId: string, room?: string, options: object = {}): Promise<TestPlayer> => {
  const client = await server.client(userId);
  return new TestPlayer(room ? await client.joinById(room, options) : await client.create('recall', options));
};

test('many matches side by side are played to their end, each as its room allows', async () => {
  const matches = Array.from({ length: 12 }, async (_, i) => {
    const game_type = i % 2 ? 'classic' : 'clear';
    const ann = await seat(`ann ${i}`, undefined, {
      max_players: 2 + (i % 4) + 1,
      bots: 1,
      game_type,
      // Enough that each plays a card in time: a match that nobody has played in leaves no replay.
      turn_time_limit: 10,
    });
    const ben = await seat(`ben ${i}`, ann.roomId);
    await ann.ask('start_match');
    const answers = await Promise.all([ann, ben].map((one, j) => playOn(one, numbers(`${i} ${j}`))));
    await Promise.all([ann, ben].map((one) => one.sees((state) => state.phase === 'finished')));
    return { ann, ben, answers };
  });
  for (const { ann, ben, answers } of await Promise.all(matches)) {
    // Nobody but a quicker one, or a card that can't be played, stood in the way.
    const refusals = new Set(answers.flat().filter((one) => one !== 'done'));
    for (const code of refusals)
      expect(['WRONG_PHASE', 'NOT_YOUR_TURN', 'CARD_LOCKED', 'NO_SUCH_SLOT', 'INVALID_PAYLOAD']).toContain(code);
    expect(answers.map((one) => one.includes('done'))).toEqual([true, true]);

    const events = ann.told('match_event');
    expect(events.map((one) => one.n)).toEqual([...events.map((one) => one.n)].sort((a, b) => a - b));
    expect(ben.told('match_event')).toEqual(events);
    expect([events[0]?.type, events.at(-1)?.type]).toEqual(['match_started', 'match_ended']);
    expect(ben.state.toJSON()).toEqual(ann.state.toJSON());

    const { winners, players, dealSeed } = ann.state;
    expect(winners.length).toBeGreaterThan(0);
    expect(
      [...players.values()]
        .filter((one) => one.winType !== '')
        .map((one) => one.sessionId)
        .sort(),
    ).toEqual([...winners].sort());
    const record = JSON.parse((await server.services.journal.replay(ann.roomId, 1)) ?? '') as ReplayRecord;
    expect(record.secret).toBe(dealSeed);
    expect(record.events.map((one) => one.n)).toEqual(events.map((one) => one.n));
  }
});

test('what a player is shown is for them alone (never again 1, 2, 3)', async () => {
  const ann = await seat('ann', undefined, { max_players: 2, turn_time_limit: 1 });
  const ben = await seat('ben', ann.roomId);
  await ann.ask('start_match');
  await Promise.all([ann, ben].map((one, i) => playOn(one, numbers(`shown ${i}`))));
  for (const player of [ann, ben]) {
    const isMine = (event: { session_id: string }) => event.session_id === player.id;
    const [drew, took, peeked] = [player.events('drew'), player.events('took'), player.events('queen_peeked')];
    const shown = (reason: string) => player.told('cards_shown').filter((one) => one.reason === reason);
    expect(shown('initial_peek')).toHaveLength(1);
    expect(shown('drawn')).toHaveLength([...drew, ...took].filter(isMine).length);
    expect(shown('queen_peek').map((one) => one.until_at)).toEqual(peeked.filter(isMine).map((one) => one.until_at));
    for (const { cards, reason } of player.told('cards_shown')) {
      if (reason !== 'queen_peek') expect(cards.every((one) => one.session_id === player.id)).toBe(true);
    }
  }
});

describe('a move', () => {
  test('is seen in the state first, then as an event and a card, and answered last', async () => {
    const ann = await seat('ann', undefined, { max_players: 2, bots: 1 });
    await ann.ask('start_match');
    const order: string[] = [];
    ann.connection.onStateChange(() => order.push('state'));
    ann.connection.onMessage('*', (type) => order.push(String(type)));
    const { n } = await ann.ask('completed_initial_peek', { slots: [1, 2] });
    order.push('answer');
    const mine = order.slice(order.lastIndexOf('cards_shown') - 2);
    expect(mine).toEqual(['state', 'match_event', 'cards_shown', 'answer']);
    expect(await ann.event('peeked', (one) => one.session_id === ann.id)).toEqual({
      n,
      type: 'peeked',
      session_id: ann.id,
      slots: [1, 2],
      by_lot: false,
      until_at: expect.any(Number),
    });
  });

  test('out of turn, twice or in another phase is refused, and seen by nobody (never again 10, 11)', async () => {
    const ann = await seat('ann', undefined, { max_players: 2 });
    const ben = await seat('ben', ann.roomId);
    expect(await ann.refused('draw_card')).toMatchObject({ code: 'WRONG_PHASE' });
    await ann.ask('start_match');
    expect(await ann.refused('draw_card')).toMatchObject({ code: 'WRONG_PHASE' });
    for (const player of [ann, ben]) await player.ask('completed_initial_peek', { slots: [0, 1] });
    expect(await ann.refused('completed_initial_peek', { slots: [2, 3] })).toMatchObject({ code: 'WRONG_PHASE' });
    await ann.sees((state) => state.turn !== '');
    const [onTurn, other] = ann.state.turn === ann.id ? [ann, ben] : [ben, ann];
    expect(await other.refused('draw_card')).toMatchObject({ code: 'NOT_YOUR_TURN' });
    expect(await onTurn.refused('play_card', { slot: 0 })).toMatchObject({ code: 'WRONG_PHASE' });
    await onTurn.ask('draw_card');
    expect(await onTurn.refused('draw_card')).toMatchObject({ code: 'WRONG_PHASE' });
    expect(await other.refused('play_card', { slot: 0 })).toMatchObject({ code: 'NOT_YOUR_TURN' });
    for (const power of ['queen_peek', 'jack_swap', 'skip_power']) {
      const place = { session_id: other.id, slot: 0 };
      const payload = { queen_peek: place, jack_swap: { first: place, second: place }, skip_power: {} }[power];
      expect(await onTurn.refused(power, payload)).toMatchObject({ code: 'WRONG_PHASE' });
    }
    expect(ann.events('drew')).toHaveLength(1);
  });
});

describe('a match', () => {
  test('is started by the owner alone, and not a second time while it runs (never again 13, 19)', async () => {
    const ann = await seat('ann', undefined, { max_players: 3 });
    const ben = await seat('ben', ann.roomId);
    expect(await ben.refused('start_match')).toMatchObject({ code: 'NOT_OWNER' });
    const starts = await Promise.allSettled([ann.ask('start_match'), ann.ask('start_match'), ben.ask('start_match')]);
    expect(starts.map((one) => one.status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(await ann.refused('start_match')).toMatchObject({ code: 'MATCH_RUNNING' });
    expect(ben.events('match_started')).toHaveLength(1);
  });

  test('starts once, whoever is first: the owner, the countdown or the last seat (never again 19)', async () => {
    const ann = await seat('ann', undefined, { max_players: 2, auto_start: true });
    const joining = seat('ben', ann.roomId);
    const asking = ann.ask('start_match').catch((error) => error.reason.code);
    const ben = await joining.catch(() => null);
    await asking;
    await ann.event('match_started');
    await ann.ask('ping');
    expect(ann.events('match_started')).toHaveLength(1);
    expect(ann.state.players.size).toBe(2);
    expect(ben === null || ben.state.players.size === 2).toBe(true);
  });

  test('takes in nobody new, and is over with a rematch for all (never again 14)', async () => {
    const ann = await seat('ann', undefined, { max_players: 3, turn_time_limit: 1 });
    const ben = await seat('ben', ann.roomId);
    await ann.ask('start_match');
    await expect(seat('cyd', ann.roomId)).rejects.toThrow(/^MATCH_RUNNING: /);
    await Promise.all([ann, ben].map((one, i) => playOn(one, numbers(`rematch ${i}`))));
    const cyd = await seat('cyd', ann.roomId);
    expect(await cyd.refused('start_match')).toMatchObject({ code: 'NOT_OWNER' });
    const { dealCommitment } = ann.state;
    await ann.ask('start_match');
    await cyd.sees((state) => state.phase === 'initial_peek');
    expect(cyd.state.matchNumber).toBe(2);
    expect(cyd.state.dealCommitment).toBe(dealCommitment);
    expect([...cyd.state.players.values()].map((one) => [one.cardCount, one.points, one.place])).toEqual(
      Array(3).fill([4, 0, 0]),
    );
  });
});

test('hooks are told of each room and seat, in order (never again 25)', async () => {
  const told: [HookName, string][] = [];
  const { hooks } = server.services;
  const names = ['room_created', 'room_joined', 'leave_room', 'room_closed'] as const;
  const users = new Map<string, string>();
  const off = names.map((name) =>
    hooks.on(name, (payload) => {
      if ('user_id' in payload) users.set(payload.session_id, payload.user_id);
      told.push([name, 'user_id' in payload ? payload.user_id : '']);
    }),
  );
  const ann = await seat('hook ann');
  const ben = await seat('hook ben', ann.roomId);
  await ben.connection.leave();
  await ann.message('player_left');
  await new Promise((resolve) => setImmediate(resolve));
  expect(told).toEqual([
    ['room_created', ''],
    ['room_joined', 'hook ann'],
    ['room_joined', 'hook ben'],
    ['leave_room', 'hook ben'],
  ]);
  for (const end of off) end();
});
