import { expect, test } from 'vitest';
import { lastTurns, newMemory, remember } from '../../src/bots/bot.ts';
import { isKept } from '../../src/bots/memory.ts';
import { card, nameOf, namesOf } from '../game/cards.ts';
import {
  afterWindow,
  begun,
  collect,
  collectDrawn,
  dealt,
  draw,
  drawn,
  inWindow,
  look,
  peek,
  play,
  same,
  swap,
  take,
} from '../game/kit.ts';
import { knownBy, memoryOf, streamFrom } from './kit.ts';

const hands = ['7h 2c 3c 4c', '8s 2d 3d 4d'];

test('a computer player knows the two cards that it was shown at the start, and no others', () => {
  const t = dealt({ hands });
  t.does(0, peek(0, 3));
  t.does(1, peek(1, 2));
  expect(knownBy(t, 0)).toEqual(['0.0 7h', '0.3 4c']);
  expect(knownBy(t, 1)).toEqual(['1.1 2d', '1.2 3d']);
});

test('what a queen shows is known to its player alone (never again 3)', () => {
  const t = afterWindow({ hands: ['Qs 2c', '8s 2d', '9s 3d'], draw: '6s 9c' }, 0);
  t.does(0, look(1, 0));
  expect(knownBy(t, 0)).toContain('1.0 8s');
  expect(knownBy(t, 1)).toEqual([]);
  expect(knownBy(t, 2)).toEqual([]);
});

test('a card that was drawn into a slot is known to who drew it', () => {
  const t = inWindow({ hands, draw: '5s 9c' }, 2);
  expect(knownBy(t, 0)).toEqual(['0.2 5s']);
  expect(knownBy(t, 1)).toEqual([]);
});

test('a card that was taken from the discard pile is known to everybody, in the slot that it went into', () => {
  const t = begun({ hands, discard: '5c', allowDiscardTake: true });
  t.does(0, take);
  t.does(0, play(2));
  expect(knownBy(t, 0)).toEqual(['0.2 5c']);
  expect(knownBy(t, 1)).toEqual(['0.2 5c']);
});

test('a card that could not be played in time is known where it was put: by its player, by all if it was taken', () => {
  const t = begun({ hands, draw: '6s 9c', discard: '5c', allowDiscardTake: true });
  t.does(0, draw);
  t.wait(t.left);
  t.does(1, take);
  t.wait(t.left);
  expect(knownBy(t, 0)).toEqual(['0.4 6s', '1.4 5c']);
  expect(knownBy(t, 1)).toEqual(['1.4 5c']);
});

test('a card that was played is not known any more, in its turn or in a window', () => {
  const t = dealt({ hands: ['7h 7c 3c', '8s 2d 3d'], draw: '9s 9c' });
  t.does(0, peek(0, 1));
  t.waitFor('turn_started');
  t.does(0, draw);
  t.does(0, play(0));
  t.does(0, same(1));
  expect(knownBy(t, 0)).toEqual(['0.0 9s']);
});

test('a penalty card is unknown', () => {
  const t = dealt({ hands: ['7h 7c 3c', '8s 2d 3d'], draw: '9s 9c' });
  t.does(0, peek(0, 1));
  t.waitFor('turn_started');
  t.does(0, draw);
  t.does(0, play(0));
  t.does(0, same(2));
  expect(t.hand(0)).toBe('9s 7c 3c 9c');
  expect(knownBy(t, 0)).toEqual(['0.0 9s', '0.1 7c']);
});

test('what is known of cards follows them when a jack swaps them (never again 34)', () => {
  const t = dealt({ hands: ['Js 2c 7h', '8s 2d 3d'], draw: '6s 9c' });
  t.does(0, peek(0, 1));
  t.does(1, peek(0, 1));
  t.waitFor('turn_started');
  t.does(0, draw);
  t.does(0, play(0));
  t.wait(t.left);
  t.does(0, swap(0, 1, 1, 0));
  expect(t.hand(0)).toBe('6s 8s 7h');
  expect(knownBy(t, 0)).toEqual(['0.0 6s', '1.0 2c']);
  expect(knownBy(t, 1)).toEqual(['0.1 8s', '1.1 2d']);
});

test('a collected card is known to everybody, and still is when a jack turns it down elsewhere', () => {
  const t = afterWindow({ hands: ['Js 9h', '[3s] 2d', '[4s] 2h'], draw: '6s 9c', gameType: 'classic' }, 0);
  expect(knownBy(t, 0)).toEqual(['0.0 6s', '1.0 3s', '2.0 4s']);
  t.does(0, swap(0, 1, 1, 0));
  expect(knownBy(t, 2)).toEqual(['0.1 3s', '2.0 4s']);
  // It has been seen until now, so that it is not forgotten sooner than anything else that was seen now.
  expect(memoryOf(t.journal, 2).known.find((one) => one.seat === 0)).toMatchObject({ turn: 1, faceUp: false });
});

test('cards are known in the slots that they were collected into', () => {
  const t = begun({ hands: ['[3s] 9h', '[5s] 2d'], draw: '3c 9c', discard: '5c', gameType: 'classic' });
  t.does(1, collect);
  t.does(0, draw);
  t.does(0, collectDrawn);
  expect(knownBy(t, 1)).toEqual(['0.0 3s', '0.2 3c', '1.0 5s', '1.2 5c']);
});

