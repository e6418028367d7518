import { expect, test } from 'vitest';
import { publicView } from '../../src/game/view.ts';
import {
  begun,
  call,
  collect,
  collectDrawn,
  draw,
  drawn,
  play,
  same,
  skip,
  swap,
  type TestTable,
  take,
  types,
} from './kit.ts';

const hands = ['7h 2c 3c 4c', '8s 2d 3d 4d', '9s 6c 6h 10h'];

/** The seat whose turn it is draws, plays what it drew, and the window passes. */
function turn(t: TestTable) {
  t.does(t.match.turn, draw);
  t.does(t.match.turn, play(drawn));
  return t.wait(5_000);
}

test('10 a player calls on their own turn, after drawing and before playing', () => {
  const t = begun({ hands });
  t.refuses(0, call, 'WRONG_PHASE');
  t.does(0, draw);
  t.refuses(1, call, 'NOT_YOUR_TURN');
  expect(t.does(0, call)).toMatchObject([{ type: 'recall_called', seat: 0 }]);
  expect(publicView(t.room).recallCalledBy).toBe(t.room.seats[0]?.sessionId);
  t.does(0, play(0));
});

test('10 it is too late to call after playing', () => {
  const t = begun({ hands });
  t.does(0, draw);
  t.does(0, play(0));
  t.refuses(0, call, 'WRONG_PHASE');
  t.wait(5_000);
  t.refuses(0, call, 'NOT_YOUR_TURN');
});

test('10 who has taken a card from the discard pile may call as well', () => {
  const t = begun({ hands, allowDiscardTake: true });
  t.does(0, take);
  t.does(0, call);
});

test('10 calling neither ends the turn nor moves its deadline', () => {
  const t = begun({ hands });
  t.does(0, draw);
  t.wait(10_000);
  t.does(0, call);
  expect([t.match.turn, t.match.step, t.left]).toEqual([0, 'play', 20_000]);
});

test('10 every other seat has one more turn, in order, and then the match ends', () => {
  const t = begun({ hands, starter: 1 });
  t.does(1, draw);
  t.does(1, call);
  t.does(1, play(drawn));
  t.wait(5_000);
  expect(t.match.turn).toBe(2);
  turn(t);
  expect(t.match.turn).toBe(0);
  expect(types(turn(t)).at(-1)).toBe('match_ended');
  expect(t.last('match_ended').how).toBe('lowest_points');
});

test('10 the last turns have their windows and powers as always', () => {
  const t = begun({ hands: ['7h 2c 3c 4c', '8s 2d Jd 7d'] });
  t.does(0, draw);
  t.does(0, call);
  t.does(0, play(0));
  t.does(1, same(3));
  t.wait(5_000);
  t.does(1, draw);
  t.does(1, play(2));
  t.wait(5_000);
  expect(t.phase).toBe('special_play_window');
  expect(types(t.does(1, swap(0, 0, 1, 0)))).toEqual(['jack_swapped', 'match_ended']);
});

test('10 the powers of the card that the caller played are used before the next turn', () => {
  const t = begun({ hands: ['Qh 2c 3c 4c', '8s 2d 3d 4d'] });
  t.does(0, draw);
  t.does(0, call);
  t.does(0, play(0));
  t.wait(5_000);
  expect(types(t.does(0, skip))).toEqual(['power_skipped', 'turn_started']);
});

test('10 a caller who misses the play has used their last turn', () => {
  const t = begun({ hands: hands.slice(0, 2) });
  t.does(0, draw);
  t.does(0, call);
  t.wait(30_000);
  expect(t.match.turn).toBe(1);
  expect(types(turn(t)).at(-1)).toBe('match_ended');
});

test('10 a caller who collects the drawn card has used their last turn', () => {
  const t = begun({ hands: ['[7h] 2c 3c 4c', '8s 2d 3d 4d'], draw: '7d 9c 9d', gameType: 'classic' });
  t.does(0, draw);
  t.does(0, call);
  t.does(0, collectDrawn);
  expect(t.match.turn).toBe(1);
  expect(types(turn(t)).at(-1)).toBe('match_ended');
});

test('10 a missed turn is the last turn of its seat too', () => {
  const t = begun({ hands: hands.slice(0, 2) });
  t.does(0, draw);
  t.does(0, call);
  t.does(0, play(0));
  t.wait(5_000);
  expect(types(t.wait(30_000))).toEqual(['turn_missed', 'match_ended']);
});

test('10 a passed turn is the last turn of its seat too', () => {
  const t = begun({ hands: ['7h 2c', '[9c] [9d]'], draw: '', gameType: 'classic' });
  t.does(0, call);
  const events = t.wait(30_000);
  expect(types(events)).toContain('turn_passed');
  expect(types(events).at(-1)).toBe('match_ended');
});

test('10 a second call is refused, by whomever', () => {
  const t = begun({ hands });
  t.does(0, draw);
  t.does(0, call);
  t.refuses(0, call, 'ALREADY_CALLED');
  t.does(0, play(0));
  t.wait(5_000);
  t.does(1, draw);
  t.refuses(1, call, 'ALREADY_CALLED');
});

test('10 the call belongs to the seat, also when a computer player plays it', () => {
  const t = begun({ hands: hands.slice(0, 2) });
  t.does(0, draw);
  t.does(0, call);
  t.leave('ann');
  t.botDoes(0, play(0));
  t.wait(5_000);
  expect(t.match.calledBy).toBe(0);
  expect(types(turn(t)).at(-1)).toBe('match_ended');
});

test('10 a computer player may call', () => {
  const t = begun({ hands: hands.slice(0, 2), bots: 1, starter: 1 });
  t.botDoes(1, draw);
  t.botDoes(1, call);
  expect(t.match.calledBy).toBe(1);
});

test('10 the hand of the caller is not locked: it can be swapped, and its owner plays in windows and collects', () => {
  const t = begun({
    hands: ['[5h] 8c 3c 4c', 'Js 2d 3d 8d'],
    draw: '9c 8h 9d',
    gameType: 'classic',
  });
  t.does(0, draw);
  t.does(0, call);
  t.does(0, collect);
  t.does(0, play(drawn));
  t.wait(5_000);
  t.does(1, draw);
  t.does(1, play(drawn));
  t.does(0, same(1));
  t.does(1, same(3));
  t.wait(5_000);
  expect(t.hand(0)).toBe('[5h] . 3c 4c [5c]');
});

test('10 a jack may take a card of the caller away', () => {
  const t = begun({ hands: ['7h 2c 3c 4c', 'Js 2d 3d 4d'] });
  t.does(0, draw);
  t.does(0, call);
  t.does(0, play(0));
  t.wait(5_000);
  t.does(1, draw);
  t.does(1, play(0));
  t.wait(5_000);
  t.does(1, swap(0, 1, 1, 3));
  expect(t.hand(0)).toBe('9c 4d 3c 4c');
});
