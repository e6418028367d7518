import { expect, test } from 'vitest';
import { publicView } from '../../src/game/view.ts';
import { card, nameOf } from './cards.ts';
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
  peek,
  play,
  type Rig,
  same,
  swap,
  types,
} from './kit.ts';

/** What the first seat collects after it has peeked at these two cards, in slots 0 and 1. */
function collected(two: string, rig: Partial<Rig> = {}): string {
  const t = dealt({ hands: [`${two} 6c 6d`, '8s 2d 3d 4d'], gameType: 'classic', ...rig });
  t.does(0, peek(0, 1));
  const collections = t.waitFor('peek_over').flatMap((event) => (event.type === 'peek_over' ? event.collections : []));
  const own = collections.find((one) => one.seat === 0);
  expect(t.player(0).hand.map((held) => held?.faceUp)).toEqual([0, 1, 2, 3].map((slot) => slot === own?.slot));
  return own ? nameOf(own.card) : 'none';
}

test.each([
  ['7h 3c', '3c', 'fewer points'],
  ['Ah Kc', 'Ah', 'fewer points'],
  ['10h Kc', '10h', 'two to ten before king'],
  ['Kh Qc', 'Kh', 'king before queen'],
  ['Jh Qc', 'Qc', 'queen before jack'],
  ['Jh 10c', '10c', 'two to ten before jack'],
  ['X1 Jc', 'Jc', 'a joker is never chosen beside another card'],
])('9 of %s the collection is %s: %s', (two, chosen) => {
  expect(collected(two)).toBe(chosen);
  expect(collected(two.split(' ').reverse().join(' '))).toBe(chosen);
});

test('9 where red kings count 0, one is lower than an ace, and than a black king', () => {
  expect(collected('Kh Ac', { redKingPoints: 0 })).toBe('Kh');
  expect(collected('Ks Kd', { redKingPoints: 0 })).toBe('Kd');
  expect(collected('X1 Kd', { redKingPoints: 0 })).toBe('Kd');
  expect(collected('Ks 10d', { redKingPoints: 0 })).toBe('10d');
});

test.each(['7h 7c', 'X1 X2', 'Qh Qd'])('9 of %s the collection is drawn by lot', (two) => {
  const chosen = new Set(Array.from({ length: 30 }, (_, i) => collected(two, { seed: `seed ${i}` })));
  expect([...chosen].sort()).toEqual(two.split(' ').sort());
});

test('9 the collection is turned up, stays in its slot, and its rank is the collection rank of the player', () => {
  const t = dealt({ hands: ['7h 2c 3c 4c', '8s 2d 3d 4d'], gameType: 'classic' });
  t.does(0, peek(3, 0));
  t.does(1, peek(2, 1));
  const over = t.waitFor('peek_over').find((event) => event.type === 'peek_over');
  expect(over).toMatchObject({
    collections: [
      { seat: 0, slot: 3, card: card('4c') },
      { seat: 1, slot: 1, card: card('2d') },
    ],
  });
  expect([t.hand(0), t.hand(1)]).toEqual(['7h 2c 3c [4c]', '8s [2d] 3d 4d']);
  expect(publicView(t.room).players.map((player) => player.collectionRank)).toEqual(['4', '2']);
});

test('9 the collection of a player who was shown cards by lot is chosen in the same way', () => {
  const t = dealt({ hands: ['7h 2c 3c 4c', '8s 2d 3d 4d'], gameType: 'classic' });
  t.waitFor('peek_over');
  for (const seat of [0, 1]) {
    const lot = t.journal.find((event) => event.type === 'peeked' && event.seat === seat);
    if (lot?.type !== 'peeked') throw new Error('no lot');
    const lower = Math.min(...lot.cards.map((one) => one % 13));
    expect(t.player(seat).hand.find((held) => held?.faceUp)?.card).toBe(lot.cards.find((one) => one % 13 === lower));
  }
});

test('9 a collected card cannot be played, in its turn or in a window', () => {
  const t = begun({ hands: ['[7h] 2c 3c 4c', '[7s] 2d 3d 4d'], draw: '7d 9c', gameType: 'classic' });
  t.does(0, draw);
  t.refuses(0, play(0), 'CARD_LOCKED');
  t.does(0, play(drawn));
  t.refuses(0, same(0), 'CARD_LOCKED');
  t.refuses(1, same(0), 'CARD_LOCKED');
});

const own = { hands: ['7h 2c 3c 4c', '[5s] 2d 3d 4d', '[5h] 6d 6h 10h'], gameType: 'classic' } as const;

test('9 the top of the discard pile is collected face up, out of turn, and the turn goes on', () => {
  const t = begun(own);
  expect(t.does(1, collect)).toMatchObject([
    { type: 'collected', seat: 1, slot: 4, card: card('5c'), from: 'discard' },
  ]);
  expect(t.hand(1)).toBe('[5s] 2d 3d 4d [5c]');
  expect(t.discard).toBe('');
  expect([t.match.turn, t.match.step, t.left]).toEqual([0, 'draw', 30_000]);
});

test('9 the top of the discard pile is collected in turn, before and after drawing', () => {
  const t = begun({ ...own, starter: 1 });
  t.does(1, collect);
  t.does(1, draw);
  const u = begun({ ...own, starter: 1 });
  u.does(1, draw);
  u.does(1, collect);
  expect([u.match.step, u.drawn]).toEqual(['play', '9c']);
  u.does(1, play(drawn));
});

