import { expect, test } from 'vitest';
import type { RoomSettings } from '../../src/game/state.ts';
import { entering, entrant, TestTable, types } from './kit.ts';

/** protocol.md 2, what a room bears. */

function opened(settings: Partial<RoomSettings> = {}): TestTable {
  const t = new TestTable();
  t.open(settings);
  t.connect('ann');
  return t;
}

const add = { type: 'add_bot' } as const;
const remove = ({ room }: TestTable) =>
  ({ type: 'remove_bot', sessionId: room.seats.find((seat) => seat?.isBot)?.sessionId ?? '' }) as const;

/** The owner adds a computer player and removes it again. */
function toAndFro(t: TestTable): void {
  t.asks(0, add);
  t.asks(0, remove(t));
}

/** Somebody comes and goes. */
function visit(t: TestTable, userId: string): void {
  t.sit(userId);
  t.leave(userId);
}

test('what a room bears: an owner changes the table 60 times in a minute, and no more (never again 48)', () => {
  const t = opened();
  for (let i = 0; i < 30; i++) toAndFro(t);
  t.wait(59_999);
  expect(t.refusesRequest(0, add, 'TOO_MANY_REQUESTS')).toMatchObject({ retryAfterMs: 1 });
  t.wait(1);
  toAndFro(t);
});

test('what a room bears: kicks count as changes', () => {
  const t = opened();
  for (let i = 0; i < 29; i++) toAndFro(t);
  t.asks(0, add);
  t.sit('bob', 'cyd');
  t.asks(0, { type: 'kick', sessionId: 'session of bob' });
  t.refusesRequest(0, { type: 'kick', sessionId: 'session of cyd' }, 'TOO_MANY_REQUESTS');
});

test('what a room bears: 600 changes between two matches; then the match has to be started (never again 48)', () => {
  const t = opened();
  for (let minute = 0; minute < 10; minute++) {
    for (let i = 0; i < 30; i++) toAndFro(t);
    t.wait(60_000);
  }
  const { message, retryAfterMs } = t.refusesRequest(0, add, 'TOO_MANY_REQUESTS');
  expect(message).toContain('start the match');
  expect(retryAfterMs).toBeUndefined();
  t.asks(0, { type: 'start_match' });
  t.waitFor('match_ended');
  toAndFro(t);
});

test('what a room bears: 60 come in a minute, and no more; who sits there is not disturbed (never again 47)', () => {
  const t = opened();
  t.sit('bob');
  for (let i = 2; i < 60; i++) visit(t, `guest ${i}`);
  const refusal = t.sendRefused(entering(entrant('guest')), 'TOO_MANY_REQUESTS');
  expect(refusal).toMatchObject({ retryAfterMs: 60_000 });
  expect(t.send(entering(entrant('bob')))).toEqual([]);
  toAndFro(t);
  t.asks(0, { type: 'kick', sessionId: 'session of bob' });
  t.wait(60_000);
  visit(t, 'guest');
});

test('what a room bears: one user comes 5 times in a minute, and others are let in (never again 47)', () => {
  const t = opened();
  for (let i = 0; i < 5; i++) visit(t, 'eve');
  const { n } = t.room;
  expect(t.sendRefused(entering(entrant('eve')), 'TOO_MANY_REQUESTS')).toMatchObject({ retryAfterMs: 60_000 });
  expect(t.room.n).toBe(n);
  for (let i = 0; i < 50; i++) visit(t, `guest ${i}`);
  t.sendRefused(entering(entrant('eve')), 'TOO_MANY_REQUESTS');
  t.wait(60_000);
  visit(t, 'eve');
});

test('what a room bears: one user comes 20 times from match to match (never again 47)', () => {
  const t = opened();
  for (let minute = 0; minute < 4; minute++) {
    for (let i = 0; i < 5; i++) visit(t, 'eve');
    t.wait(60_000);
  }
  const { message, retryAfterMs } = t.sendRefused(entering(entrant('eve')), 'TOO_MANY_REQUESTS');
  expect(message).toContain('wait for the next one to end');
  expect(retryAfterMs).toBeUndefined();
  visit(t, 'bob');
  t.asks(0, { type: 'start_match' });
  t.waitFor('match_ended');
  visit(t, 'eve');
});

