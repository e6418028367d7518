import { expect, test } from 'vitest';
import { publicView } from '../../src/game/view.ts';
import { afterWindow, begun, collect, draw, inWindow, look, play, same } from './kit.ts';

test('3 a card that leaves a slot leaves it empty, and the others do not move', () => {
  const t = inWindow({ hands: ['7h 2c 3c 4c', '8s 7s 7d 4d'] });
  t.does(1, same(1));
  expect(t.hand(1)).toBe('8s . 7d 4d');
  t.refuses(1, same(1), 'NO_SUCH_SLOT');
  t.does(1, same(2));
  expect(t.hand(1)).toBe('8s . . 4d');
});

test('3 empty slots at the end of the row are cut off', () => {
  const t = inWindow({ hands: ['7h 2c 3c 4c', '8s 7s 7d 7c'] });
  t.does(1, same(2));
  expect(t.hand(1)).toBe('8s 7s . 7c');
  t.does(1, same(3));
  expect(t.hand(1)).toBe('8s 7s');
  t.refuses(1, same(2), 'NO_SUCH_SLOT');
});

test('3 a penalty takes the lowest empty slot', () => {
  const t = inWindow({ hands: ['7h 2c 3c 4c', '8s 7s 7d 4d'], draw: 'Ks 9c' });
  t.does(1, same(2));
  t.does(1, same(1));
  t.does(1, same(0));
  expect(t.hand(1)).toBe('8s 9c . 4d');
});

test('3 a penalty takes a new slot at the end where none is empty', () => {
  const t = inWindow({ hands: ['7h 2c 3c 4c', '8s 2d 3d 4d'], draw: 'Ks 9c' });
  t.does(1, same(0));
  expect(t.hand(1)).toBe('8s 2d 3d 4d 9c');
});

test('3 a collected card takes the lowest empty slot, or a new one at the end', () => {
  const t = afterWindow({ hands: ['7h 2c 3c 4c', '[7s] 2d 3d 4d'], gameType: 'classic' });
  t.does(1, collect);
  expect(t.hand(1)).toBe('[7s] 2d 3d 4d [7h]');

  const u = inWindow({ hands: ['7h 2c 3c 4c', '[7s] 7d 3d 4d'], gameType: 'classic' });
  u.does(1, same(1));
  u.wait(u.left);
  u.does(1, collect);
  expect(u.hand(1)).toBe('[7s] [7d] 3d 4d');
});

test('3 a drawn card that was not played in time takes the lowest empty slot', () => {
  const t = inWindow({ hands: ['7h 2c 3c 4c', '8s 7s 3d 4d'], draw: 'Ks 9c' });
  t.does(1, same(1));
  t.wait(t.left);
  t.does(1, draw);
  t.wait(t.left);
  expect(t.hand(1)).toBe('8s 9c 3d 4d');
});

test('3 the drawn card is held apart, as slot -1, and is in no slot', () => {
  const t = begun({ hands: ['7h 2c 3c 4c', '8s 2d 3d 4d'], draw: 'Ks 9c' });
  t.does(0, draw);
  expect(t.hand(0)).toBe('7h 2c 3c 4c');
  expect(t.drawn).toBe('Ks');
  t.does(0, play(-1));
  expect(t.hand(0)).toBe('7h 2c 3c 4c');
  expect(t.discard).toBe('Ks 5c');
});

test('3 the drawn card takes the place of the card that is played', () => {
  const t = begun({ hands: ['7h 2c 3c 4c', '8s 2d 3d 4d'], draw: 'Ks 9c' });
  t.does(0, draw);
  t.does(0, play(2));
  expect(t.hand(0)).toBe('7h 2c Ks 4c');
  expect(t.drawn).toBeNull();
});

test('3 there is no slot -1 but for a card that was drawn', () => {
  const t = begun({ hands: ['Qh 2c 3c 4c', '8s 2d 3d 4d'] });
  t.refuses(0, play(-1));
  t.does(0, draw);
  t.does(0, play(0));
  t.refuses(0, same(-1), 'NO_SUCH_SLOT');
  t.wait(t.left);
  t.refuses(0, look(0, -1), 'NO_SUCH_SLOT');
});

test('3 cards in slots are face down but for collected ones, and have no identity that goes out', () => {
  const t = begun({ hands: ['7h 2c 3c 4c', '[8s] 2d 3d 4d'], gameType: 'classic' });
  const [ann, bob] = publicView(t.room).players;
  expect(ann?.hand).toEqual([{ card: null }, { card: null }, { card: null }, { card: null }]);
  expect(bob?.hand.map((slot) => slot?.card === null)).toEqual([false, true, true, true]);
});
