import { expect, test } from 'vitest';
import { seen, showingTo, shownBy } from '../../src/game/seen.ts';
import { publicView } from '../../src/game/view.ts';
import { card, cards } from './cards.ts';
import {
  afterWindow,
  begun,
  collect,
  dealt,
  draw,
  inWindow,
  look,
  peek,
  play,
  same,
  swap,
  type TestTable,
  take,
} from './kit.ts';

const hands = ['7h 2c 3c 4c', '[7s] 2d 3d 4d'];
const rig = { hands, gameType: 'classic', draw: 'Ks 9c 9d' } as const;

/** Every number that is somewhere in a value. */
const numbersIn = (value: unknown): number[] =>
  typeof value === 'number'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(numbersIn)
      : [];

test('14 everybody sees which slots hold cards, the cards that lie face up, and collection ranks', () => {
  const t = inWindow(rig);
  t.does(0, same(1));
  t.wait(5_000);
  const [ann, bob] = publicView(t.room).players;
  expect(ann?.hand).toEqual([{ card: null }, { card: null }, { card: null }, { card: null }, { card: null }]);
  expect(bob?.hand).toEqual([{ card: card('7s') }, { card: null }, { card: null }, { card: null }]);
  expect([ann?.collectionRank, bob?.collectionRank]).toEqual([null, '7']);
});

test('14 an empty slot is seen to be empty', () => {
  const t = inWindow({ hands: ['7h 2c 3c 4c', '8s 7s 3d 4d'] });
  t.does(1, same(1));
  expect(publicView(t.room).players[1]?.hand).toEqual([{ card: null }, null, { card: null }, { card: null }]);
});

test('14 everybody sees the top of the discard pile and its size, and the size of the draw pile', () => {
  const t = inWindow(rig);
  expect(publicView(t.room)).toMatchObject({ discardTop: card('7h'), discardCount: 2, drawPile: 2 });
  const u = begun({ ...rig, hands: ['7h 2c 3c 4c', '[5s] 2d 3d 4d'] });
  u.does(1, collect);
  expect(publicView(u.room)).toMatchObject({ discardTop: null, discardCount: 0 });
});

test('14 everybody sees whose turn it is, its step and the deadlines', () => {
  const t = begun(rig);
  expect(publicView(t.room)).toMatchObject({
    phase: 'player_turn',
    turn: 0,
    turnNumber: 1,
    step: 'draw',
    deadlineAt: t.now + 30_000,
  });
  t.does(0, draw);
  expect(publicView(t.room)).toMatchObject({ step: 'play', deadlineAt: t.now + 30_000 });
});

test('14 everybody sees who drew from where', () => {
  const t = begun({ ...rig, allowDiscardTake: true });
  expect(seen(t.does(0, draw)[0] as never)).toEqual({ type: 'drew', seat: 0, deadlineAt: t.now + 30_000 });
  const u = begun({ ...rig, allowDiscardTake: true });
  expect(seen(u.does(0, take)[0] as never)).toMatchObject({ type: 'took', seat: 0, card: card('5c') });
});

test('14 the status of each player is public', () => {
  const statuses = (t: TestTable) => publicView(t.room).players.map((player) => player.status);
  const t = dealt({ hands: ['Qh 2c 3c 4c', 'Jh 2d 3d 4d'] });
  expect(statuses(t)).toEqual(['peeking', 'peeking']);
  t.does(1, peek(0, 1));
  expect(statuses(t)).toEqual(['peeking', 'waiting']);
  t.waitFor('turn_started');
  expect(statuses(t)).toEqual(['drawing_card', 'waiting']);
  t.does(0, draw);
  expect(statuses(t)).toEqual(['playing_card', 'waiting']);
  t.does(0, play(0));
  expect(statuses(t)).toEqual(['same_rank_window', 'same_rank_window']);
  t.wait(5_000);
  expect(statuses(t)).toEqual(['queen_peek', 'waiting']);
  t.does(0, look(0, 0));
  t.does(1, draw);
  t.does(1, play(0));
  t.wait(5_000);
  expect(statuses(t)).toEqual(['waiting', 'jack_swap']);
});

