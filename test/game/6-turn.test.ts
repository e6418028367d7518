import { expect, test } from 'vitest';
import { seen, shownBy } from '../../src/game/seen.ts';
import { card, cards } from './cards.ts';
import { begun, call, collect, dealt, draw, drawn, inWindow, play, same, take, types } from './kit.ts';

const hands = ['7h 2c 3c 4c', '8s 2d 3d 4d', '9s 6c 6h 10h'];

test('6 draw_card takes the top of the draw pile, and shows it to the drawer alone', () => {
  const t = begun({ hands, draw: 'Ks 9c' });
  const [event] = t.does(0, draw);
  expect(event).toMatchObject({ type: 'drew', seat: 0, card: card('Ks'), deadlineAt: t.now + 30_000 });
  expect(t.drawPile).toBe('9c');
  expect(event && shownBy(event)).toMatchObject({ to: 0, reason: 'drawn', cards: [{ slot: -1, card: card('Ks') }] });
  expect(event && seen(event)).not.toHaveProperty('card');
});

test('6 only the seat whose turn it is draws or plays, in that order, and once (never again 10)', () => {
  const t = begun({ hands });
  t.refuses(1, draw, 'NOT_YOUR_TURN');
  t.refuses(1, play(0), 'NOT_YOUR_TURN');
  t.refuses(0, play(0), 'WRONG_PHASE');
  t.does(0, draw);
  t.refuses(0, draw, 'WRONG_PHASE');
  t.refuses(1, play(0), 'NOT_YOUR_TURN');
  t.does(0, play(0));
  t.refuses(0, play(0), 'WRONG_PHASE');
  t.refuses(0, draw, 'WRONG_PHASE');
});

test('6 turn_time_limit holds for drawing, and again for playing', () => {
  const t = begun({ hands, turnMs: 12_000 });
  expect(t.left).toBe(12_000);
  t.wait(11_999);
  t.does(0, draw);
  expect(t.left).toBe(12_000);
  t.wait(11_999);
  t.does(0, play(0));
  expect(t.phase).toBe('same_rank_window');
});

test('6 without allow_discard_take nobody takes from the discard pile', () => {
  const t = begun({ hands });
  t.refuses(0, take);
  expect(t.discard).toBe('5c');
});

test('6 with allow_discard_take the top of the discard pile is taken instead, known to everyone', () => {
  const t = begun({ hands, allowDiscardTake: true });
  const [event] = t.does(0, take);
  expect(event && seen(event)).toMatchObject({ type: 'took', seat: 0, card: card('5c') });
  expect(t.left).toBe(30_000);
  expect([t.discard, t.drawn]).toEqual(['', '5c']);
});

test('6 who has taken does not draw as well, and who has drawn does not take', () => {
  const t = begun({ hands, allowDiscardTake: true });
  t.refuses(1, take, 'NOT_YOUR_TURN');
  t.does(0, take);
  t.refuses(0, draw, 'WRONG_PHASE');
  const u = begun({ hands, allowDiscardTake: true });
  u.does(0, draw);
  u.refuses(0, take, 'WRONG_PHASE');
});

test('6 a taken card cannot be played in the same turn, but takes the place of the card that is', () => {
  const t = begun({ hands, allowDiscardTake: true });
  t.does(0, take);
  t.refuses(0, play(drawn), 'CARD_LOCKED');
  t.does(0, play(1));
  expect(t.hand(0)).toBe('7h 5c 3c 4c');
  expect(t.discard).toBe('2c');
});

test('6 once a card is taken, the card below it is the top', () => {
  const t = inWindow({ hands, allowDiscardTake: true });
  t.wait(t.left);
  t.does(1, take);
  expect(t.discard).toBe('5c');
  expect(t.drawn).toBe('7h');
});

test('6 a taken card is an ordinary one in a later turn', () => {
  const t = begun({ hands: hands.slice(0, 2), allowDiscardTake: true });
  t.does(0, take);
  t.does(0, play(0));
  t.wait(5_000);
  t.does(1, draw);
  t.does(1, play(drawn));
  t.wait(5_000);
  t.does(0, draw);
  t.does(0, play(0));
  expect(t.discard).toMatch(/^5c /);
});

test('6 one card is played, from a slot or the drawn one, face up onto the discard pile', () => {
  const t = begun({ hands, draw: 'Ks 9c' });
  t.does(0, draw);
  t.refuses(0, play(4), 'NO_SUCH_SLOT');
  t.refuses(0, play(-2), 'NO_SUCH_SLOT');
  expect(t.does(0, play(drawn))).toMatchObject([
    { type: 'played', seat: 0, slot: -1, card: card('Ks') },
    { type: 'window_opened', deadlineAt: t.now + 5_000 },
  ]);
  expect(t.discard).toBe('Ks 5c');
});

