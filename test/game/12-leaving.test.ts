import { expect, test } from 'vitest';
import { currentSize, freeSeats } from '../../src/game/room.ts';
import { publicView } from '../../src/game/view.ts';
import { begun, call, draw, drawn, entering, entrant, inWindow, play, same, type TestTable, types } from './kit.ts';

const hands = ['7h 2c 3c 4c', '7s 2d 3d 4d', '9s 6c 6h 10h'];

function finish(t: TestTable): void {
  while (t.phase !== 'finished') t.waitFor('turn_missed');
}
const short = { hands, maxTurns: 2 };

test('12 who leaves in a match gives the seat up, and a computer player plays it on (never again 22)', () => {
  const t = begun({ hands });
  const events = t.leave('ann');
  expect(events).toContainEqual({ type: 'seat_left', seat: 0, reason: 'left', at: t.now });
  expect(events).toContainEqual({ type: 'bot_took_over', seat: 0, why: 'left', at: t.now });
  expect(publicView(t.room).players[0]).toMatchObject({ isBot: true, userId: '', connected: false, playedByBot: true });
  expect([t.match.turn, t.left]).toEqual([0, 30_000]);
  t.botDoes(0, draw);
  t.botDoes(0, play(0));
  t.botDoes(0, same(1));
});

test.each(['left', 'kicked', 'signed_out'] as const)('12 who has %s in a match gives the seat up', (reason) => {
  const t = begun({ hands });
  expect(t.leave('bob', reason)).toContainEqual({ type: 'seat_left', seat: 1, reason, at: t.now });
  expect(publicView(t.room).players[1]).toMatchObject({ isBot: true, userId: '', playedByBot: true });
});

test('12 the computer player that plays on has the level of the room', () => {
  const t = begun({ hands, botLevel: 'expert' });
  t.leave('bob');
  expect(t.room.seats[1]?.level).toBe('expert');
});

test('12 nobody moves for a seat that they have left (never again 18)', () => {
  const t = begun({ hands });
  t.leave('ann');
  t.refuses(0, draw);
  t.refusesRequest(0, { type: 'start_match' });
});

test('12 who has left does not get back into the running match', () => {
  const t = begun({ hands });
  t.leave('bob');
  t.sendRefused(entering(entrant('bob', { sessionId: 'new' })), 'MATCH_RUNNING');
});

test('12 a player who is disconnected keeps the seat, and deadlines go on', () => {
  const t = begun({ hands });
  t.wait(10_000);
  expect(t.drop('ann')).toMatchObject([{ type: 'seat_dropped', seat: 0, until: t.now + 60_000 }]);
  expect(publicView(t.room).players[0]).toMatchObject({ connected: false, userId: 'ann', playedByBot: false });
  expect(t.left).toBe(20_000);
  expect(types(t.wait(20_000))).toContain('turn_missed');
});

test('12 a player who is back within the grace plays on', () => {
  const t = begun({ hands, turnMs: 300_000 });
  t.drop('ann');
  t.wait(59_999);
  t.connect('ann', 'another token');
  expect(t.room.seats[0]).toMatchObject({ attendance: 'connected', token: 'another token', playedByBot: false });
  expect(types(t.wait(60_000))).toEqual([]);
  t.does(0, draw);
});

test('12 after the grace a computer player plays for the player', () => {
  const t = begun({ hands, turnMs: 300_000 });
  t.drop('ann');
  expect(types(t.wait(59_999))).toEqual([]);
  const events = t.wait(1);
  expect(events).toContainEqual({ type: 'bot_took_over', seat: 0, why: 'away', at: t.now });
  expect(types(events)).toContain('grace_ended');
  expect(types(events)).not.toContain('seat_left');
  expect(t.room.seats[0]).toMatchObject({ attendance: 'away', userId: 'ann', playedByBot: true });
  t.botDoes(0, draw);
});

test('12 a player whose seat was played already is not taken over once more after the grace', () => {
  const t = begun({ hands: hands.slice(0, 2) });
  t.wait(60_000 + 30_000);
  t.drop('ann');
  const taken = t.wait(60_000).filter((event) => event.type === 'bot_took_over');
  expect(taken.filter((event) => event.seat === 0)).toEqual([]);
  expect(t.room.seats[0]?.attendance).toBe('away');
});

test('12 a player may come back to the seat until the match ends, with the last token or by entering again', () => {
  const t = begun({ hands, turnMs: 300_000 });
  t.drop('ann');
  t.wait(100_000);
  expect(t.send(entering(entrant('ann', { sessionId: 'new' })))).toEqual([]);
  t.connect('ann');
  expect(t.room.seats[0]).toMatchObject({ sessionId: 'session of ann', attendance: 'connected', playedByBot: true });
  expect(types(t.does(0, draw))).toEqual(expect.arrayContaining(['player_back', 'drew']));
  expect(t.room.seats[0]?.playedByBot).toBe(false);
});

test('12 when no seat belongs to a person who is connected or within the grace, the match ends', () => {
  const t = begun({ hands, turnMs: 300_000 });
  t.drop('ann');
  t.drop('bob');
  t.leave('cyd');
  expect(types(t.wait(59_999))).toEqual([]);
  expect(types(t.wait(1))).toContain('match_ended');
  expect(t.last('match_ended').how).toBe('abandoned');
});

test('12 while one person is within the grace the match goes on', () => {
  const t = begun({ hands, turnMs: 300_000 });
  t.drop('ann');
  t.wait(30_000);
  t.drop('bob');
  t.leave('cyd');
  t.wait(30_000);
  expect(t.room.seats[0]?.attendance).toBe('away');
  expect(t.phase).toBe('player_turn');
  t.wait(29_999);
  t.connect('bob');
  t.wait(100_000);
  expect(t.phase).toBe('player_turn');
});

