import { expect, test } from 'vitest';
import {
  afterWindow,
  begun,
  call,
  collect,
  collectDrawn,
  dealt,
  draw,
  drawn,
  inWindow,
  look,
  play,
  same,
  skip,
  swap,
  take,
} from '../game/kit.ts';
import { choiceOf } from './kit.ts';

const other = '8s 9d 10d 9h';

/** A table at which seat 0 has drawn the first card of `pile`. */
function afterDraw(hand: string, pile: string, more: Partial<Parameters<typeof begun>[0]> = {}) {
  const t = begun({ hands: [hand, other], draw: `${pile} 9c 9s`, ...more });
  t.does(0, draw);
  return t;
}

test('it peeks at two different cards of its own', () => {
  const t = dealt({ hands: ['7h 2c 3c 4c', other] });
  for (let i = 0; i < 50; i++) {
    const move = choiceOf(t, 1, { seed: `${i}`, knows: [] });
    if (move?.type !== 'completed_initial_peek') throw new Error('it does not peek');
    expect(new Set(move.slots).size).toBe(2);
    for (const slot of move.slots) expect([0, 1, 2, 3]).toContain(slot);
  }
});

test('it does nothing when it is not to act', () => {
  const t = begun({ hands: ['7h 2c 3c 4c', other] });
  expect(choiceOf(t, 1)).toBeNull();
});

test('it draws, and takes from the discard pile only what is clearly lower than a draw, where that is allowed', () => {
  const rig = { hands: ['7h 2c 3c 4c', other] };
  expect(choiceOf(begun({ ...rig, discard: 'Ac' }), 0)).toEqual(draw);
  expect(choiceOf(begun({ ...rig, discard: 'Ac', allowDiscardTake: true }), 0)).toEqual(take);
  expect(choiceOf(begun({ ...rig, discard: '5c', allowDiscardTake: true }), 0)).toEqual(draw);
  const collector = { hands: ['[7h] [7d]', other], gameType: 'classic', allowDiscardTake: true } as const;
  expect(choiceOf(begun({ ...collector, discard: 'Ac' }), 0)).toEqual(draw);
});

test('it replaces the card that counts most by a lower drawn one', () => {
  expect(choiceOf(afterDraw('7h 9c Kc 4c', '5s'), 0)).toEqual(play(2));
});

test('it plays the drawn card when that is no better than its own', () => {
  expect(choiceOf(afterDraw('7h 9c 6c 4c', '9h'), 0)).toEqual(play(drawn));
});

test('it takes an unknown card for an average one', () => {
  const knows = [0, 1, 2].map((slot) => ({ seat: 0, slot }));
  expect(choiceOf(afterDraw('3h 4c 5c Kc', '2s'), 0, { knows })).toEqual(play(3));
  expect(choiceOf(afterDraw('3h 4c 5c Ac', '8s'), 0, { knows })).toEqual(play(drawn));
});

test('a red king counts what it counts in this room', () => {
  expect(choiceOf(afterDraw('Kd 9c 8c 4c', '5s'), 0)).toEqual(play(0));
  expect(choiceOf(afterDraw('Kd 9c 8c 4c', '5s', { redKingPoints: 0 }), 0)).toEqual(play(1));
});

test('it plays a drawn card whose like it holds, to lay that down in the window', () => {
  expect(choiceOf(afterDraw('7h 9c 8c 4c', '7s'), 0)).toEqual(play(drawn));
});

test('with nothing to draw it plays its worst card', () => {
  const t = begun({ hands: ['7h 9c 4c 8c', other], draw: '' });
  expect(choiceOf(t, 0)).toEqual(play(1));
});