test('6 a card played from a slot is replaced by the drawn one, face down', () => {
  const t = begun({ hands, draw: 'Ks 9c' });
  t.does(0, draw);
  t.does(0, play(1));
  expect(t.hand(0)).toBe('7h Ks 3c 4c');
});

test('6 an empty slot and a collected card cannot be played', () => {
  const t = begun({ hands: ['[7h] 2c 3c 4c', '3d 3s 6d 4d'], gameType: 'classic', draw: '9c 8c 8d 8h 9s' });
  t.does(0, draw);
  t.refuses(0, play(0), 'CARD_LOCKED');
  t.does(0, play(2));
  t.does(1, same(0));
  t.wait(t.left);
  t.does(1, draw);
  t.refuses(1, play(0), 'NO_SUCH_SLOT');
});

test('6 after the play come the window, then the powers, then the turn of the next seat', () => {
  const t = inWindow({ hands: ['Qh 2c 3c 4c', '8s 2d 3d 4d'] });
  const order = [...t.wait(5_000), ...t.wait(10_000)];
  expect(types(order)).toEqual(['window_closed', 'power_opened', 'power_skipped', 'turn_started']);
  expect(order.at(-1)).toMatchObject({ seat: 1, turn: 2, step: 'draw', deadlineAt: t.now + 30_000 });
});

test('6 play goes clockwise, by seat number, and from the last seat to the first', () => {
  const t = begun({ hands, starter: 1 });
  const order: number[] = [];
  for (let i = 0; i < 4; i++) {
    order.push(t.match.turn);
    t.does(t.match.turn, draw);
    t.does(t.match.turn, play(drawn));
    t.wait(5_000);
  }
  expect(order).toEqual([1, 2, 0, 1]);
});

test('6 an empty draw pile is refilled when a card is needed, from the discard pile without its top card (never again 26)', () => {
  const t = inWindow({ hands: hands.slice(0, 2), draw: 'Ks' });
  t.wait(t.left);
  expect([t.drawPile, t.discard]).toEqual(['', '7h 5c']);
  expect(t.last('turn_started')).toMatchObject({ seat: 1, step: 'draw' });
  expect(types(t.does(1, draw))).toEqual(['reshuffled', 'drew']);
  expect([t.drawPile, t.discard, t.drawn]).toEqual(['', '7h', '5c']);
});

test('6 the refilled draw pile is shuffled, by the seed of the match', () => {
  const refilled = (seed: string) => {
    const t = begun({ hands: hands.slice(0, 2), draw: '9c 9d 9h 9s 10c 10d', seed });
    for (let turn = 0; turn < 6; turn++) {
      t.does(t.match.turn, draw);
      t.does(t.match.turn, play(drawn));
      t.wait(5_000);
    }
    t.does(t.match.turn, draw);
    expect([...t.last('reshuffled').drawPile].sort((a, b) => a - b)).toEqual(cards('5c 9c 10c 9d 9h 9s'));
    return t.last('reshuffled').drawPile.join(' ');
  };
  expect(new Set(Array.from({ length: 20 }, (_, i) => refilled(`seed ${i}`))).size).toBeGreaterThan(10);
  expect(refilled('seed 1')).toBe(refilled('seed 1'));
});

test('6 with nothing to refill it with, a turn begins at its second step with its full time', () => {
  const t = dealt({ hands, draw: '' });
  expect(t.waitFor('turn_started').at(-1)).toMatchObject({ seat: 0, step: 'play', deadlineAt: t.now + 30_000 });
  t.refuses(0, draw, 'WRONG_PHASE');
  t.refuses(0, play(drawn), 'NO_SUCH_SLOT');
});

test('6 with nothing to draw, Recall may be called', () => {
  const t = begun({ hands, draw: '' });
  t.does(0, call);
  expect(t.match.calledBy).toBe(0);
});

test('6 with nothing drawn, the slot that is played stays empty', () => {
  const t = begun({ hands, draw: '' });
  t.does(0, play(1));
  expect(t.hand(0)).toBe('7h . 3c 4c');
});

