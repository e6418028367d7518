import { expect, test } from 'vitest';
import type { RoomSettings } from '../../src/game/state.ts';
import { publicView } from '../../src/game/view.ts';
import { entrant, TestTable, types } from './kit.ts';

/** protocol.md 2, Starting. */

function opened(settings: Partial<RoomSettings> = {}, bots = 0): TestTable {
  const t = new TestTable();
  t.open(settings, entrant('ann'), bots);
  t.connect('ann');
  return t;
}
const starts = (t: TestTable) => t.journal.filter((event) => event.type === 'match_started').length;
const start = { type: 'start_match' } as const;

test('starting: the owner starts the match, nobody else (never again 13)', () => {
  const t = opened();
  t.sit('bob');
  t.refusesRequest(1, start, 'NOT_OWNER');
  expect(types(t.asks(0, start))).toContain('match_started');
  expect(publicView(t.room)).toMatchObject({ phase: 'initial_peek', matchNumber: 1 });
});

test('starting: a match that runs is not started again (never again 13, 19)', () => {
  const t = opened();
  t.sit('bob');
  t.asks(0, start);
  t.refusesRequest(0, start, 'MATCH_RUNNING', 'WRONG_PHASE');
  t.refusesRequest(1, start);
  expect(starts(t)).toBe(1);
});

test('starting: computer players fill up to min_players, and no more', () => {
  const t = opened({ minPlayers: 3, maxPlayers: 6 });
  t.asks(0, start);
  expect(publicView(t.room).players.map((player) => player.isBot)).toEqual([false, true, true]);
  expect(t.last('match_started').seats).toEqual([0, 1, 2]);
});

test('starting: where enough are seated no computer player comes', () => {
  const t = opened();
  t.sit('bob');
  t.asks(0, start);
  expect(publicView(t.room).players.some((player) => player.isBot)).toBe(false);
});

test('starting: the owner adds computer players while the room waits, of any level', () => {
  const t = opened({ maxPlayers: 3, botLevel: 'hard' });
  t.sit('bob');
  t.refusesRequest(1, { type: 'add_bot' }, 'NOT_OWNER');
  t.asks(0, { type: 'add_bot', level: 'easy' });
  expect(t.room.seats[2]).toMatchObject({ isBot: true, level: 'easy', userId: '' });
  t.refusesRequest(0, { type: 'add_bot' }, 'ROOM_FULL');
  const u = opened({ botLevel: 'hard' });
  u.asks(0, { type: 'add_bot' });
  expect(u.room.seats[1]?.level).toBe('hard');
});

test('starting: the owner removes computer players, and them alone', () => {
  const t = opened();
  t.sit('bob');
  t.asks(0, { type: 'add_bot' });
  const sessionId = t.room.seats[2]?.sessionId ?? '';
  t.refusesRequest(1, { type: 'remove_bot', sessionId }, 'NOT_OWNER');
  t.refusesRequest(0, { type: 'remove_bot', sessionId: 'session of bob' });
  t.refusesRequest(0, { type: 'remove_bot', sessionId: 'made up' });
  t.asks(0, { type: 'remove_bot', sessionId });
  expect(publicView(t.room).players).toHaveLength(2);
  t.refusesRequest(0, { type: 'remove_bot', sessionId });
});

test('starting: nobody is added, removed or kicked while a match runs', () => {
  const t = opened();
  t.sit('bob');
  t.asks(0, { type: 'add_bot' });
  t.asks(0, start);
  const codes = ['MATCH_RUNNING', 'WRONG_PHASE'] as const;
  t.refusesRequest(0, { type: 'add_bot' }, ...codes);
  t.refusesRequest(0, { type: 'remove_bot', sessionId: t.room.seats[2]?.sessionId ?? '' }, ...codes);
  t.refusesRequest(0, { type: 'kick', sessionId: 'session of bob' }, ...codes);
});

test('starting: the owner kicks a person while the room waits', () => {
  const t = opened();
  t.sit('bob', 'cyd');
  t.refusesRequest(1, { type: 'kick', sessionId: 'session of cyd' }, 'NOT_OWNER');
  expect(t.asks(0, { type: 'kick', sessionId: 'session of bob' })).toMatchObject([
    { type: 'seat_left', seat: 1, reason: 'kicked' },
  ]);
  expect(publicView(t.room).players.map((player) => player.userId)).toEqual(['ann', 'cyd']);
  t.refusesRequest(0, { type: 'kick', sessionId: 'session of bob' });
});

