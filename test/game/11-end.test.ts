import { expect, test } from 'vitest';
import { publicView } from '../../src/game/view.ts';
import { begun, call, collect, collectDrawn, draw, drawn, inWindow, play, same, type TestTable, types } from './kit.ts';

/** [seat, points, cards, place, how it was won] for every seat, in seat order. */
const results = (t: TestTable) =>
  t
    .last('match_ended')
    .results.toSorted((a, b) => a.seat - b.seat)
    .map((one) => [one.seat, one.points, one.cards, one.place, one.winType] as const);

/** The seat that is on turn calls, everybody plays what they draw, and the match ends. */
function playOut(t: TestTable): void {
  t.does(t.match.turn, draw);
  t.does(t.match.turn, call);
  while (t.phase !== 'finished') {
    if (t.match.step === 'draw') t.does(t.match.turn, draw);
    t.does(t.match.turn, play(drawn));
    t.wait(5_000);
  }
}

test('11 after a call the fewest points win', () => {
  const t = begun({ hands: ['7h 2c 3c 4c', '8s 2d 3d X1', '9s 6c 6h Qh'] });
  playOut(t);
  expect(t.last('match_ended').how).toBe('lowest_points');
  expect(results(t)).toEqual([
    [0, 16, 4, 2, ''],
    [1, 13, 4, 1, 'lowest_points'],
    [2, 31, 4, 3, ''],
  ]);
  expect(publicView(t.room).winners).toEqual(['session of bob']);
});

test('11 collected cards are counted in full', () => {
  const t = begun({ hands: ['[7h] [7c] [7s] 4c', '8s 2d 3d 4d'], gameType: 'classic' });
  playOut(t);
  expect(results(t)).toEqual([
    [0, 25, 4, 2, ''],
    [1, 17, 4, 1, 'lowest_points'],
  ]);
});

test('11 the red kings count at the end what the room says', () => {
  for (const [redKingPoints, points] of [
    [10, 20],
    [0, 10],
  ] as const) {
    const t = begun({ hands: ['Kh Kc', '2c 2d'], redKingPoints });
    playOut(t);
    expect(results(t)[0]?.[1]).toBe(points);
  }
});

test('11 among equals fewer cards win, though another called; empty slots are no cards', () => {
  const t = begun({ hands: ['2h 2c 3c 4c', '9d 2d 3d 6d'], draw: '9c 10d' });
  t.does(0, draw);
  t.does(0, call);
  t.does(0, play(drawn));
  t.does(1, same(0));
  t.wait(5_000);
  t.does(1, draw);
  t.does(1, play(drawn));
  t.wait(5_000);
  expect(t.hand(1)).toBe('. 2d 3d 6d');
  expect(results(t)).toEqual([
    [0, 11, 4, 2, ''],
    [1, 11, 3, 1, 'lowest_points'],
  ]);
});

test('11 among equals still the one who called Recall wins', () => {
  const t = begun({ hands: ['8s 3d 2d 4d', '8h 2c 3c 4c', '8d 2h 3h 4h'], starter: 1 });
  playOut(t);
  expect(results(t).map(([seat, , , place, winType]) => [seat, place, winType])).toEqual([
    [0, 2, ''],
    [1, 1, 'lowest_points'],
    [2, 2, ''],
  ]);
});

test('11 else they share the win', () => {
  const t = begun({ hands: ['Ks 3d 2d 4d', '8h 2c 3c 4c', '8d 2h 3h 4h'] });
  playOut(t);
  const [ann, bob, cyd] = results(t);
  expect([bob, cyd].map((one) => one?.slice(3))).toEqual([
    [1, 'lowest_points'],
    [1, 'lowest_points'],
  ]);
  expect(ann?.[4]).toBe('');
  expect(Number(ann?.[3])).toBeGreaterThan(1);
  expect(publicView(t.room).winners).toEqual(['session of bob', 'session of cyd']);
});

test('11 a player with no card left wins when that window ends, not before', () => {
  const t = inWindow({ hands: ['7h 2c 3c 4c', '7s', 'Ac X1'] });
  t.does(1, same(0));
  expect(t.hand(1)).toBe('');
  expect(types(t.wait(4_999))).toEqual([]);
  expect(types(t.wait(1))).toEqual(['window_closed', 'match_ended']);
  expect(t.last('match_ended').how).toBe('empty_hand');
  expect(results(t)).toEqual([
    [0, 18, 4, 3, ''],
    [1, 0, 0, 1, 'empty_hand'],
    [2, 1, 2, 2, ''],
  ]);
});