test('6 with nothing to refill the draw pile with, a penalty is not dealt', () => {
  const t = begun({ hands, draw: '' });
  t.does(0, play(0));
  expect(types(t.does(1, same(0)))).toEqual(['reshuffled', 'same_rank_refused']);
  expect(t.hand(1)).toBe('8s 2d 3d 4d 5c');
  expect(t.does(2, same(0))).toMatchObject([{ type: 'same_rank_refused', penalty: null }]);
  expect(t.hand(2)).toBe('9s 6c 6h 10h');
});

test('6 a turn goes on at its second step, with its full time, when the last card to draw is collected by another', () => {
  const t = begun({ hands: ['7h 2c', '9c 9d', '[8s] 2d'], draw: '8c', discard: '5c', gameType: 'classic' });
  t.does(0, draw);
  t.does(0, play(drawn));
  t.wait(15_000);
  expect([t.match.turn, t.match.step, t.left]).toEqual([1, 'draw', 20_000]);
  expect(t.does(2, collect)).toMatchObject([
    { type: 'collected', seat: 2 },
    { type: 'turn_started', seat: 1, turn: 2, step: 'play', deadlineAt: t.now + 30_000 },
  ]);
  t.does(1, play(1));
});

test('6 a player who can neither draw nor play passes at once', () => {
  const t = begun({ hands: ['7h 2c', '[9c] [9d]'], draw: '', gameType: 'classic' });
  const events = t.wait(30_000);
  expect(events).toContainEqual({ type: 'turn_missed', seat: 0, kept: null, at: t.now });
  expect(events).toContainEqual({ type: 'turn_passed', seat: 1, at: t.now });
  expect(events.at(-1)).toMatchObject({ type: 'turn_started', seat: 0 });
});

test('6 a player who cannot play but can draw does not pass', () => {
  const t = inWindow({ hands: ['7h 2c 3c', '[9c] [9d]'], draw: 'Ks 10c', gameType: 'classic' });
  t.wait(t.left);
  expect(t.match.turn).toBe(1);
  t.does(1, draw);
  t.does(1, play(drawn));
});

test('6 not drawn in time: the turn passes, and is missed (never again 21)', () => {
  const t = begun({ hands });
  expect(types(t.wait(29_999))).toEqual([]);
  expect(t.wait(1)).toMatchObject([
    { type: 'turn_missed', seat: 0, kept: null },
    { type: 'turn_started', seat: 1, turn: 2 },
  ]);
  expect(t.player(0).missed).toBe(1);
});

test('6 drawn and not played in time: the card goes into the hand face down, and the turn passes without a window', () => {
  const t = begun({ hands, draw: 'Ks 9c' });
  t.does(0, draw);
  expect(t.wait(30_000)).toMatchObject([
    { type: 'turn_missed', seat: 0, kept: { slot: 4, card: card('Ks') } },
    { type: 'turn_started', seat: 1 },
  ]);
  expect(t.hand(0)).toBe('7h 2c 3c 4c Ks');
  expect(t.drawn).toBeNull();
});

test('6 taken and not played in time: that card goes into the hand too', () => {
  const t = begun({ hands, allowDiscardTake: true });
  t.does(0, take);
  t.wait(30_000);
  expect(t.hand(0)).toBe('7h 2c 3c 4c 5c');
  expect(t.player(0).missed).toBe(1);
});

/** Both seats let the time pass, until it is the turn of the first again. */
function round(t: ReturnType<typeof begun>) {
  return [...t.wait(30_000), ...t.wait(30_000)];
}
const two = { hands: hands.slice(0, 2) };

test('6 after two missed turns in a row a computer player plays on for that seat', () => {
  const t = begun(two);
  expect(types(round(t))).not.toContain('bot_took_over');
  expect(t.wait(30_000)).toContainEqual({ type: 'bot_took_over', seat: 0, why: 'missed', at: t.now });
  expect(t.room.seats[0]).toMatchObject({ playedByBot: true, attendance: 'connected', userId: 'ann' });
  t.wait(30_000);
  expect(t.match.turn).toBe(0);
  t.botDoes(0, draw);
  t.botDoes(0, play(0));
});

test('6 how many missed turns it takes is a setting', () => {
  const t = begun({ ...two, missedTurns: 3 });
  round(t);
  expect(types(round(t))).not.toContain('bot_took_over');
  expect(types(t.wait(30_000))).toContain('bot_took_over');
});

test('6 a computer player takes a seat over once, not again with each further turn', () => {
  const t = begun(two);
  for (let i = 0; i < 5; i++) round(t);
  const taken = t.journal.filter((event) => event.type === 'bot_took_over');
  expect(taken.map((event) => event.seat)).toEqual([0, 1]);
});

