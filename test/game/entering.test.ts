import { expect, test } from 'vitest';
import { evolve } from '../../src/game/evolve.ts';
import { currentSize, freeSeats } from '../../src/game/room.ts';
import type { RoomSettings } from '../../src/game/state.ts';
import { publicView } from '../../src/game/view.ts';
import { defaults, entering, entrant, TestTable, types } from './kit.ts';

/** protocol.md 2, Entering. */

function opened(settings: Partial<RoomSettings> = {}, bots = 0): TestTable {
  const t = new TestTable();
  t.open(settings, entrant('ann'), bots);
  t.connect('ann');
  return t;
}
const secret = { permission: 'private', passwordHash: 'salted' } as const;

test('entering: who opens a room has its first seat, and owns it', () => {
  const t = opened();
  expect(t.room.ownerId).toBe('ann');
  expect(publicView(t.room)).toMatchObject({
    phase: 'waiting_for_players',
    ownerId: 'ann',
    players: [{ seat: 0, userId: 'ann', sessionId: 'session of ann', name: 'ann', connected: true, isBot: false }],
  });
});

test('entering: a room is opened once (never again 17)', () => {
  const t = opened();
  const again = { type: 'open', roomId: 'room_1', settings: defaults, owner: entrant('bob'), bots: 0 } as const;
  t.sendRefused(again);
});

test('entering: computer players are seated at once where the options say so', () => {
  const t = opened({ maxPlayers: 4 }, 2);
  expect(publicView(t.room).players.filter((player) => player.isBot)).toHaveLength(2);
  expect([currentSize(t.room), freeSeats(t.room)]).toEqual([3, 1]);
});

test('entering: a seat is reserved, and is its person’s with the connection', () => {
  const t = opened();
  const [event] = t.enter(entrant('bob', { name: 'Bob', dealNonce: 'n' }));
  expect(event).toMatchObject({ type: 'seat_reserved', seat: 1, userId: 'bob', name: 'Bob', until: t.now + 15_000 });
  expect([currentSize(t.room), freeSeats(t.room)]).toEqual([1, 2]);
  expect(publicView(t.room).players).toHaveLength(1);
  t.connect('bob', 'token');
  expect([currentSize(t.room), freeSeats(t.room)]).toEqual([2, 2]);
  expect(t.room.seats[1]).toMatchObject({ attendance: 'connected', token: 'token' });
});

test('entering: a reservation that nobody connects to lapses after 15 s (never again 38)', () => {
  const t = opened();
  t.enter(entrant('bob'));
  expect(types(t.wait(14_999))).toEqual([]);
  expect(t.wait(1)).toMatchObject([{ type: 'seat_left', seat: 1, reason: 'lapsed' }]);
  expect(freeSeats(t.room)).toBe(3);
  t.sendRefused({ type: 'connect', sessionId: 'session of bob', token: 'late' });
});

test('entering: a user who is seated already has the same seat, and the same session id', () => {
  const t = opened();
  t.sit('bob');
  expect(t.send(entering(entrant('bob', { sessionId: 'new' })))).toEqual([]);
  expect(t.seatOf('bob').sessionId).toBe('session of bob');
  t.enter(entrant('cyd'));
  expect(t.send(entering(entrant('cyd', { sessionId: 'new' })))).toEqual([]);
  expect(freeSeats(t.room)).toBe(1);
});

test('entering: a seated user gets in again past password, lists, a full room and a running match', () => {
  const t = opened({ ...secret, allowedUsers: ['bob'], maxPlayers: 2 });
  t.sit('bob');
  t.asks(0, { type: 'start_match' });
  t.drop('bob');
  expect(t.send(entering(entrant('bob'), { password: 'wrong' }))).toEqual([]);
  t.connect('bob');
});

test('entering: without the password, or with a wrong one, nobody enters', () => {
  const t = opened(secret);
  t.sendRefused(entering(entrant('bob')), 'PASSWORD_REQUIRED');
  t.sendRefused(entering(entrant('bob'), { password: 'wrong' }), 'WRONG_PASSWORD');
  t.enter(entrant('bob'), { password: 'right' });
});

test('entering: on the list, or with a role on the list, suffices (never again 16)', () => {
  const t = opened({ permission: 'private', allowedUsers: ['bob'], allowedRoles: ['friend'] });
  t.sendRefused(entering(entrant('dan')), 'NOT_ALLOWED');
  t.sendRefused(entering(entrant('dan'), { roles: ['stranger'] }), 'NOT_ALLOWED');
  t.enter(entrant('bob'));
  t.enter(entrant('cyd'), { roles: ['stranger', 'friend'] });
});

test('entering: each guard that is set has to be passed, the list and the password', () => {
  const t = opened({ ...secret, allowedUsers: ['bob'] });
  t.sendRefused(entering(entrant('bob')), 'PASSWORD_REQUIRED');
  t.sendRefused(entering(entrant('bob'), { password: 'wrong' }), 'WRONG_PASSWORD');
  t.sendRefused(entering(entrant('dan'), { password: 'right' }), 'NOT_ALLOWED');
  t.enter(entrant('bob'), { password: 'right' });
});

test('entering: the owner passes always, also without the password', () => {
  const t = opened(secret);
  t.leave('ann');
  t.wait(10_000);
  t.enter(entrant('ann', { sessionId: 'second' }));
});

test('entering: a former owner is a guest like others', () => {
  const t = opened({ ...secret, allowedUsers: ['bob', 'cyd'], maxPlayers: 3 });
  t.sit('bob');
  t.wait(1_000);
  t.enter(entrant('cyd'), { password: 'right' });
  t.connect('cyd');
  t.leave('ann');
  expect(t.room.ownerId).toBe('bob');
  t.sendRefused(entering(entrant('ann')), 'NOT_ALLOWED');
  t.leave('bob');
  expect(t.room.ownerId).toBe('cyd');
});

