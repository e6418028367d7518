import { expect, test } from 'vitest';
import { seen, showingTo, shownBy } from '../../src/game/seen.ts';
import { publicView } from '../../src/game/view.ts';
import { card } from './cards.ts';
import { afterWindow, begun, collect, draw, drawn, inWindow, look, play, same, skip, swap, types } from './kit.ts';

const queens = { hands: ['Qh 2c 3c 4c', '8s 2d 3d 4d'], draw: 'Ks 9c 9d 9h' };
const jacks = { hands: ['Jh 2c 3c 4c', '8s 2d 3d 4d', '9s 5d 6d 7d'], draw: 'Ks 9c 9d 9h' };

test('8 a queen that was played in a turn gives its player a power of 10 s', () => {
  const t = afterWindow(queens);
  expect(t.phase).toBe('special_play_window');
  expect(t.last('power_opened')).toMatchObject({ seat: 0, power: 'queen', deadlineAt: t.now + 10_000 });
  expect(publicView(t.room).power).toEqual({ seat: 0, power: 'queen' });
});

test('8 the drawn card gives its power as well', () => {
  const t = afterWindow({ hands: ['2h 2c 3c 4c', '8s 2d 3d 4d'], draw: 'Jd 9c' }, drawn);
  expect(t.last('power_opened')).toMatchObject({ seat: 0, power: 'jack' });
});

test('8 every queen and jack that was played gives one power, used in the order in which the cards were played', () => {
  const t = inWindow({ hands: ['Qh 2c 3c Qd', '8s Qc 3d 4d', 'Qs 5d 6d 7d'], draw: 'Ks 9c' });
  t.does(2, same(0));
  t.does(0, same(3));
  t.does(1, same(1));
  t.wait(5_000);
  const order: number[] = [];
  while (t.phase === 'special_play_window') {
    const seat = t.match.powers[0]?.seat ?? -1;
    order.push(seat);
    for (const other of [0, 1, 2]) if (other !== seat) t.refuses(other, skip, 'NOT_YOUR_TURN');
    t.does(seat, skip);
  }
  expect(order).toEqual([0, 2, 0, 1]);
  expect(t.match.turn).toBe(1);
});

test('8 each power has its own 10 s', () => {
  const t = inWindow({ hands: ['Jh 2c 3c 4c', 'Js 2d 3d 4d'], draw: 'Ks 9c' });
  t.does(1, same(0));
  t.wait(5_000);
  t.wait(7_000);
  t.does(0, skip);
  expect(t.left).toBe(10_000);
  expect(t.last('power_opened').seat).toBe(1);
});

test('8 who does not want to uses skip_power', () => {
  const t = afterWindow(queens);
  const events = t.does(0, skip);
  expect(events[0]).toMatchObject({ type: 'power_skipped', seat: 0, power: 'queen', why: 'chosen' });
  expect(events.at(-1)).toMatchObject({ type: 'turn_started', seat: 1 });
});

test('8 time over skips', () => {
  const t = afterWindow(queens);
  expect(types(t.wait(9_999))).toEqual([]);
  expect(t.wait(1)).toMatchObject([
    { type: 'power_skipped', seat: 0, power: 'queen', why: 'time' },
    { type: 'turn_started', seat: 1 },
  ]);
});

test('8 a skipped power is no missed turn', () => {
  const t = afterWindow(queens);
  t.wait(10_000);
  expect(t.player(0).missed).toBe(0);
});

test('8 a refused choice uses nothing up (never again 11)', () => {
  const t = afterWindow({ ...queens, hands: ['Qh 2c 3c 4c', '8s 2d [3d] 4d'], gameType: 'classic' });
  t.refuses(0, look(1, 9), 'NO_SUCH_SLOT');
  t.refuses(0, look(1, 2), 'CARD_LOCKED');
  t.refuses(0, look(7, 0), 'NO_SUCH_SLOT', 'INVALID_PAYLOAD');
  t.does(0, look(1, 0));
});

