import { expect, test } from 'vitest';
import type { RoomSettings } from '../../src/game/state.ts';
import { entering, entrant, Table, types } from './kit.ts';

/** protocol.md 2, what a room bears. */

function opened(settings: Partial<RoomSettings> = {}): Table {
  const t = new Table();
  t.open(settings);
  t.connect('ann');
  return t;
}

const add = { type: 'add_bot' } as const;
const remove = ({ room }: Table) =>
  ({ type: 'remove_bot', sessionId: room.seats.find((seat) => seat?.isBot)?.sessionId ?? '' }) as const;

/** The owner adds a computer player and removes it again. */
function toAndFro(t: Table): void {
  t.asks(0, add);
  t.asks(0, remove(t));
}

/** Somebody comes and goes. */
function visit(t: Table, userId: string): void {
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

test('what a room bears: 30 come in a minute, and no more; who sits there is not disturbed (never again 47)', () => {
  const t = opened();
  t.sit('bob');
  for (let i = 2; i < 30; i++) visit(t, `guest ${i}`);
  const refusal = t.sendRefused(entering(entrant('guest')), 'TOO_MANY_REQUESTS');
  expect(refusal).toMatchObject({ retryAfterMs: 60_000 });
  expect(t.send(entering(entrant('bob')))).toEqual([]);
  toAndFro(t);
  t.asks(0, { type: 'kick', sessionId: 'session of bob' });
  t.wait(60_000);
  visit(t, 'guest');
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
