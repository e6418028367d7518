import { expect, test } from 'vitest';
import { showingTo, shownBy } from '../../src/game/seen.ts';
import { card } from './cards.ts';
import { dealt, draw, look, peek, play, same, types } from './kit.ts';

const hands = ['7h 2c 3c 4c', '8s 2d 3d 4d', '9s Qh 6h 10h'];

test('5 a player names two slots of their own and is shown those two cards for 5 s', () => {
  const t = dealt({ hands });
  const [event] = t.does(1, peek(3, 0));
  expect(event).toMatchObject({ type: 'peeked', seat: 1, slots: [3, 0], byLot: false, until: t.now + 5_000 });
  expect(event && shownBy(event)).toEqual({
    to: 1,
    reason: 'initial_peek',
    until: t.now + 5_000,
    cards: [
      { seat: 1, slot: 3, card: card('4d') },
      { seat: 1, slot: 0, card: card('8s') },
    ],
  });
  expect(showingTo(t.room, 1, t.now + 4_999)[0]?.cards).toHaveLength(2);
  expect(showingTo(t.room, 1, t.now + 5_000)).toEqual([]);
  expect(showingTo(t.room, 0, t.now)).toEqual([]);
});

test('5 the two slots must be different, and must be there (never again 5)', () => {
  const t = dealt({ hands });
  t.refuses(0, peek(1, 1), 'INVALID_PAYLOAD', 'NO_SUCH_SLOT');
  t.refuses(0, peek(0, 4), 'NO_SUCH_SLOT');
  t.refuses(0, peek(-1, 0), 'NO_SUCH_SLOT');
  expect(t.player(0).peeked).toBe(false);
});

test('5 a player peeks once (never again 5)', () => {
  const t = dealt({ hands });
  t.does(0, peek(0, 1));
  t.refuses(0, peek(2, 3), 'WRONG_PHASE');
});

test('5 for who names none within 15 s two different slots are drawn by lot, in seat order, and shown as long', () => {
  const t = dealt({ hands });
  t.does(1, peek(0, 1));
  expect(types(t.wait(14_999))).toEqual([]);
  const events = t.wait(1);
  expect(events).toMatchObject([
    { type: 'peeked', seat: 0, byLot: true, until: t.now + 5_000 },
    { type: 'peeked', seat: 2, byLot: true, until: t.now + 5_000 },
  ]);
  for (const event of events) {
    if (event.type !== 'peeked') continue;
    const [first, second] = event.slots;
    expect(first).not.toBe(second);
    expect(Math.min(first, second)).toBeGreaterThanOrEqual(0);
    expect(Math.max(first, second)).toBeLessThan(4);
    expect(event.cards).toEqual(event.slots.map((slot) => t.player(event.seat).hand[slot]?.card));
    expect(showingTo(t.room, event.seat, t.now)[0]?.cards).toHaveLength(2);
  }
});

test('5 the lot of one seat does not depend on whether another has peeked', () => {
  const lots = [false, true].map((bobPeeks) => {
    const t = dealt({ hands });
    if (bobPeeks) t.does(1, peek(0, 1));
    return t.wait(15_000).find((event) => event.type === 'peeked' && event.seat === 2);
  });
  expect(lots[0]).toEqual(lots[1]);
});

test('5 the phase ends 5 s after the last seat has peeked', () => {
  const t = dealt({ hands });
  t.does(0, peek(0, 1));
  t.wait(2_000);
  t.does(1, peek(0, 1));
  t.wait(1_000);
  const [last] = t.does(2, peek(0, 1));
  expect(last).toMatchObject({ type: 'peeked', deadlineAt: t.now + 5_000 });
  expect(types(t.wait(4_999))).toEqual([]);
  expect(t.phase).toBe('initial_peek');
  expect(types(t.wait(1))).toEqual(['peek_over', 'turn_started']);
  expect(t.phase).toBe('player_turn');
});

test('5 the phase ends 5 s after the lots, at 20 s', () => {
  const t = dealt({ hands });
  const start = t.now;
  t.waitFor('peek_over');
  expect(t.now - start).toBe(20_000);
});

test('5 nothing else is played in the initial peek', () => {
  const t = dealt({ hands });
  for (const move of [draw, play(0), same(0), look(0, 0)]) t.refuses(0, move, 'WRONG_PHASE');
});

test('5 the seat that was drawn by lot has the first turn', () => {
  const t = dealt({ hands, starter: 2 });
  const events = t.waitFor('turn_started');
  expect(events.at(-1)).toMatchObject({ type: 'turn_started', seat: 2, turn: 1, step: 'draw' });
  t.refuses(0, draw, 'NOT_YOUR_TURN');
  t.does(2, draw);
});

test('5 there is no second peek once the turns have begun', () => {
  const t = dealt({ hands });
  t.waitFor('turn_started');
  t.refuses(0, peek(0, 1), 'WRONG_PHASE');
});
