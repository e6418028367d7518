import { expect, test } from 'vitest';
import { freshDeck, pointsOf, powerOf, rankOf, sameRank, suitOf } from '../../src/game/cards.ts';
import { card, cards } from './cards.ts';
import { begun, cardsOf, entrant, inWindow, people, same, TestTable } from './kit.ts';

const points = (text: string, redKingPoints = 10) => cards(text).map((one) => pointsOf(one, { redKingPoints }));

test('2 a deck is 52 cards and two jokers', () => {
  const deck = freshDeck(4);
  const faces = deck.map((one) => `${rankOf(one)} of ${suitOf(one)}`);
  expect(deck).toHaveLength(54);
  expect(new Set(deck).size).toBe(54);
  expect(new Set(faces.filter((face) => !face.startsWith('joker'))).size).toBe(52);
  expect(faces.filter((face) => face === 'joker of joker')).toHaveLength(2);
  for (const suit of ['clubs', 'diamonds', 'hearts', 'spades']) {
    expect(deck.filter((one) => suitOf(one) === suit)).toHaveLength(13);
  }
});

test('2 a joker counts 0, an ace 1, two to ten their number, jack, queen and king 10', () => {
  expect(points('X1 X2 Ac 2d 3h 4s 5c 6d 7h 8s 9c 10d Jh Qs Kc Kd Kh Ks')).toEqual([
    0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10, 10, 10, 10, 10,
  ]);
});

test('2 with red_king_points 0 the kings of hearts and diamonds count 0, and nothing else changes', () => {
  expect(points('Kc Kd Kh Ks Qh Jd 10h Ah X1', 0)).toEqual([10, 0, 0, 10, 10, 10, 10, 1, 0]);
});

test('2 suits matter for nothing else: a seven goes onto any other seven', () => {
  const t = inWindow({ hands: ['7h 2c 3c 4c', '7s 7d 7c 4d'] });
  for (const slot of [0, 1, 2]) t.does(1, same(slot));
  expect(t.hand(1)).toBe('. . . 4d');
  expect(sameRank(card('X1'), card('X2'))).toBe(true);
  expect(sameRank(card('Qs'), card('Ks'))).toBe(false);
});

test('2 a queen has the power to peek, a jack to swap, and no other card has one', () => {
  const powers = freshDeck(4).map((one) => [rankOf(one), powerOf(one)] as const);
  for (const [rank, power] of powers) expect(power).toBe(rank === 'queen' || rank === 'jack' ? rank : null);
});

test.each([2, 3, 4, 5, 6, 7, 8])('2 %i seats play with one deck, or with two from seven on', (seats) => {
  const t = new TestTable();
  t.open({ maxPlayers: seats });
  t.connect('ann');
  t.sit(...people.slice(1, seats));
  t.asks(0, { type: 'start_match' });
  expect(cardsOf(t.match)).toEqual(Array.from({ length: seats > 6 ? 108 : 54 }, (_, i) => i));
});

test('2 no more than eight sit down', () => {
  const t = new TestTable();
  t.open({ maxPlayers: 8 });
  t.connect('ann');
  t.sit(...people.slice(1));
  t.sendRefused({ type: 'enter', who: entrant('ivy'), roles: [], password: 'none', random: false }, 'ROOM_FULL');
});

test('2 the second deck of a large table has the same faces', () => {
  const t = begun({ hands: ['7h 2c 3c 4c', '7h, X1, Kd, Qs,'] });
  expect(t.player(1).hand.map((held) => held && rankOf(held.card))).toEqual(['7', 'joker', 'king', 'queen']);
  expect(points('7h, X1, Kd, Qs,', 0)).toEqual([7, 0, 0, 10]);
});