test('12 computer players do not keep a match going without a person', () => {
  const t = begun({ hands, bots: 2 });
  expect(types(t.leave('ann'))).toContain('match_ended');
});

test('12 with the end of the match a stand-in gives its seat up, and other computer players stay', () => {
  const t = begun({ ...short, bots: 1 });
  t.leave('bob');
  expect(currentSize(t.room)).toBe(3);
  finish(t);
  expect(publicView(t.room).players).toMatchObject([{ userId: 'ann' }, { userId: '', points: 16 }, { isBot: true }]);
  expect([currentSize(t.room), freeSeats(t.room)]).toEqual([2, 1]);
  t.enter(entrant('dan'));
  t.connect('dan');
  expect(t.seatOf('dan').seat).toBe(1);
});

test('12 with the end of the match a player who is away loses the seat', () => {
  const t = begun({ hands, turnMs: 300_000, maxTurns: 1 });
  t.drop('bob');
  t.wait(60_000);
  expect(t.room.seats[1]?.attendance).toBe('away');
  t.wait(300_000);
  expect(t.phase).toBe('finished');
  expect(freeSeats(t.room)).toBe(1);
});

test('12 a finished room is joined as a waiting one, but not by random join', () => {
  const t = begun({ ...short, startDelayMs: 5_000, random: true });
  t.leave('bob');
  finish(t);
  t.sendRefused(entering(entrant('dan'), { random: true }));
  t.sit('dan');
  expect(t.seatOf('dan').seat).toBe(1);
});

test('12 a finished room starts again by start_match alone', () => {
  const t = begun({ ...short, startDelayMs: 5_000 });
  t.leave('bob');
  finish(t);
  t.sit('dan');
  expect(t.room.startsAt).toBeNull();
  expect(types(t.wait(60_000))).not.toContain('match_started');
  t.asks(0, { type: 'start_match' });
  expect(t.match.number).toBe(2);
  expect(t.last('match_started').seats).toEqual([0, 1, 2]);
});

test('12 the longest-seated connected person starts the rematch where the owner is away', () => {
  const t = begun(short);
  finish(t);
  t.refusesRequest(1, { type: 'start_match' }, 'NOT_OWNER');
  t.drop('ann');
  t.refusesRequest(2, { type: 'start_match' }, 'NOT_OWNER');
  t.asks(1, { type: 'start_match' });
  expect(t.phase).toBe('initial_peek');
  expect(t.room.ownerId).toBe('ann');
});

test('12 before the first match nobody but the owner starts it, also while the owner is away', () => {
  const t = begun(short);
  finish(t);
  t.drop('ann');
  t.drop('bob');
  t.asks(2, { type: 'start_match' });
});

test('12 computer players count as seated', () => {
  const t = begun({ ...short, bots: 1, minPlayers: 2 });
  t.leave('bob');
  finish(t);
  t.asks(0, { type: 'start_match' });
  expect(t.last('match_started').seats).toEqual([0, 2]);
});

test('12 play passes over a seat that is free, by seat number', () => {
  const t = begun({ ...short, bots: 1 });
  t.leave('bob');
  finish(t);
  t.asks(0, { type: 'start_match' });
  t.waitFor('turn_started');
  const first = t.match.turn;
  expect([0, 2]).toContain(first);
  t.wait(30_000);
  expect(t.match.turn).toBe(2 - first);
});

test('12 a leaver takes nobody else out: the turn of another goes on', () => {
  const t = inWindow({ hands });
  t.leave('cyd');
  expect([t.phase, t.left]).toEqual(['same_rank_window', 5_000]);
  t.wait(5_000);
  t.does(1, draw);
  t.does(1, call);
  t.does(1, play(drawn));
});

test('12 nobody starts a rematch from a seat that is free', () => {
  const t = begun({ ...short, bots: 1 });
  finish(t);
  t.leave('ann');
  for (const seat of [0, 2, 7]) t.refusesRequest(seat, { type: 'start_match' }, 'NOT_OWNER');
  t.asks(1, { type: 'start_match' });
});

test('12 a match against computer players that its only person leaves is over, and its room with it (never again 56)', () => {
  const t = begun({ hands, bots: 2, startDelayMs: 5_000 });
  expect(types(t.leave('ann'))).toEqual(['seat_left', 'bot_took_over', 'match_ended', 'room_closed']);
  expect(t.room.closed).toBe('empty');
  t.sendRefused(entering(entrant('dan')), 'ROOM_NOT_FOUND');
});

test('12 a finished room is over when the last person has gone, whether they left or their grace has ended (never again 56)', () => {
  const t = begun({ ...short, bots: 1, startDelayMs: 5_000 });
  finish(t);
  expect(types(t.leave('bob'))).not.toContain('room_closed');
  t.drop('ann');
  expect(types(t.wait(59_999))).toEqual([]);
  expect(types(t.wait(1))).toEqual(['seat_left', 'room_closed']);
});

test('12 a finished room waits for who has a seat reserved in it', () => {
  const t = begun(short);
  t.leave('cyd');
  finish(t);
  t.enter(entrant('dan'));
  t.leave('bob');
  expect(types(t.leave('ann'))).not.toContain('room_closed');
  t.connect('dan');
  expect(t.room.ownerId).toBe('dan');
  t.asks(t.seatOf('dan').seat, { type: 'start_match' });
});