test('8 nobody uses a power that they do not have (never again 11)', () => {
  const t = afterWindow(queens);
  t.refuses(1, look(0, 0), 'NOT_YOUR_TURN');
  t.refuses(0, swap(0, 0, 1, 0), 'WRONG_PHASE', 'CARD_LOCKED', 'NOT_ALLOWED');
  const u = afterWindow(jacks);
  u.refuses(0, look(1, 0), 'WRONG_PHASE', 'CARD_LOCKED', 'NOT_ALLOWED');
  u.refuses(1, swap(0, 0, 1, 0), 'NOT_YOUR_TURN');
});

test('8 powers are for their own time: not in a turn, nor in the window', () => {
  const t = begun(queens);
  for (const move of [look(0, 0), swap(0, 0, 1, 0), skip]) t.refuses(0, move, 'WRONG_PHASE');
  t.does(0, draw);
  t.does(0, play(0));
  for (const move of [look(0, 0), skip]) t.refuses(0, move, 'WRONG_PHASE');
});

test('8 a power is used once', () => {
  const t = afterWindow(queens);
  t.does(0, look(1, 0));
  t.refuses(0, look(1, 1));
});

test('8 a queen shows one card of any hand to its one player, for 5 s, and the match goes on', () => {
  const t = afterWindow(queens);
  const events = t.does(0, look(1, 0));
  const [event] = events;
  expect(event).toMatchObject({ type: 'queen_peeked', seat: 0, target: { seat: 1, slot: 0 }, until: t.now + 5_000 });
  expect(event && shownBy(event)).toMatchObject({
    to: 0,
    reason: 'queen_peek',
    cards: [{ seat: 1, slot: 0, card: card('8s') }],
  });
  expect(events.at(-1)).toMatchObject({ type: 'turn_started', seat: 1 });
  t.does(1, draw);
  expect(showingTo(t.room, 0, t.now + 4_999)).toMatchObject([{ reason: 'queen_peek', cards: [{ card: card('8s') }] }]);
  expect(showingTo(t.room, 0, t.now + 5_000)).toEqual([]);
  expect(showingTo(t.room, 1, t.now).some((shown) => shown.reason === 'queen_peek')).toBe(false);
});

test('8 a queen may look at a card of her own player', () => {
  const t = afterWindow(queens);
  t.does(0, look(0, 0));
  expect(showingTo(t.room, 0, t.now)).toMatchObject([{ cards: [{ seat: 0, slot: 0, card: card('Ks') }] }]);
});

test('8 everybody sees which slot a queen looked at, and not the card (never again 3)', () => {
  const t = afterWindow(queens);
  const [event] = t.does(0, look(1, 0));
  expect(event && seen(event)).toEqual({
    type: 'queen_peeked',
    seat: 0,
    target: { seat: 1, slot: 0 },
    until: t.now + 5_000,
  });
});

test('8 the card that a queen looked at is not shown any more when it has left its slot', () => {
  const t = inWindow({ hands: ['Qh 2c 3c 4c', 'Qs 2d 3d 4d', '9s 5d 6d 7d'], draw: 'Ks 9c' });
  t.does(1, same(0));
  t.wait(5_000);
  t.does(0, look(1, 1));
  t.does(1, skip);
  t.does(1, draw);
  expect(showingTo(t.room, 0, t.now)).toHaveLength(1);
  t.does(1, play(1));
  expect(showingTo(t.room, 0, t.now)).toEqual([]);
});

test('8 a jack swaps two cards of two players, unseen, face down in their new places', () => {
  const t = afterWindow(jacks);
  const [event] = t.does(0, swap(1, 0, 2, 3));
  expect([t.hand(0), t.hand(1), t.hand(2)]).toEqual(['Ks 2c 3c 4c', '7d 2d 3d 4d', '9s 5d 6d 8s']);
  expect(event && shownBy(event)).toBeNull();
});