test('6 a play resets the count of missed turns', () => {
  const t = begun(two);
  round(t);
  t.does(0, draw);
  t.does(0, play(0));
  expect(t.player(0).missed).toBe(0);
  t.wait(5_000);
  t.wait(30_000);
  expect(types(t.wait(30_000))).not.toContain('bot_took_over');
  expect(t.player(0).missed).toBe(1);
});

test('6 drawing alone does not reset the count of missed turns', () => {
  const t = begun(two);
  round(t);
  t.does(0, draw);
  expect(types(t.wait(30_000))).toContain('bot_took_over');
});

test('6 a same-rank play does not reset the count of missed turns', () => {
  const t = begun({ hands: ['7h 2c 3c 4c', '7s 2d 3d 4d'], draw: '9c 9d 9h 9s 10c' });
  t.wait(30_000);
  t.does(1, draw);
  t.does(1, play(0));
  t.does(0, same(0));
  t.wait(5_000);
  expect(t.player(0).missed).toBe(1);
  expect(types(t.wait(30_000))).toContain('bot_took_over');
});

function takenOver() {
  const t = begun(two);
  round(t);
  round(t);
  expect(t.room.seats.map((seat) => seat?.playedByBot)).toEqual([true, true]);
  expect(t.match.turn).toBe(0);
  return t;
}

test('6 an accepted move of its player takes the seat back, and what the computer player had decided is dropped', () => {
  const t = takenOver();
  expect(types(t.does(0, draw))).toEqual(expect.arrayContaining(['player_back', 'drew']));
  expect(t.room.seats.map((seat) => seat?.playedByBot)).toEqual([false, true]);
  const late = { type: 'move', seat: 0, by: 'bot', move: play(0) } as const;
  t.sendRefused(late);
  expect(t.hand(0)).toBe('7h 2c 3c 4c');
});

test('6 the seat is taken back at any time, also in the turn of another', () => {
  const t = takenOver();
  t.botDoes(0, draw);
  t.botDoes(0, play(0));
  expect(types(t.does(1, same(0)))).toContain('player_back');
});

test('6 a player takes the seat back without a move, also in the turn of another, and once', () => {
  const t = takenOver();
  const back = { type: 'take_seat_back' } as const;
  expect(types(t.asks(1, back))).toEqual(['player_back']);
  expect(t.room.seats.map((seat) => seat?.playedByBot)).toEqual([true, false]);
  t.refusesRequest(1, back, 'WRONG_PHASE');
  // The missed turns still count: one more, and the computer player is there again.
  t.does(0, draw);
  t.does(0, play(0));
  t.waitFor('turn_missed');
  expect(t.room.seats[1]?.playedByBot).toBe(true);
});

test('6 only a person whom a computer player plays for can take a seat back', () => {
  const t = takenOver();
  t.leave('bob');
  t.refusesRequest(1, { type: 'take_seat_back' }, 'NOT_ALLOWED');
  t.refusesRequest(7, { type: 'take_seat_back' }, 'NOT_ALLOWED');
});

test('6 a refused move does not take the seat back', () => {
  const t = takenOver();
  t.refuses(0, play(0), 'WRONG_PHASE');
  t.refuses(1, draw, 'NOT_YOUR_TURN');
  expect(t.room.seats.map((seat) => seat?.playedByBot)).toEqual([true, true]);
});

test('6 coming back with a new connection alone does not take the seat back', () => {
  const t = takenOver();
  t.drop('ann');
  t.connect('ann');
  expect(t.room.seats[0]).toMatchObject({ playedByBot: true, attendance: 'connected' });
});

test('6 a computer player does not move for a person who plays', () => {
  const t = begun(two);
  t.sendRefused({ type: 'move', seat: 0, by: 'bot', move: draw });
  expect(t.drawn).toBeNull();
});

test('6 moves and deadlines form one queue: what arrives first counts first', () => {
  const t = begun(two);
  t.wait(29_999);
  expect(t.send({ type: 'time_passed' })).toEqual([]);
  t.does(0, draw);
  t.now += 1;
  expect(t.send({ type: 'time_passed' })).toEqual([]);
  expect(t.match.turn).toBe(0);
  t.wait(t.left);
  t.refuses(0, play(drawn), 'NOT_YOUR_TURN');
});

test('6 a deadline that is dealt with late gives what follows its full time', () => {
  const t = begun(two);
  t.now += 31_500;
  expect(types(t.send({ type: 'time_passed' }))).toEqual(['turn_missed', 'turn_started']);
  expect(t.left).toBe(30_000);
});