test('14 a drawn card is shown to its drawer alone, until it is played (never again 2)', () => {
  const t = begun(rig);
  t.does(0, draw);
  expect(showingTo(t.room, 0, t.now)).toEqual([
    { to: 0, reason: 'drawn', until: t.now + 30_000, cards: [{ seat: 0, slot: -1, card: card('Ks') }] },
  ]);
  expect(showingTo(t.room, 1, t.now)).toEqual([]);
  expect(numbersIn(publicView(t.room))).not.toContain(card('Ks'));
  t.does(0, play(0));
  expect(showingTo(t.room, 0, t.now)).toEqual([]);
});

test('14 a drawn card that was not played in time is not shown any more', () => {
  const t = begun(rig);
  t.does(0, draw);
  t.wait(30_000);
  expect(showingTo(t.room, 0, t.now)).toEqual([]);
  const missed = t.last('turn_missed');
  expect(seen(missed)).toEqual({ type: 'turn_missed', seat: 0, keptSlot: 4 });
  expect(shownBy(missed)).toBeNull();
});

test('14 the two peeked cards are shown to their player alone, and only while the rule shows them (never again 2)', () => {
  const t = dealt({ hands: ['Kh 2c Ks 4c', '7s 2d 3d 4d'] });
  const [event] = t.does(0, peek(0, 2));
  for (const shown of cards('Kh Ks'))
    expect(numbersIn([event && seen(event), publicView(t.room)])).not.toContain(shown);
  expect(showingTo(t.room, 0, t.now)).toHaveLength(1);
  expect(showingTo(t.room, 1, t.now)).toEqual([]);
});

test('14 a peeked card is not shown any more after it has left its slot', () => {
  const t = afterWindow({ hands: ['Qh 2c 3c 4c', 'Jh 2d 3d 4d'], showMs: 60_000 });
  t.does(0, look(1, 1));
  t.does(1, draw);
  t.does(1, play(0));
  t.wait(5_000);
  expect(showingTo(t.room, 0, t.now)).toHaveLength(1);
  t.does(1, swap(1, 1, 0, 1));
  expect(showingTo(t.room, 0, t.now)).toEqual([]);
});

test('14 nothing is shown once the match has ended', () => {
  const t = afterWindow({ hands: ['Qh 2c 3c 4c', 'Jh 2d 3d 4d'] });
  t.does(0, look(1, 1));
  t.leave('ann');
  t.leave('bob');
  expect(t.phase).toBe('finished');
  expect(showingTo(t.room, 0, t.now)).toEqual([]);
});

test('14 the secrets of the deal, of computer players and of the seats are nowhere in what goes out', () => {
  const t = begun({
    ...rig,
    permission: 'private',
    passwordHash: 'salted',
    allowedUsers: ['bob', 'zoe'],
    allowedRoles: ['r'],
  });
  t.does(0, draw);
  const out = JSON.stringify([publicView(t.room), t.journal.map(seen), showingTo(t.room, 0, t.now)]);
  const { secret, botSeed, match } = t.room;
  for (const hidden of [secret, botSeed, match?.seed, 'token of ann', 'salted', 'zoe'])
    expect(out).not.toContain(hidden);
});

test('14 what a slot holds does not show in what goes out', () => {
  const hidden = cards('7h 2c 3c 4c 2d 3d 4d Ks 9c 9d');
  const views = [hidden, hidden.toReversed()].map((order) => {
    const t = begun(rig);
    const place = (one: number) => order[hidden.indexOf(one)] ?? one;
    t.fold([
      {
        ...t.last('match_started'),
        hands: t.last('match_started').hands.map((hand) => hand.map(place)),
        drawPile: t.last('match_started').drawPile.map(place),
      },
      t.last('peek_over'),
      t.last('turn_started'),
    ]);
    return publicView(t.room);
  });
  expect(views[0]).toEqual(views[1]);
});
