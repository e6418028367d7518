import { expect, test } from 'vitest';
import { currentSize, freeSeats, nextDueAt } from '../../src/game/room.ts';
import type { RoomSettings } from '../../src/game/state.ts';
import { publicView } from '../../src/game/view.ts';
import { defaults, draw, entering, entrant, TestTable, types } from './kit.ts';

/** protocol.md 2, Leaving, dropping, closing. */

function opened(settings: Partial<RoomSettings> = {}): TestTable {
  const t = new TestTable();
  t.open(settings);
  t.connect('ann');
  return t;
}

test('leaving: a seat that is given up while the room waits is free at once', () => {
  const t = opened();
  t.sit('bob');
  expect(t.leave('bob')).toMatchObject([{ type: 'seat_left', seat: 1, reason: 'left' }]);
  expect([currentSize(t.room), freeSeats(t.room)]).toEqual([1, 3]);
  expect(publicView(t.room).players).toHaveLength(1);
  t.sit('cyd');
  expect(t.seatOf('cyd').seat).toBe(1);
});

test('leaving: a session that is gone leaves nothing more (never again 29)', () => {
  const t = opened();
  t.sit('bob');
  t.leave('bob');
  const before = t.room;
  t.sendOrRefuse({ type: 'leave', sessionId: 'session of bob', reason: 'left' });
  t.sendOrRefuse({ type: 'drop', sessionId: 'session of bob' });
  expect(currentSize(t.room)).toBe(1);
  expect(t.room.seats).toEqual(before.seats);
});

test('leaving: the longest-seated person owns the room when the owner gives the seat up', () => {
  const t = opened();
  t.wait(1_000);
  t.sit('bob');
  t.wait(1_000);
  t.sit('cyd');
  t.wait(1_000);
  t.leave('bob');
  t.sit('dan');
  expect(t.seatOf('dan').seat).toBe(1);
  expect(t.leave('ann')).toContainEqual({ type: 'owner_changed', ownerId: 'cyd', at: t.now });
  expect(publicView(t.room).ownerId).toBe('cyd');
  t.asks(t.seatOf('cyd').seat, { type: 'start_match' });
});

test('leaving: who has only a seat reserved does not own the room before those who sit', () => {
  const t = opened();
  t.enter(entrant('bob'));
  t.wait(1_000);
  t.sit('cyd');
  t.leave('ann');
  expect(t.room.ownerId).toBe('cyd');
});

test('leaving: computer players never own a room', () => {
  const t = opened();
  t.asks(0, { type: 'add_bot' });
  expect(types(t.leave('ann'))).not.toContain('owner_changed');
});

test('leaving: the owner who is away keeps the room while the seat is held', () => {
  const t = opened();
  t.sit('bob');
  t.drop('ann');
  t.wait(59_999);
  expect(t.room.ownerId).toBe('ann');
  expect(types(t.wait(1))).toEqual(expect.arrayContaining(['seat_left', 'owner_changed']));
  expect(t.room.ownerId).toBe('bob');
});

test('dropping: a lost connection holds the seat for 60 s (never again 25)', () => {
  const t = opened();
  t.sit('bob');
  expect(t.drop('bob')).toMatchObject([{ type: 'seat_dropped', seat: 1, until: t.now + 60_000 }]);
  expect(publicView(t.room).players[1]).toMatchObject({ userId: 'bob', connected: false });
  expect(currentSize(t.room)).toBe(2);
  t.wait(59_999);
  t.connect('bob', 'second token');
  expect(publicView(t.room).players[1]).toMatchObject({ userId: 'bob', connected: true });
  expect(t.seatOf('bob').token).toBe('second token');
  expect(types(t.wait(100_000))).toEqual([]);
});

test('dropping: a waiting room gives the seat up after the grace', () => {
  const t = opened();
  t.sit('bob');
  t.drop('bob');
  expect(types(t.wait(59_999))).toEqual([]);
  expect(t.wait(1)).toMatchObject([{ type: 'seat_left', seat: 1, reason: 'dropped' }]);
  expect(freeSeats(t.room)).toBe(3);
  t.sendRefused({ type: 'connect', sessionId: 'session of bob', token: 'x' });
});

test('dropping: a second drop does not begin the grace again', () => {
  const t = opened();
  t.sit('bob');
  t.drop('bob');
  t.wait(30_000);
  t.sendOrRefuse({ type: 'drop', sessionId: 'session of bob' });
  expect(types(t.wait(30_000))).toContain('seat_left');
});

test('dropping: a grace that runs through the end of the match goes on in the finished room', () => {
  const t = opened({ maxTurns: 1 });
  t.sit('bob');
  t.asks(0, { type: 'start_match' });
  t.waitFor('turn_started');
  t.drop('bob');
  t.waitFor('match_ended');
  expect(t.seatOf('bob').attendance).toBe('held');
  t.connect('bob');
  t.drop('bob');
  expect(types(t.wait(60_000))).toContain('seat_left');
});

test('closing: a room is closed 30 s after no seat belongs to a person (never again 24)', () => {
  const t = opened();
  t.asks(0, { type: 'add_bot' });
  t.leave('ann');
  expect(types(t.wait(29_999))).toEqual([]);
  expect(t.wait(1)).toMatchObject([{ type: 'room_closed', reason: 'empty' }]);
  expect(t.room.closed).toBe('empty');
});

