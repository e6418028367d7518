import { expect, test } from 'vitest';
import { seen, shownBy } from '../../src/game/seen.ts';
import { card } from './cards.ts';
import { begun, dealt, draw, drawn, inWindow, peek, play, same, types } from './kit.ts';

const hands = ['7h 7c 3c 4c', '7s 2d 3d 4d', '9s 7d 6h 10h'];

test('7 the window opens after each play, for 5 s', () => {
  const t = inWindow({ hands });
  expect(t.phase).toBe('same_rank_window');
  expect(t.last('window_opened').deadlineAt).toBe(t.now + 5_000);
});

test('7 the window opens after the drawn card was played as well', () => {
  expect(inWindow({ hands }, drawn).phase).toBe('same_rank_window');
});

test('7 everyone may play a card of the same rank, the mover too', () => {
  const t = inWindow({ hands });
  t.does(0, same(1));
  t.does(2, same(1));
  expect(t.does(1, same(0))).toMatchObject([{ type: 'same_rank_played', seat: 1, slot: 0, card: card('7s') }]);
  expect(t.discard).toBe('7s 7d 7c 7h 5c');
  expect([t.hand(0), t.hand(1), t.hand(2)]).toEqual(['9c . 3c 4c', '. 2d 3d 4d', '9s . 6h 10h']);
});

test('7 a player may play as often as they have a card of that rank', () => {
  const t = inWindow({ hands: ['7h 2c 3c 4c', '7s 7d 7c 4d'] });
  for (const slot of [2, 0, 1]) t.does(1, same(slot));
  expect(t.hand(1)).toBe('. . . 4d');
});

test('7 the mover may play the card that was just drawn, from its slot', () => {
  const t = inWindow({ hands, draw: '7d 9c' });
  t.does(0, same(0));
  expect(t.hand(0)).toBe('. 7c 3c 4c');
});

test('7 the first that arrives counts first', () => {
  const t = inWindow({ hands });
  t.does(2, same(1));
  t.does(1, same(0));
  expect(t.discard).toBe('7s 7d 7h 5c');
});

test('7 a joker matches a joker, and nothing else', () => {
  const t = inWindow({ hands: ['X1 2c 3c 4c', 'X2 2d 3d 4d', 'Kd 5d 6d 8d'], redKingPoints: 0 });
  expect(types(t.does(1, same(0)))).toEqual(['same_rank_played']);
  expect(types(t.does(2, same(0)))).toEqual(['same_rank_refused']);
});

test('7 collected cards cannot be played in the window', () => {
  const t = inWindow({ hands: ['7h 2c 3c 4c', '[7s] 2d 3d 4d'], gameType: 'classic' });
  t.refuses(1, same(0), 'CARD_LOCKED');
});

test('7 an empty slot, or one that is not there, is no wrong card', () => {
  const t = inWindow({ hands });
  t.does(1, same(0));
  for (const slot of [0, 4, -1, 1_000_000]) t.refuses(1, same(slot), 'NO_SUCH_SLOT');
  expect(t.player(1).outOfWindow).toBe(false);
});

test('7 a card of another rank stays in its slot and costs one card, face down and unseen', () => {
  const t = inWindow({ hands, draw: 'Ks 9c' });
  const [event] = t.does(1, same(2));
  expect(event).toMatchObject({ type: 'same_rank_refused', seat: 1, slot: 2, penalty: { slot: 4, card: card('9c') } });
  expect(t.hand(1)).toBe('7s 2d 3d 4d 9c');
  expect(t.drawPile).toBe('');
});

test('7 a wrong card and its penalty are shown to nobody', () => {
  const t = inWindow({ hands });
  const [event] = t.does(1, same(2));
  expect(event && seen(event)).toEqual({ type: 'same_rank_refused', seat: 1, slot: 2, penaltySlot: 4 });
  expect(event && shownBy(event)).toBeNull();
});

test('7 after a wrong card its player is out of this window, the others are not', () => {
  const t = inWindow({ hands });
  t.does(1, same(2));
  t.refuses(1, same(0), 'WRONG_PHASE', 'NOT_ALLOWED', 'RANK_MISMATCH', 'CARD_LOCKED');
  t.does(2, same(1));
  t.does(0, same(1));
});

test('7 who was out of one window is in the next', () => {
  const t = inWindow({ hands });
  t.does(2, same(0));
  t.wait(5_000);
  t.does(1, draw);
  t.does(1, play(0));
  expect(types(t.does(2, same(1)))).toEqual(['same_rank_played']);
});

test('7 the window ends with its time, not earlier when everybody is out of it', () => {
  const t = inWindow({ hands });
  for (const seat of [0, 1, 2]) t.does(seat, same(3));
  expect(types(t.wait(4_999))).toEqual([]);
  expect(t.phase).toBe('same_rank_window');
  expect(types(t.wait(1))).toEqual(['window_closed', 'turn_started']);
});

test('7 the window ends with its time, not later when cards are played in it', () => {
  const t = inWindow({ hands });
  t.wait(4_000);
  t.does(1, same(0));
  expect(t.left).toBe(1_000);
  expect(types(t.wait(1_000))).toContain('window_closed');
  t.refuses(2, same(1), 'WRONG_PHASE');
});

test('7 the time that a room was gone is added to every deadline', () => {
  const t = inWindow({ hands });
  t.wait(1_000);
  t.now += 60_000;
  t.send({ type: 'time_lost', byMs: 60_000 });
  expect(t.left).toBe(4_000);
  t.does(1, same(0));
  expect(types(t.wait(3_999))).toEqual([]);
  expect(types(t.wait(1))).toContain('window_closed');
});

test('7 the time that a room was gone is added to every card being shown', () => {
  const t = dealt({ hands });
  t.does(0, peek(0, 1));
  t.wait(1_000);
  const before = t.match.showing.map((one) => one.until);
  t.now += 60_000;
  t.send({ type: 'time_lost', byMs: 60_000 });
  expect(t.match.showing.map((one) => one.until)).toEqual(before.map((until) => until + 60_000));
  expect(t.left).toBe(14_000);
});

test('7 computer players act in the window like anybody', () => {
  const t = inWindow({ hands, bots: 1 });
  t.botDoes(2, same(1));
  expect(t.hand(2)).toBe('9s . 6h 10h');
  t.botDoes(2, same(0));
  expect(t.hand(2)).toBe('9s 9d 6h 10h');
});

test('7 there is no same-rank play outside of a window', () => {
  const t = begun({ hands: ['5h 7c 3c 4c', '5s 2d 3d 4d'] });
  t.refuses(1, same(0), 'WRONG_PHASE');
  t.does(0, draw);
  t.refuses(0, same(0), 'WRONG_PHASE');
});