test('11 several players who have no card left win together', () => {
  const t = inWindow({ hands: ['7h 2c 3c 4c', '7s', '7d 7c'] });
  t.does(2, same(1));
  t.does(1, same(0));
  t.does(2, same(0));
  t.wait(5_000);
  expect(results(t).map(([seat, , , , winType]) => [seat, winType])).toEqual([
    [0, ''],
    [1, 'empty_hand'],
    [2, 'empty_hand'],
  ]);
  expect(results(t)[1]?.[3]).toBe(1);
  expect(results(t)[2]?.[3]).toBe(1);
});

test('11 powers that still wait are dropped when a hand is empty', () => {
  const t = inWindow({ hands: ['Qh 2c 3c 4c', 'Qs'] });
  t.does(1, same(0));
  expect(types(t.wait(5_000))).toEqual(['window_closed', 'match_ended']);
});

test('11 a mover whose last card is played, with nothing drawn, has no card left', () => {
  const t = begun({ hands: ['7h', '8s 2d'], draw: '' });
  t.does(0, play(0));
  t.wait(5_000);
  expect(results(t)[0]).toEqual([0, 0, 0, 1, 'empty_hand']);
});

test('11 a player who has collected cards alone has cards left', () => {
  const t = inWindow({ hands: ['7h 2c 3c 4c', '[8s] 7s'], gameType: 'classic' });
  t.does(1, same(1));
  expect(types(t.wait(5_000))).toEqual(['window_closed', 'turn_started']);
});

test('11 with the fourth card of a rank the match ends at once, whatever the points', () => {
  const t = begun({ hands: ['7h 2c', '[5s] [5d] [5h] Kd', 'Ac X1'], gameType: 'classic' });
  t.does(1, collect);
  expect(t.last('match_ended').how).toBe('four_of_a_kind');
  expect(results(t)).toEqual([
    [0, 9, 2, 3, ''],
    [1, 30, 5, 1, 'four_of_a_kind'],
    [2, 1, 2, 2, ''],
  ]);
});

test('11 the fourth card may be the drawn one', () => {
  const t = begun({ hands: ['[5s] [5d] [5h] Kd', '7h 2c'], draw: '5c', discard: '9c', gameType: 'classic' });
  t.does(0, draw);
  expect(types(t.does(0, collectDrawn))).toEqual(['collected', 'match_ended']);
});

test('11 four of a kind goes before the end of the last turns', () => {
  const t = begun({ hands: ['Ac 2c', '[9s] [9d] [9h] Kd'], draw: '8c 9c', gameType: 'classic' });
  t.does(0, draw);
  t.does(0, call);
  t.does(0, play(drawn));
  t.wait(5_000);
  t.does(1, draw);
  t.does(1, collectDrawn);
  expect(t.last('match_ended').how).toBe('four_of_a_kind');
  expect(results(t).find(([, , , place]) => place === 1)?.[0]).toBe(1);
});

test('11 an empty hand goes before the end of the last turns', () => {
  const t = begun({ hands: ['X1 8h', '8s'], draw: '9c 8c' });
  t.does(0, draw);
  t.does(0, call);
  t.does(0, play(drawn));
  t.wait(5_000);
  t.does(1, draw);
  t.does(1, play(drawn));
  t.does(1, same(0));
  t.wait(5_000);
  expect(t.last('match_ended').how).toBe('empty_hand');
  expect(results(t)[1]).toEqual([1, 0, 0, 1, 'empty_hand']);
});

test('11 an empty hand goes before the last of all turns', () => {
  const t = begun({ hands: ['X1 8h', '7s'], draw: '7c', maxTurns: 1 });
  t.does(0, draw);
  t.does(0, play(drawn));
  t.does(1, same(0));
  t.wait(5_000);
  expect(t.last('match_ended').how).toBe('empty_hand');
});