test('it tries about nineteen in twenty of the same-rank plays that it knows of, and one of these in ten goes wrong', () => {
  const t = inWindow({ hands: ['7h 9c Kc 4c', '7s 9d 10d 9h'], draw: '5s 9s' }, 0);
  const moves = Array.from({ length: 1000 }, (_, i) => choiceOf(t, 1, { seed: `${i}` }));
  const tried = moves.filter((move) => move !== null);
  const right = tried.filter((move) => move.type === 'same_rank_play' && move.slot === 0);
  expect(Math.abs(tried.length / moves.length - 0.95)).toBeLessThan(0.03);
  expect(Math.abs(right.length / tried.length - 0.9)).toBeLessThan(0.04);
});

test('when a same-rank play goes wrong, it is with a card that it does not know', () => {
  const t = inWindow({ hands: ['7h 9c Kc 4c', '7s 9d 10d 9h'], draw: '5s 9s' }, 0);
  const knows = [0, 1, 2].map((slot) => ({ seat: 1, slot }));
  const moves = Array.from({ length: 200 }, (_, i) => choiceOf(t, 1, { seed: `${i}`, knows }));
  const slots = new Set(moves.flatMap((move) => (move?.type === 'same_rank_play' ? [move.slot] : [])));
  expect([...slots].sort()).toEqual([0, 3]);
});

test('it lets a window pass in which it knows of nothing to play', () => {
  const t = inWindow({ hands: ['7h 9c Kc 4c', '7s 9d 10d 9h'], draw: '5s 9s' }, 0);
  for (let i = 0; i < 100; i++) expect(choiceOf(t, 1, { seed: `${i}`, knows: [{ seat: 1, slot: 1 }] })).toBeNull();
});

test('its own card can follow the one that it played', () => {
  const t = inWindow({ hands: ['7h 7c Kc 4c', other], draw: '5s 9s' }, 0);
  expect(choiceOf(t, 0)).toEqual(same(1));
});

test('with a queen it looks at a card of its own that it does not know, or at none', () => {
  const t = afterWindow({ hands: ['Qs 2c 3c 4c', other], draw: '5s 9s' }, 0);
  expect(choiceOf(t, 0, { knows: [{ seat: 0, slot: 1 }] })).toEqual(look(0, 2));
  expect(choiceOf(t, 0)).toEqual(skip);
});

test('with a jack it gives its worst known card for a lower one that it knows, or does not swap', () => {
  const t = afterWindow({ hands: ['Js 8c 9c 4c', '3s 2d 10d 9h'], draw: '5s 9s' }, 0);
  const own = [0, 1, 2, 3].map((slot) => ({ seat: 0, slot }));
  expect(choiceOf(t, 0, { knows: [...own, { seat: 1, slot: 0 }, { seat: 1, slot: 1 }] })).toEqual(swap(0, 2, 1, 1));
  expect(choiceOf(t, 0, { knows: [...own, { seat: 1, slot: 3 }] })).toEqual(skip);
  expect(choiceOf(t, 0)).toEqual(skip);
});

test('with a jack it may take what others collect, but keeps a collection of its own that has grown', () => {
  const rig = { draw: '5s 9s', gameType: 'classic' } as const;
  const one = afterWindow({ ...rig, hands: ['Js [9c] 4c', '[3s] 2d 10d'] }, 0);
  expect(choiceOf(one, 0)).toEqual(swap(0, 1, 1, 0));
  const two = afterWindow({ ...rig, hands: ['Js [9c] [9d] 4c', '[3s] 2d 10d'] }, 0);
  expect(choiceOf(two, 0)).toEqual(swap(0, 0, 1, 0));
});

test('it collects from the discard pile, in turn or out of it, while four can still come together', () => {
  const rig = { gameType: 'classic', draw: '5s 6s' } as const;
  const t = begun({ ...rig, hands: ['[9c] 2c', '2d 3d'], discard: '9h' });
  expect(choiceOf(t, 0)).toEqual(collect);
  const outOfTurn = begun({ ...rig, hands: ['[9c] 2c', '2d 3d'], discard: '9h', starter: 1 });
  expect(choiceOf(outOfTurn, 0)).toEqual(collect);
  const theirs = begun({ ...rig, hands: ['[9c] 2c', '[9d] 3c'], discard: '9h' });
  expect(choiceOf(theirs, 0)).toEqual(draw);
});

