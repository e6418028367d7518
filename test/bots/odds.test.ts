import { expect, test } from 'vitest';
import { below, certainly, chanceOfAtLeast, meanOf, oddsOfUnseen, together, varianceOf } from '../../src/bots/odds.ts';
import { cards } from '../game/cards.ts';

const deck = oddsOfUnseen(1, [], { redKingPoints: 10 });

test('of a whole deck, a card counts ten points in sixteen of 54 cases, and nothing in two', () => {
  expect(deck[10]).toBeCloseTo(16 / 54);
  expect(deck[0]).toBeCloseTo(2 / 54);
  expect(meanOf(deck)).toBeCloseTo(340 / 54);
  expect(oddsOfUnseen(1, [], { redKingPoints: 0 })[0]).toBeCloseTo(4 / 54);
  expect(oddsOfUnseen(2, [], { redKingPoints: 10 })[10]).toBeCloseTo(16 / 54);
});

test('a card that is in sight is not among those that are not', () => {
  const odds = oddsOfUnseen(1, cards('X1 X2 7h 7c 7d 7s Kh'), { redKingPoints: 10 });
  expect([odds[0], odds[7]]).toEqual([0, 0]);
  expect(odds[10]).toBeCloseTo(15 / 47);
});

test('with every card in sight, there is nothing left to count', () => {
  const all = Array.from({ length: 54 }, (_, card) => card);
  expect(meanOf(oddsOfUnseen(1, all, { redKingPoints: 10 }))).toBe(0);
});

test('a card that is lower than another is one of those that are', () => {
  const odds = below(3, deck);
  expect(odds).toHaveLength(3);
  expect(odds[2]).toBeCloseTo(4 / 10);
  expect(below(0, deck)).toBe(deck);
});

test('two cards together count what both count', () => {
  expect(together(certainly(3), certainly(9))[12]).toBe(1);
  const two = together(deck, deck);
  expect(meanOf(two)).toBeCloseTo(2 * meanOf(deck));
  expect(chanceOfAtLeast(20, two)).toBeCloseTo((16 / 54) ** 2);
  expect(chanceOfAtLeast(-3, two)).toBeCloseTo(1);
});

test('what is certain has no variance', () => {
  expect(varianceOf(certainly(7))).toBe(0);
  expect(varianceOf(deck)).toBeGreaterThan(varianceOf(below(5, deck)));
});