test('starting: with auto_start the match begins 5 s after the room opened, all seats filled', () => {
  const t = opened({ startDelayMs: 5_000 });
  expect(publicView(t.room).startsAt).toBe(t.now + 5_000);
  t.wait(2_000);
  t.sit('bob');
  expect(types(t.wait(2_999))).not.toContain('match_started');
  expect(types(t.wait(1))).toContain('match_started');
  expect(publicView(t.room).players.map((player) => player.isBot)).toEqual([false, false, true, true]);
  expect(publicView(t.room).startsAt).toBeNull();
});

test('starting: with auto_start the match begins at once when the room is full', () => {
  const t = opened({ startDelayMs: 5_000, maxPlayers: 3 });
  t.sit('bob');
  expect(starts(t)).toBe(0);
  t.sit('cyd');
  t.wait(0);
  expect(starts(t)).toBe(1);
  expect(publicView(t.room).players.some((player) => player.isBot)).toBe(false);
});

test('starting: a full room and its countdown start one match together (never again 19)', () => {
  const t = opened({ startDelayMs: 5_000, maxPlayers: 2 });
  t.wait(4_999);
  t.sit('bob');
  t.wait(10_000);
  t.send({ type: 'time_passed' });
  t.send({ type: 'time_passed' });
  expect(starts(t)).toBe(1);
});

test('starting: the owner may start before the countdown is over, and it starts once (never again 19)', () => {
  const t = opened({ startDelayMs: 5_000, minPlayers: 2 });
  t.sit('bob');
  t.asks(0, start);
  t.wait(10_000);
  expect(starts(t)).toBe(1);
  expect(publicView(t.room).startsAt).toBeNull();
});

test('starting: the countdown is called off when the room empties (never again 20)', () => {
  const t = opened({ startDelayMs: 5_000 });
  t.sit('bob');
  t.leave('ann');
  expect(publicView(t.room).startsAt).not.toBeNull();
  expect(types(t.leave('bob'))).toContain('start_called_off');
  expect(publicView(t.room).startsAt).toBeNull();
  t.wait(20_000);
  expect(starts(t)).toBe(0);
});

test('starting: a countdown that is lost with its process gets the time back', () => {
  const t = opened({ startDelayMs: 5_000 });
  t.wait(2_000);
  t.now += 60_000;
  t.send({ type: 'time_lost', byMs: 60_000 });
  expect(types(t.wait(2_999))).not.toContain('match_started');
  expect(types(t.wait(1))).toContain('match_started');
});

test('starting: a room that does not start by itself waits', () => {
  const t = opened({ maxPlayers: 2 });
  t.sit('bob');
  t.wait(600_000);
  expect(starts(t)).toBe(0);
});

test('starting: every match has its number', () => {
  const t = opened({ maxTurns: 1 });
  t.sit('bob');
  for (const number of [1, 2, 3]) {
    t.asks(0, start);
    expect(t.match.number).toBe(number);
    t.waitFor('match_ended');
  }
});

test('starting: a rematch deals anew, with nothing left of the match before', () => {
  const t = opened({ maxTurns: 4 });
  t.sit('bob');
  t.asks(0, start);
  t.waitFor('match_ended');
  expect(t.player(0).missed).toBeGreaterThan(0);
  expect(t.room.seats[0]?.playedByBot).toBe(true);
  const ended = t.last('match_ended');
  t.asks(0, start);
  expect(t.match).toMatchObject({ results: [], how: null, revealed: '', calledBy: null, drawn: null, powers: [] });
  expect(t.match.players.map((player) => [player.missed, player.hand.length])).toEqual([
    [0, 4],
    [0, 4],
  ]);
  expect(t.room.seats[0]?.playedByBot).toBe(false);
  expect(t.room.commitment).toBe(ended.nextCommitment);
  t.waitFor('match_ended');
  expect(t.last('match_ended').secret).toBe(ended.nextSecret);
});

test('starting: a room that starts by itself starts when a computer player takes the last seat', () => {
  const t = opened({ startDelayMs: 5_000, maxPlayers: 2 });
  t.asks(0, { type: 'add_bot' });
  expect(starts(t)).toBe(1);
});

test('starting: who comes into a room whose countdown was called off counts down anew', () => {
  const t = opened({ startDelayMs: 5_000 });
  t.leave('ann');
  t.wait(10_000);
  t.enter(entrant('bob'));
  expect(publicView(t.room).startsAt).toBeNull();
  t.connect('bob');
  expect(publicView(t.room).startsAt).toBe(t.now + 5_000);
  t.wait(5_000);
  expect(starts(t)).toBe(1);
});

test('starting: a countdown that ends before anybody has connected starts no match', () => {
  const t = new TestTable();
  t.open({ startDelayMs: 5_000 });
  t.wait(5_000);
  expect(starts(t)).toBe(0);
  t.connect('ann');
  t.wait(5_000);
  expect(starts(t)).toBe(1);
});