test('9 first come, first served', () => {
  const t = begun(own);
  t.does(2, collect);
  t.refuses(1, collect);
  expect(t.hand(2)).toBe('[5h] 6d 6h 10h [5c]');
});

test('9 a card of another rank is not collected, nor by who collects nothing', () => {
  const t = begun({ ...own, discard: '8c' });
  t.refuses(1, collect, 'RANK_MISMATCH');
  t.refuses(0, collect, 'RANK_MISMATCH');
});

test('9 nothing is collected in the initial peek, nor in a same-rank window', () => {
  const t = dealt({ hands: ['7h 2c 3c 4c', '5s 8d 9d 10d'], gameType: 'classic' });
  t.refuses(1, collect, 'WRONG_PHASE');
  const u = inWindow({ hands: ['5h 2c 3c 4c', '[5s] 2d 3d 4d'], gameType: 'classic' });
  u.refuses(1, collect, 'WRONG_PHASE');
  u.wait(5_000);
  u.does(1, collect);
  u.does(1, collect);
  expect(u.hand(1)).toBe('[5s] 2d 3d 4d [5h] [5c]');
});

test('9 while a power waits the top may be collected, and the power is as it was', () => {
  const t = afterWindow({ hands: ['Jh 2c 3c 4c', '[Js] 2d 3d 4d'], gameType: 'classic' });
  t.wait(3_000);
  t.does(1, collect);
  expect([t.phase, t.left]).toEqual(['special_play_window', 7_000]);
  t.does(0, swap(0, 0, 0, 1));
});

test('9 a drawn card of the collection rank is collected in place of playing, and the turn ends without a window', () => {
  const t = begun({ ...own, starter: 1, draw: '5d 9c' });
  t.does(1, draw);
  const events = t.does(1, collectDrawn);
  expect(events).toMatchObject([
    { type: 'collected', seat: 1, slot: 4, card: card('5d'), from: 'drawn' },
    { type: 'turn_started', seat: 2 },
  ]);
  expect(t.hand(1)).toBe('[5s] 2d 3d 4d [5d]');
  expect(t.drawn).toBeNull();
});

test('9 a collected drawn card resets the count of missed turns', () => {
  const t = begun({ hands: ['[7h] 2c 3c 4c', '8s 2d 3d 4d'], draw: '7c 9d', gameType: 'classic' });
  t.wait(60_000);
  expect(t.player(0).missed).toBe(1);
  t.does(0, draw);
  t.does(0, collectDrawn);
  expect(t.player(0).missed).toBe(0);
});

test('9 a drawn card of another rank is not collected, nor one that was not drawn', () => {
  const t = begun({ ...own, starter: 1 });
  t.refuses(1, collectDrawn, 'WRONG_PHASE');
  t.does(1, draw);
  t.refuses(1, collectDrawn, 'RANK_MISMATCH');
  t.refuses(2, collectDrawn, 'NOT_YOUR_TURN');
});

test('9 a card that was taken from the discard pile may be collected', () => {
  const t = begun({ ...own, starter: 1, allowDiscardTake: true });
  t.does(1, { type: 'take_from_discard' } as const);
  t.does(1, collectDrawn);
  expect(t.hand(1)).toBe('[5s] 2d 3d 4d [5c]');
});

test('9 four collected cards are the most: with the fourth the match is over', () => {
  const t = begun({ hands: ['7h 2c 3c 4c', '[5s] [5d] [5h] 4d'], gameType: 'classic' });
  expect(types(t.does(1, collect))).toEqual(['collected', 'match_ended']);
});

test('9 a player who has lost all collected cards to jacks has no collection rank any more', () => {
  const t = afterWindow({ hands: ['Jh 2c 3c 4c', '[8s] 2d 3d 4d'], draw: 'Ks 8c', gameType: 'classic' });
  t.does(0, swap(1, 0, 0, 1));
  expect(publicView(t.room).players[1]?.collectionRank).toBeNull();
  t.does(1, draw);
  t.refuses(1, collectDrawn, 'RANK_MISMATCH');
});

test('9 a player who has lost one of two collected cards still collects that rank', () => {
  const t = afterWindow({ hands: ['Jh 2c 3c 4c', '[8s] [8h] 3d 4d'], draw: 'Ks 8c', gameType: 'classic' });
  t.does(0, swap(1, 0, 0, 1));
  t.does(1, draw);
  t.does(1, collectDrawn);
  expect(t.hand(1)).toBe('2c [8h] 3d 4d [8c]');
});

test('9 clear is the same game without collecting', () => {
  const t = dealt({ hands: ['7h 2c 3c 4c', '5s 2d 3d 4d'], draw: '5h 2h 2s', gameType: 'clear' });
  t.does(0, peek(0, 1));
  t.does(1, peek(0, 1));
  expect(t.wait(5_000)).toMatchObject([{ type: 'peek_over', collections: [] }, { type: 'turn_started' }]);
  expect(t.player(1).hand.some((held) => held?.faceUp)).toBe(false);
  t.refuses(1, collect);
  t.does(0, draw);
  t.refuses(0, collectDrawn);
  t.does(0, call);
});