test('8 everybody sees which slots a jack swapped', () => {
  const t = afterWindow(jacks);
  const [event] = t.does(0, swap(1, 0, 2, 3));
  const places = { first: { seat: 1, slot: 0 }, second: { seat: 2, slot: 3 } };
  expect(event && seen(event)).toEqual({ type: 'jack_swapped', seat: 0, ...places });
});

test('8 a jack may swap two cards of one player, or his own with another', () => {
  const t = afterWindow(jacks);
  t.does(0, swap(2, 0, 2, 1));
  expect(t.hand(2)).toBe('5d 9s 6d 7d');
  const u = afterWindow(jacks);
  u.does(0, swap(1, 0, 0, 0));
  expect([u.hand(0), u.hand(1)]).toEqual(['8s 2c 3c 4c', 'Ks 2d 3d 4d']);
});

test('8 a jack refuses a slot with itself, an empty one and one that is not there', () => {
  const t = inWindow({ ...jacks, hands: ['Jh 2c 3c 4c', 'Js 2d 3d 4d', '9s 5d 6d 7d'] });
  t.does(1, same(0));
  t.wait(5_000);
  t.refuses(0, swap(0, 1, 0, 1), 'INVALID_PAYLOAD', 'NO_SUCH_SLOT');
  t.refuses(0, swap(0, 1, 1, 0), 'NO_SUCH_SLOT');
  t.refuses(0, swap(1, 0, 0, 1), 'NO_SUCH_SLOT');
  t.refuses(0, swap(0, 1, 2, 4), 'NO_SUCH_SLOT');
  t.refuses(0, swap(0, -1, 2, 0), 'NO_SUCH_SLOT');
  t.does(0, swap(0, 1, 1, 1));
});

test('8 a collected card may be swapped, and is an ordinary face-down card then', () => {
  const t = afterWindow({ ...jacks, hands: ['Jh 2c 3c 4c', '[8s] 2d 3d 4d'], gameType: 'classic' });
  t.does(0, swap(1, 0, 0, 1));
  expect([t.hand(0), t.hand(1)]).toEqual(['Ks 8s 3c 4c', '2c 2d 3d 4d']);
});

test('8 a swap of two collected cards turns both face down', () => {
  const t = afterWindow({ ...jacks, hands: ['Jh [2c] 3c 4c', '[8s] 2d 3d 4d'], gameType: 'classic' });
  t.does(0, swap(1, 0, 0, 1));
  expect([t.hand(0), t.hand(1)]).toEqual(['Ks 8s 3c 4c', '2c 2d 3d 4d']);
});

test('8 a queen with nothing to peek at is skipped at once', () => {
  const t = begun({ hands: ['Qh [Kd]', '[9c] [9d]'], draw: '', gameType: 'classic' });
  t.does(0, play(0));
  const events = t.wait(5_000);
  expect(events).toContainEqual({ type: 'power_skipped', seat: 0, power: 'queen', why: 'nothing', at: t.now });
  expect(t.phase).toBe('player_turn');
});

test('8 a jack has something to swap as long as each hand holds a card', () => {
  const t = begun({ hands: ['Jh Jd', '2d'], draw: '' });
  t.does(0, play(0));
  t.wait(5_000);
  t.does(0, swap(0, 1, 1, 0));
  expect([t.hand(0), t.hand(1)]).toEqual(['. 2d', 'Jd']);
});

test('8 a collected card is not peeked at while others lie face down', () => {
  const t = afterWindow({ ...queens, hands: ['Qh 2c 3c 4c', '[8s] 2d 3d 4d'], gameType: 'classic' });
  t.refuses(0, look(1, 0), 'CARD_LOCKED');
  expect(types(t.does(0, look(1, 1)))[0]).toBe('queen_peeked');
});

test('8 a queen that was collected from the pile has given its power all the same', () => {
  const t = inWindow({ hands: ['Qh 2c 3c 4c', '[Qs] 2d 3d 4d', '9s 5d 6d 7d'], gameType: 'classic' });
  t.wait(5_000);
  t.does(1, collect);
  expect(t.phase).toBe('special_play_window');
  t.does(0, look(2, 0));
});