test('the discard pile is known to everybody as it grows, is taken from, and is turned over', () => {
  const t = begun({ hands: ['7h 2c 3c', '7s [8d] 3d'], draw: '8s 9s', discard: '5c', gameType: 'classic' });
  const pile = () => namesOf(memoryOf(t.journal, 0).discard);
  t.does(0, draw);
  t.does(0, play(0));
  t.does(1, same(0));
  expect(pile()).toBe('5c 7h 7s');
  t.wait(t.left);
  t.does(1, draw);
  t.does(1, play(drawn));
  t.wait(t.left);
  expect(pile()).toBe('5c 7h 7s 9s');
  t.does(0, draw);
  expect(t.drawn).not.toBeNull();
  expect(pile()).toBe('9s');
});

test('a computer player that plays on for somebody knows only what was shown within the last turns', () => {
  const t = dealt({ hands: ['Ks 2c 3c 4c', 'Kd 2d 3d 4d'], draw: '5s 6s 5d 9d 10d 10c' });
  t.does(0, peek(1, 2));
  t.waitFor('turn_started');
  for (const [turn, slot] of [3, drawn, 0, drawn].entries()) {
    t.does(turn % 2, draw);
    t.does(turn % 2, play(slot));
    t.wait(t.left);
  }
  expect(t.match.turnNumber).toBe(5);
  expect(knownBy(t, 0)).toEqual(['0.0 5d', '0.1 2c', '0.2 3c', '0.3 5s']);
  expect(knownBy(t, 0, 5)).toEqual(['0.0 5d', '0.3 5s']);
  expect(knownBy(t, 0, 4)).toEqual(['0.0 5d']);
});

test('cards that lie face up are seen, however long ago they were turned up', () => {
  const t = begun({ hands: ['[3s] 9h', '[5s] 2d'], gameType: 'classic' });
  const memory = lastTurns(memoryOf(t.journal, 0), 100, 4);
  expect(memory.known).toHaveLength(2);
});

test('what another player keeps in place of a card is noted, wherever it goes, and no longer than it lies there', () => {
  const hands = ['9h 2c 3c', '4h 2d Jd', '8h 2h 3h'];
  const t = begun({ hands, draw: '2s 6s 7s 9s 10s', starter: 1 });
  const noted = (seat: number) =>
    memoryOf(t.journal, seat).preferred.map((one) => `${one.seat}.${one.slot} to ${nameOf(one.to)}`);
  t.does(1, draw);
  t.does(1, play(2));
  t.wait(t.left);
  expect([noted(0), noted(1), noted(2)]).toEqual([['1.2 to Jd'], [], ['1.2 to Jd']]);
  t.does(1, swap(1, 2, 0, 0));
  expect(noted(2)).toEqual(['0.0 to Jd']);
  t.does(2, draw);
  t.does(2, play(1));
  t.does(0, same(0));
  expect(t.hand(0)).toBe('. 2c 3c');
  expect(noted(0)).toEqual(['2.1 to 2h']);
});

test('a player who had nothing to draw has kept nothing in place of what was played', () => {
  const t = begun({ hands, draw: '', starter: 1 });
  t.does(1, play(1));
  expect(memoryOf(t.journal, 0).preferred).toEqual([]);
});

test('a new match begins with nothing known', () => {
  const t = dealt({ hands });
  t.does(0, peek(0, 3));
  const memory = memoryOf(t.journal, 0);
  const start = {
    type: 'match_started',
    matchNumber: 2,
    seats: [0, 1],
    starter: 0,
    discard: 7,
    deadlineAt: 0,
  } as const;
  expect(remember(memory, 0, start, null, 0)).toMatchObject({ known: [], drawn: null, discard: [7] });
});

test('of a thousand cards it keeps four in five each round, and what is forgotten stays forgotten', () => {
  let memory = newMemory(streamFrom('one'));
  const until = 0;
  for (let slot = 0; slot < 1000; slot++) {
    const target = { seat: 1, slot };
    const shown = { to: 0, cards: [{ ...target, card: card('7h') }], reason: 'queen_peek', until } as const;
    memory = remember(memory, 0, { type: 'queen_peeked', seat: 0, target, until }, shown, 0);
  }
  const kept = [0, 1, 2, 3, 4].map((rounds) => memory.known.filter((one) => isKept(one, 0.8, rounds)));
  expect(kept[0]).toHaveLength(1000);
  for (const rounds of [1, 2, 3, 4]) {
    const share = (kept[rounds]?.length ?? 0) / 1000;
    expect(Math.abs(share - 0.8 ** rounds)).toBeLessThan(0.05);
    expect(kept[rounds]?.every((one) => kept[rounds - 1]?.includes(one))).toBe(true);
  }
});

test('the same random numbers forget the same cards, others forget others', () => {
  const t = dealt({ hands });
  t.does(0, peek(0, 3));
  expect(memoryOf(t.journal, 0, 'a')).toEqual(memoryOf(t.journal, 0, 'a'));
  expect(memoryOf(t.journal, 0, 'a')).not.toEqual(memoryOf(t.journal, 0, 'b'));
});
