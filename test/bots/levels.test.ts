import { expect, test } from 'vitest';
import type { Move } from '../../src/game/commands.ts';
import type { PlaceOf } from '../../src/game/hand.ts';
import { afterWindow, begun, call, draw, inWindow, look, play, type Rig, same, skip, swap } from '../game/kit.ts';
import { choiceOf, type Mind } from './kit.ts';

const hand = (seat: number, count: number): PlaceOf[] => Array.from({ length: count }, (_, slot) => ({ seat, slot }));

/** What a level does in the same situation, in many matches. */
function choices(t: Parameters<typeof choiceOf>[0], seat: number, mind: Mind): (Move | null)[] {
  return Array.from({ length: 500 }, (_, i) => choiceOf(t, seat, { ...mind, seed: `${i}` }));
}

const share = (moves: (Move | null)[], which: (move: Move) => boolean): number =>
  moves.filter((move) => move !== null && which(move)).length / moves.length;

function afterDraw(rig: Rig) {
  const t = begun(rig);
  t.does(0, draw);
  return t;
}

const window = () => inWindow({ hands: ['7h 9c Kc 4c', '7s 9d 10d 9h'], draw: '5s 9s' }, 0);

test('three rounds after a look, easy plays on a third of the cards, medium on half, hard on most, and an expert on all', () => {
  const played = (level: Mind['level']) =>
    share(choices(window(), 1, { level, knows: [{ seat: 1, slot: 0 }], ago: 3 }), () => true);
  expect(Math.abs(played('easy') - 0.31)).toBeLessThan(0.07);
  expect(Math.abs(played('medium') - 0.49)).toBeLessThan(0.07);
  expect(Math.abs(played('hard') - 0.71)).toBeLessThan(0.07);
  expect(played('expert')).toBe(1);
});

test('in a window easy plays one wrong card in four, hard one in fifty, and an expert none', () => {
  const right = (level: Mind['level']) => {
    const moves = choices(window(), 1, { level }).filter((move) => move !== null);
    return share(moves, (move) => move.type === 'same_rank_play' && move.slot === 0);
  };
  expect(Math.abs(right('easy') - 0.75)).toBeLessThan(0.06);
  expect(Math.abs(right('hard') - 0.98)).toBeLessThan(0.02);
  expect(right('expert')).toBe(1);
  expect(choiceOf(window(), 1, { level: 'expert' })).toEqual(same(0));
});

test('easy uses half of its powers, on any card', () => {
  const queen = choices(afterWindow({ hands: ['Qs 2c 3c', '8s 9d 10d'], draw: '5s 9s' }), 0, { level: 'easy' });
  const jack = choices(afterWindow({ hands: ['Js 2c 3c', '8s 9d 10d'], draw: '5s 9s' }), 0, { level: 'easy' });
  for (const moves of [queen, jack]) {
    expect(Math.abs(share(moves, (move) => move.type === 'skip_power') - 0.5)).toBeLessThan(0.07);
  }
  const looks = new Set(queen.flatMap((move) => (move?.type === 'queen_peek' ? [JSON.stringify(move.target)] : [])));
  expect(looks.size).toBe(6);
  const swaps = new Set(jack.flatMap((move) => (move?.type === 'jack_swap' ? [JSON.stringify(move)] : [])));
  expect(swaps.size).toBe(30);
});

test('with a queen, hard looks at an own unknown card, else at one of whoever seems to hold the least', () => {
  const t = afterWindow({ hands: ['Qs 2c 3c 4c', '8s 9d 10d 9h', '6s 6d 6h 6c'], draw: '5s 9s' });
  expect(choiceOf(t, 0, { level: 'hard', knows: [{ seat: 0, slot: 1 }] })).toEqual(look(0, 2));
  const knows = [...hand(0, 4), ...hand(1, 3), ...hand(2, 3)];
  expect(choiceOf(t, 0, { level: 'hard', knows })).toEqual(look(2, 3));
  expect(choiceOf(t, 0, { level: 'hard', knows: [...knows, { seat: 2, slot: 3 }] })).toEqual(look(1, 3));
  expect(choiceOf(t, 0, { level: 'hard', knows: [...knows, ...hand(1, 4), ...hand(2, 4)] })).toEqual(skip);
});

test('with a queen, an expert looks at an own unknown card, else at one that is likely to be worth a swap', () => {
  const t = begun({ hands: ['Qs 6c 3c 4c', '5h 9d 10d 9h'], draw: '2s 5s 7s', starter: 1 });
  t.does(1, draw);
  t.does(1, play(0));
  t.wait(t.left);
  t.does(0, draw);
  t.does(0, play(0));
  t.wait(t.left);
  expect(choiceOf(t, 0, { level: 'expert', knows: [{ seat: 0, slot: 1 }] })).toEqual(look(0, 2));
  // It kept its drawn card in place of a five: that card is low in any case. Of the others one can't tell.
  expect(choiceOf(t, 0, { level: 'expert' })).toEqual(look(1, 1));
});