test('11 the match ends when every seat in a row has passed', () => {
  const t = begun({ hands: ['[9c] [9d]', '[8c]', '[7c]'], draw: '', gameType: 'classic' });
  const events = t.wait(30_000);
  expect(events.flatMap((event) => (event.type === 'turn_passed' ? [event.seat] : []))).toEqual([1, 2, 0]);
  expect(events.at(-1)).toMatchObject({ type: 'match_ended', how: 'lowest_points' });
  expect(results(t).map(([, points, , place]) => [points, place])).toEqual([
    [18, 3],
    [8, 2],
    [7, 1],
  ]);
});

test('11 after 200 turns, missed ones included, the match ends', () => {
  const t = begun({ hands: ['7h 2c', '8s 2d'] });
  const events = t.waitFor('match_ended');
  const started = events.filter((event) => event.type === 'turn_started');
  expect(started.at(-1)?.turn).toBe(200);
  expect(events.filter((event) => event.type === 'turn_missed')).toHaveLength(200);
  expect(t.last('match_ended').how).toBe('lowest_points');
});

test('11 the last of all turns has its window and its powers', () => {
  const t = begun({ hands: ['Jh 2c', '8s 2d'], maxTurns: 1 });
  t.does(0, draw);
  t.does(0, play(0));
  expect(types(t.wait(5_000))).toEqual(['window_closed', 'power_opened']);
  expect(types(t.wait(10_000))).toEqual(['power_skipped', 'match_ended']);
});

test('11 passed turns count as turns', () => {
  const t = begun({ hands: ['7h 2c', '[9c] [9d]'], draw: '', gameType: 'classic', maxTurns: 3 });
  const events = t.waitFor('match_ended');
  expect(types(events).filter((type) => type === 'turn_passed' || type === 'turn_missed')).toEqual([
    'turn_missed',
    'turn_passed',
    'turn_missed',
  ]);
});

test('11 when no person is left nobody wins (never again 22)', () => {
  const t = begun({ hands: ['7h 2c', '8s 2d'] });
  t.leave('ann');
  expect(types(t.leave('bob'))).toContain('match_ended');
  expect(t.last('match_ended').how).toBe('abandoned');
  expect(results(t).map(([, , , , winType]) => winType)).toEqual(['', '']);
  expect(publicView(t.room).winners).toEqual([]);
});

test('11 all hands are turned up at the end', () => {
  const t = begun({ hands: ['7h 2c', '8s 2d'] });
  playOut(t);
  expect(publicView(t.room).players.map((player) => player.hand.every((slot) => slot?.card !== null))).toEqual([
    true,
    true,
  ]);
});

test('11 a card that is still held apart at the end counts for who drew it', () => {
  const t = begun({ hands: ['7h 2c', '[5s] [5d] [5h] Kd'], draw: '10h', gameType: 'classic' });
  t.does(0, draw);
  t.does(1, collect);
  expect(results(t)[0]?.slice(0, 3)).toEqual([0, 19, 3]);
});

test.each([
  ['after a call', (t: TestTable) => playOut(t)],
  ['when nobody is left', (t: TestTable) => [t.leave('ann'), t.leave('bob')]],
])('11 the secret is revealed, and the next one is committed to: %s', (_, end) => {
  const t = begun({ hands: ['7h 2c', '8s 2d'] });
  const { secret, commitment } = t.room;
  expect(publicView(t.room)).toMatchObject({ dealSeed: '', dealCommitment: commitment });
  end(t);
  const ended = t.last('match_ended');
  expect(ended.secret).toBe(secret);
  expect(ended.nextSecret).not.toBe(secret);
  expect(ended.nextCommitment).toBe(t.chance.commitmentOf(ended.nextSecret));
  expect(publicView(t.room).dealSeed).toBe(secret);
});

test('11 the result stays in the state, and the room waits for a rematch', () => {
  const t = begun({ hands: ['7h 2c', '8s 2d'] });
  playOut(t);
  expect(t.phase).toBe('finished');
  expect(publicView(t.room).players.map((player) => [player.points, player.place, player.winType])).toEqual([
    [9, 1, 'lowest_points'],
    [10, 2, ''],
  ]);
  expect(types(t.wait(20_000))).toEqual([]);
  for (const move of [draw, play(0), same(0), collect, call]) t.refuses(0, move, 'WRONG_PHASE', 'NOT_YOUR_TURN');
  t.asks(0, { type: 'start_match' });
  expect(publicView(t.room)).toMatchObject({ phase: 'initial_peek', matchNumber: 2, dealSeed: '', winners: [] });
});