test('it does not collect what can never be four: jokers, or a rank of which one lies deep in the discard pile', () => {
  const jokers = begun({ hands: ['[X1] 2c', other], discard: 'X2', gameType: 'classic' });
  expect(choiceOf(jokers, 0)).toEqual(draw);
  const t = begun({ hands: ['[9c] 2c 9s', '9d 9h 8h'], draw: '6s 8s 7s 5s 4s', gameType: 'classic' });
  const turn = (seat: number, slot: number) => {
    t.does(seat, draw);
    t.does(seat, play(slot));
    t.wait(t.left);
  };
  turn(0, 2);
  expect(choiceOf(t, 0)).toEqual(collect);
  turn(1, 2);
  turn(0, drawn);
  turn(1, 0);
  expect(t.discard).toBe('9d 7s 8h 9s 5c');
  expect(choiceOf(t, 0)).toEqual(draw);
});

test('cards of its rank that lie on top of each other can all be collected', () => {
  const t = afterWindow({ hands: ['[9c] 2c 9s', '9d 4h 8h'], draw: '6s 8s 7s', gameType: 'classic' }, 2);
  const u = inWindow({ hands: ['[9c] 2c 9s', '9d 4h 8h'], draw: '6s 8s 7s', gameType: 'classic' }, 2);
  u.does(1, same(0));
  u.wait(u.left);
  expect([choiceOf(t, 0), choiceOf(u, 0)]).toEqual([collect, collect]);
  u.does(0, collect);
  expect(choiceOf(u, 0)).toEqual(collect);
});

test('after a call it collects the fourth card, which wins, and no other', () => {
  const rig = { gameType: 'classic', draw: '5s 6s', discard: '9h' } as const;
  const third = begun({ ...rig, hands: ['[9c] [9d] 2c', '2h 3h 4h'], starter: 1 });
  third.does(1, draw);
  third.does(1, call);
  expect(choiceOf(third, 0)).toBeNull();
  const fourth = begun({ ...rig, hands: ['[9c] [9d] [9s] 2c', '2h 3h 4h'], starter: 1 });
  fourth.does(1, draw);
  fourth.does(1, call);
  expect(choiceOf(fourth, 0)).toEqual(collect);
});

test('it collects a drawn card of its rank', () => {
  const t = afterDraw('', '9h', { gameType: 'classic', hands: ['[9c] 2c 10c', '3d 4d 5d'] });
  expect(choiceOf(t, 0)).toEqual(collectDrawn);
});

test('it does not lay down the fourth card that another needs, if it can help it', () => {
  const hands = ['[3c] 2c 8c 7c', '[10c] [10d] [10h] 4d'];
  const t = afterDraw('', '10s', { hands, gameType: 'classic' });
  expect(choiceOf(t, 0)).toEqual(play(2));
});

test('it calls Recall when it expects to be left with five points or less', () => {
  expect(choiceOf(afterDraw('Ah 2c 9c', '2s'), 0)).toEqual(call);
  expect(choiceOf(afterDraw('Ah 3c 9c', '2s'), 0)).toEqual(play(2));
});

test('it does not call Recall with low cards beside one that it does not know', () => {
  const t = afterDraw('Ah Ac 2c', '9s');
  const knows = [0, 1].map((slot) => ({ seat: 0, slot }));
  expect(choiceOf(t, 0)).toEqual(call);
  expect(choiceOf(t, 0, { knows })).toEqual(play(drawn));
});

test('having called, it plays; and it does not call after another', () => {
  const t = afterDraw('Ah 2c 9c', '2s');
  t.does(0, call);
  expect(choiceOf(t, 0)).toEqual(play(2));
  t.does(0, play(2));
  t.wait(t.left);
  t.does(1, draw);
  expect(choiceOf(t, 1)?.type).toBe('play_card');
});