test('closing: a held seat belongs to its person', () => {
  const t = opened();
  t.drop('ann');
  expect(types(t.wait(59_999))).toEqual([]);
  t.wait(1);
  expect(types(t.wait(29_999))).toEqual([]);
  expect(types(t.wait(1))).toEqual(['room_closed']);
});

test('closing: somebody who comes in time keeps the room open, and owns it', () => {
  const t = opened();
  t.leave('ann');
  t.wait(20_000);
  t.sit('bob');
  expect(t.room.ownerId).toBe('bob');
  expect(types(t.wait(600_000))).toEqual([]);
});

test('closing: a room whose owner never connects is closed', () => {
  const t = new TestTable();
  t.open();
  t.wait(45_000);
  expect(t.room.closed).toBe('empty');
});

test('closing: a match that nobody is left in ends, and its room closes', () => {
  const t = opened();
  t.sit('bob');
  t.asks(0, { type: 'start_match' });
  t.leave('ann');
  expect(types(t.leave('bob')).slice(-2)).toEqual(['match_ended', 'room_closed']);
});

test('closing: a room whose journal is full plays its match to the end, says its result, and closes (never again 48)', () => {
  const t = opened({ maxEntries: 12, maxTurns: 4 });
  t.sit('bob');
  t.asks(0, { type: 'start_match' });
  const events = t.waitFor('match_ended');
  expect(t.room.n).toBeGreaterThan(12);
  expect(types(events).slice(-2)).toEqual(['match_ended', 'room_closed']);
  expect(t.room).toMatchObject({ closed: 'played_out', match: { how: 'lowest_points' } });
});

test('closing: a waiting room whose journal is full closes (never again 48)', () => {
  const t = opened({ maxEntries: 5 });
  t.asks(0, { type: 'add_bot' });
  expect(types(t.asks(0, { type: 'add_bot' }))).toEqual(['bot_seated', 'room_closed']);
  expect(t.room.closed).toBe('played_out');
});

test('closing: a room that was opened before journals were bounded has the bound of new ones', () => {
  const t = new TestTable();
  const { maxEntries: _, ...settings } = defaults;
  t.fold([
    {
      type: 'room_opened',
      version: 1,
      roomId: 'room_1',
      settings: settings as RoomSettings,
      ownerId: 'ann',
      botSeed: '',
      secret: '',
      commitment: '',
      at: t.now,
    },
  ]);
  expect(t.room.settings.maxEntries).toBe(30_000);
  t.sit('ann');
  expect(t.room.closed).toBeNull();
});

test('closing: a room in which nothing happens for its TTL expires (never again 32)', () => {
  const t = opened({ ttlMs: 3_600_000 });
  t.wait(1_800_000);
  t.sit('bob');
  expect(types(t.wait(3_599_999))).toEqual([]);
  expect(t.wait(1)).toMatchObject([{ type: 'room_closed', reason: 'expired' }]);
});

test('closing: after the close nothing more is due, and nothing more is done (never again 20)', () => {
  const t = opened({ startDelayMs: 5_000 });
  t.sit('bob');
  expect(t.send({ type: 'close', reason: 'closed' })).toMatchObject([{ type: 'room_closed', reason: 'closed' }]);
  expect(nextDueAt(t.room)).toBeNull();
  t.now += 60_000;
  t.sendOrRefuse({ type: 'time_passed' });
  t.sendOrRefuse({ type: 'drop', sessionId: 'session of bob' });
  t.sendOrRefuse({ type: 'leave', sessionId: 'session of bob', reason: 'left' });
  t.sendRefused(entering(entrant('cyd')), 'ROOM_NOT_FOUND');
  t.refuses(0, draw);
  t.refusesRequest(0, { type: 'start_match' });
  expect(t.journal.at(-1)?.type).toBe('room_closed');
});

test('recovery: the time that a room was gone is added to reservations and graces', () => {
  const t = opened();
  t.enter(entrant('bob'));
  t.sit('cyd');
  t.drop('cyd');
  t.wait(10_000);
  t.now += 300_000;
  t.send({ type: 'time_lost', byMs: 300_000 });
  expect(types(t.wait(4_999))).toEqual([]);
  expect(types(t.wait(1))).toEqual(['seat_left']);
  expect(types(t.wait(45_000))).toEqual(['seat_left']);
});

test('recovery: deadlines go on from the last event, and every grace starts again', () => {
  const t = opened({ turnMs: 300_000 });
  t.sit('bob', 'cyd', 'dan');
  t.asks(0, { type: 'start_match' });
  t.waitFor('turn_started');
  t.drop('cyd');
  t.drop('dan');
  t.wait(60_000);
  t.connect('dan');
  t.wait(10_000);
  t.drop('bob');
  const left = t.left;
  t.now += 600_000;
  const held = { type: 'seat_dropped', until: t.now + 60_000 };
  expect(t.send({ type: 'recover' })).toMatchObject([
    { type: 'time_lost', byMs: 600_000 },
    { ...held, seat: 0 },
    { ...held, seat: 1 },
    { ...held, seat: 3 },
  ]);
  expect(t.left).toBe(left);
  expect(publicView(t.room).players.map((player) => player.connected)).toEqual([false, false, false, false]);
  expect(t.seatOf('cyd').attendance).toBe('away');
  t.connect('ann');
  expect(types(t.wait(59_999))).toEqual([]);
  expect(types(t.wait(1)).filter((type) => type === 'grace_ended')).toHaveLength(2);
  expect(t.phase).toBe('player_turn');
});