test('entering: the list is asked before the password, and the password before the seats', () => {
  const t = opened({ ...secret, allowedUsers: ['bob', 'cyd', 'dan'], maxPlayers: 2 });
  t.enter(entrant('bob'), { password: 'right' });
  t.connect('bob');
  t.sendRefused(entering(entrant('eve'), { password: 'wrong' }), 'NOT_ALLOWED');
  t.sendRefused(entering(entrant('cyd'), { password: 'wrong' }), 'WRONG_PASSWORD');
  t.sendRefused(entering(entrant('cyd'), { password: 'right' }), 'ROOM_FULL');
  t.asks(0, { type: 'start_match' });
  t.sendRefused(entering(entrant('cyd'), { password: 'wrong' }), 'WRONG_PASSWORD');
  t.sendRefused(entering(entrant('cyd'), { password: 'right' }), 'MATCH_RUNNING');
});

test('entering: refused attempts hold no seat (never again 38)', () => {
  const t = opened(secret);
  for (let i = 0; i < 100; i++) t.sendRefused(entering(entrant(`user ${i}`), { password: 'wrong' }), 'WRONG_PASSWORD');
  expect([currentSize(t.room), freeSeats(t.room)]).toEqual([1, 3]);
});

test('entering: reservations count, so that the last seat is reserved once', () => {
  const t = opened({ maxPlayers: 2 });
  t.enter(entrant('bob'));
  t.sendRefused(entering(entrant('cyd')), 'ROOM_FULL');
  t.wait(15_000);
  t.enter(entrant('cyd'));
});

test('entering: nobody new enters while a match runs (never again 14)', () => {
  const t = opened();
  t.sit('bob');
  t.asks(0, { type: 'start_match' });
  t.sendRefused(entering(entrant('cyd')), 'MATCH_RUNNING');
});

test('entering: random join enters only a public waiting room that starts by itself', () => {
  const random = { random: true } as const;
  opened({ random: true, startDelayMs: 5_000 }).enter(entrant('bob'), random);
  opened({ startDelayMs: 5_000 }).enter(entrant('bob'), random);
  opened().sendRefused(entering(entrant('bob'), random));
  opened({ ...secret, startDelayMs: 5_000 }).sendRefused(entering(entrant('bob'), { ...random, password: 'right' }));
});

test('entering: there is no room any more once it is closed', () => {
  const t = opened();
  t.send({ type: 'close', reason: 'closed' });
  t.sendRefused(entering(entrant('bob')), 'ROOM_NOT_FOUND');
});

test('entering: there is no room before it is opened', () => {
  new TestTable().sendRefused(entering(entrant('bob')), 'ROOM_NOT_FOUND');
});

test('entering: a session id that nobody has connects to nothing', () => {
  const t = opened();
  t.sendRefused({ type: 'connect', sessionId: 'made up', token: 'x' });
  t.sendRefused({ type: 'connect', sessionId: '', token: 'x' });
});

test('entering: who was kicked stays out until the owner lets them back, or the next match starts', () => {
  const t = opened();
  t.sit('bob', 'cyd');
  t.asks(0, { type: 'kick', sessionId: 'session of bob' });
  const again = entering(entrant('bob', { sessionId: 'second' }));
  t.sendRefused(again, 'KICKED');
  t.refusesRequest(1, { type: 'unkick', userId: 'bob' }, 'NOT_OWNER');
  t.refusesRequest(2, { type: 'unkick', userId: 'bob' }, 'NOT_OWNER');
  t.refusesRequest(0, { type: 'unkick', userId: 'cyd' }, 'INVALID_PAYLOAD');
  t.asks(0, { type: 'unkick', userId: 'bob' });
  t.refusesRequest(0, { type: 'unkick', userId: 'bob' }, 'INVALID_PAYLOAD');
  t.send(again);
  t.send({ type: 'connect', sessionId: 'second', token: 'x' });
  t.asks(0, { type: 'kick', sessionId: 'second' });
  t.asks(0, { type: 'start_match' });
  t.sendRefused(again, 'MATCH_RUNNING');
  t.waitFor('match_ended');
  t.send(entering(entrant('bob', { sessionId: 'third' })));
  expect(t.seatOf('bob').sessionId).toBe('third');
});

test('entering: so many are kept out, the last ones, that no owner makes a room grow', () => {
  const t = opened();
  for (let i = 0; i < 40; i++) {
    t.sit(`guest ${i}`);
    t.asks(0, { type: 'kick', sessionId: `session of guest ${i}` });
    t.wait(10_000);
  }
  expect(t.room.kicked).toHaveLength(32);
  t.sendRefused(entering(entrant('guest 8')), 'KICKED');
  t.send(entering(entrant('guest 7')));
});

test('entering: who was kicked before kicks were remembered, and has come in again, is not kept out', () => {
  const t = opened();
  t.sit('bob');
  const old = [
    { type: 'seat_left', seat: 1, reason: 'kicked' },
    { type: 'seat_reserved', seat: 1, sessionId: 'b', userId: 'bob', name: 'Bob', dealNonce: '', until: t.now },
  ] as const;
  const room = old.reduce((so, event) => evolve(so, { ...event, at: t.now }), t.room);
  expect(room.kicked).toEqual([]);
});

test('entering: who has left may enter again, and gets a new seat', () => {
  const t = opened();
  t.sit('bob');
  t.send({ type: 'leave', sessionId: 'session of bob', reason: 'left' });
  t.enter(entrant('bob', { sessionId: 'second' }));
  t.send({ type: 'connect', sessionId: 'second', token: 'x' });
  expect(t.seatOf('bob').sessionId).toBe('second');
});