test('what a room bears: another clock makes the wait of who comes too often neither longer nor shorter', () => {
  const t = opened();
  for (let i = 0; i < 5; i++) visit(t, 'eve');
  t.now += 3_600_000;
  t.send({ type: 'clock_moved', byMs: 3_600_000 });
  expect(t.sendRefused(entering(entrant('eve')), 'TOO_MANY_REQUESTS')).toMatchObject({ retryAfterMs: 60_000 });
});

test('what a room bears: a room counts 64 users, the latest', () => {
  const t = opened();
  for (let i = 0; i < 100; i++) {
    visit(t, `guest ${i}`);
    t.wait(2000);
  }
  expect(t.room.comers.map(({ userId }) => userId)).toEqual(Array.from({ length: 64 }, (_, i) => `guest ${i + 36}`));
});

test('what a room bears: reservations that nobody uses count as those who come', () => {
  const t = opened();
  for (let i = 0; i < 3; i++) t.enter(entrant(`guest ${i}`));
  t.wait(15_000);
  expect(t.room.comings.times).toBe(4);
});

test('what a room bears: 300 come between two matches, and with the next match it counts anew', () => {
  const t = opened();
  for (let minute = 0; minute < 10; minute++) {
    for (let i = minute === 0 ? 1 : 0; i < 30; i++) visit(t, `guest ${minute} ${i}`);
    t.wait(60_000);
  }
  const { retryAfterMs } = t.sendRefused(entering(entrant('guest')), 'TOO_MANY_REQUESTS');
  expect(retryAfterMs).toBeUndefined();
  t.asks(0, { type: 'start_match' });
  t.waitFor('match_ended');
  visit(t, 'guest');
});

test('what a room bears: a match that runs is not cut short by what was done before it, nor counts what happens in it', () => {
  const t = opened({ maxPlayers: 8 });
  for (let i = 0; i < 29; i++) toAndFro(t);
  t.sit('bob', 'cyd');
  t.asks(0, { type: 'start_match' });
  t.leave('bob');
  expect(types(t.waitFor('match_ended'))).not.toContain('room_closed');
  expect([t.room.changes.times, t.room.comings.times]).toEqual([0, 0]);
});

test('what a room bears: a clock that is set back does not make the wait longer', () => {
  const t = opened();
  for (let i = 0; i < 30; i++) toAndFro(t);
  t.now -= 600_000;
  toAndFro(t);
});

const bobsWayBack = { type: 'connect', sessionId: 'session of bob', token: 'token of bob' } as const;

/** Bob's connection is lost, and comes back. */
function awayAndBack(t: TestTable, times: number): void {
  for (let i = 0; i < times; i++) {
    t.drop('bob');
    t.send(bobsWayBack);
  }
}

test('what a room bears: to drop and come back keeps no room open for longer than its time (never again 48)', () => {
  const t = opened();
  t.sit('bob');
  awayAndBack(t, 20);
  const { touchedAt } = t.room;
  for (let hour = 0; hour < 23; hour++) {
    t.wait(3_600_000);
    awayAndBack(t, 1);
  }
  expect(t.room.touchedAt).toBe(touchedAt);
  expect(t.wait(3_600_000)).toMatchObject([{ type: 'room_closed', reason: 'expired' }]);
});

test('what a room bears: 120 returns to a seat in a minute, and nobody uses up those to another (never again 48)', () => {
  const t = opened();
  t.sit('bob', 'cyd');
  awayAndBack(t, 120);
  t.drop('bob');
  expect(t.sendRefused(bobsWayBack, 'TOO_MANY_REQUESTS')).toMatchObject({ retryAfterMs: 60_000 });
  t.drop('cyd');
  t.send({ type: 'connect', sessionId: 'session of cyd', token: 'token of cyd' });
  t.wait(59_999);
  t.sendRefused(bobsWayBack, 'TOO_MANY_REQUESTS');
});

test('what a room bears: 1,000 returns to a seat from match to match (never again 48)', () => {
  const t = opened();
  t.sit('bob');
  for (let minute = 0; minute < 10; minute++) {
    awayAndBack(t, 100);
    t.wait(60_000);
  }
  t.drop('bob');
  const { n } = t.room;
  t.sendRefused(bobsWayBack, 'TOO_MANY_REQUESTS');
  expect(t.room.n).toBe(n);
  t.asks(0, { type: 'start_match' });
  t.send(bobsWayBack);
});