test('with a jack, hard does as medium, else takes a card away from a collection that is about to be four', () => {
  const rig = { gameType: 'classic', draw: '6s 9s' } as const;
  const three = afterWindow({ ...rig, hands: ['Js 2c 3c', '[10c] [10d] [10h] 4d'] });
  expect(choiceOf(three, 0, { level: 'medium' })).toEqual(skip);
  expect(choiceOf(three, 0, { level: 'hard' })).toEqual(swap(0, 0, 1, 0));
  expect(choiceOf(three, 0, { level: 'hard', knows: [...hand(0, 3), { seat: 1, slot: 3 }] })).toEqual(swap(0, 0, 1, 3));
  const two = afterWindow({ ...rig, hands: ['Js 2c 3c', '[10c] [10d] 4d'] });
  expect(choiceOf(two, 0, { level: 'hard' })).toEqual(skip);
});

test('with a jack, an expert breaks such a collection without giving a card of its own for it', () => {
  const hands = ['Js 2c 3c', '[10c] [10d] [10h] 4d', '8s 8d 9h'];
  const t = afterWindow({ hands, gameType: 'classic', draw: '6s 9s' });
  const move = choiceOf(t, 0, { level: 'expert' });
  if (move?.type !== 'jack_swap') throw new Error('it does not swap');
  const places = [move.first, move.second];
  expect(places.some(({ seat, slot }) => seat === 1 && slot < 3)).toBe(true);
  expect(places.every(({ seat }) => seat !== 0)).toBe(true);
});

test('an expert leaves a collection alone that can never be four', () => {
  const hands = ['Js 2c 3c', '[10c] [10d] [10h] 4d', '8s 8d 9h'];
  const t = afterWindow({ hands, gameType: 'classic', discard: '10s', draw: '6s 9s' });
  expect(choiceOf(t, 0, { level: 'expert' })).toEqual(skip);
});

test('with a jack, an expert gives a dear card for one that another has kept in place of a low one', () => {
  const t = begun({ hands: ['Js Kc 9c 4c', '3d 9d 10d 9h'], draw: '2s 5s 6s', starter: 1 });
  t.does(1, draw);
  t.does(1, play(0));
  t.wait(t.left);
  t.does(0, draw);
  t.does(0, play(0));
  t.wait(t.left);
  expect(choiceOf(t, 0, { level: 'hard' })).toEqual(skip);
  expect(choiceOf(t, 0, { level: 'expert' })).toEqual(swap(1, 0, 0, 1));
});

test('an expert keeps a dear card that it knows, to lay it down in a window, and throws away one that it does not know', () => {
  const t = afterDraw({ hands: ['Kc 3c 4c 6h', '8s 9d 10d 9h'], draw: '5s 9c 9s' });
  const knows = hand(0, 3);
  expect(choiceOf(t, 0, { level: 'medium', knows })).toEqual(play(0));
  expect(choiceOf(t, 0, { level: 'expert', knows })).toEqual(play(3));
});

test('in the last turn an expert throws the dearest card away', () => {
  const t = begun({ hands: ['Kc 3c 4c 6h', '8s 9d 10d 9h'], draw: '9c 5s 9s', starter: 1 });
  t.does(1, draw);
  t.does(1, call);
  t.does(1, play(-1));
  t.wait(t.left);
  t.does(0, draw);
  expect(choiceOf(t, 0, { level: 'expert', knows: hand(0, 3) })).toEqual(play(0));
});

test('easy calls Recall at three points, medium at five', () => {
  const t = (low: string) => afterDraw({ hands: [`${low} 9c`, '8s 9d 10d 9h'], draw: '2s 9s' });
  expect(choiceOf(t('Ah'), 0, { level: 'easy' })).toEqual(call);
  expect(choiceOf(t('2h'), 0, { level: 'easy' })?.type).toBe('play_card');
  expect(choiceOf(t('3h'), 0, { level: 'medium' })).toEqual(call);
  expect(choiceOf(t('4h'), 0, { level: 'medium' })?.type).toBe('play_card');
});

test('hard calls Recall when it seems to hold clearly less than each of the others', () => {
  const t = (others: string[]) => afterDraw({ hands: ['2c 3c 4c', ...others], draw: '8s 9s', gameType: 'classic' });
  const [high, low] = ['[10c] [10d] [10h]', '[4s] [4d] [4h]'];
  expect(choiceOf(t([high, high]), 0, { level: 'hard' })).toEqual(call);
  expect(choiceOf(t([high, low]), 0, { level: 'hard' })?.type).toBe('play_card');
});

test('an expert calls Recall when it is likely to win, and not because its hand is low', () => {
  const t = (own: string, others: string[]) => afterDraw({ hands: [own, ...others], draw: '8s 9s' });
  const unknown = '9d 10d 9h Kd';
  expect(choiceOf(t('2c 3c 4c', [unknown]), 0, { level: 'expert' })).toEqual(call);
  expect(choiceOf(t('7c 6d 9c', [unknown]), 0, { level: 'expert' })?.type).toBe('play_card');
  const low = t('2c 3c 4c', ['Ac 2d 5d']);
  expect(choiceOf(low, 0, { level: 'expert', knows: [...hand(0, 3), ...hand(1, 3)] })?.type).toBe('play_card');
});
