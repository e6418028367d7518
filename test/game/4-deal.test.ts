import { createHash, createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { fairness } from '../../src/fairness/fairness.ts';
import { seen } from '../../src/game/seen.ts';
import { publicView } from '../../src/game/view.ts';
import { dealt, entrant, plainChance, type Rig, TestTable } from './kit.ts';

/** A room where a match of so many has just been dealt. */
function started(players: number, table = new TestTable()): TestTable {
  table.open({ maxPlayers: players });
  table.connect('ann');
  table.sit(...['bob', 'cyd', 'dan', 'eve', 'fay', 'gus', 'hal'].slice(0, players - 1));
  table.asks(0, { type: 'start_match' });
  return table;
}

const dealOf = (t: TestTable) => {
  const { hands, discard, drawPile, starter } = t.last('match_started');
  return { hands, discard, drawPile, starter };
};

test('4 each seat has four cards, one card opens the discard pile, and the rest is the draw pile', () => {
  for (const players of [2, 4, 8]) {
    const t = started(players);
    expect(t.match.players.map((player) => player.hand.length)).toEqual(Array(players).fill(4));
    expect(t.match.discard).toHaveLength(1);
    expect(t.match.drawPile).toHaveLength((players > 6 ? 108 : 54) - 4 * players - 1);
  }
});

test('4 the initial peek begins with the deal, and has its time', () => {
  const t = started(3);
  expect([t.phase, t.left]).toEqual(['initial_peek', 15_000]);
  expect(t.match.players.map((player) => player.peeked)).toEqual([false, false, false]);
});

test('4 the power of the card that opens the discard pile is not used', () => {
  for (const discard of ['Qs', 'Js']) {
    const t = dealt({ hands: ['7h 2c 3c 4c', '8s 2d 3d 4d'], discard });
    expect(t.waitFor('turn_started').some((event) => event.type === 'power_opened')).toBe(false);
    expect(t.phase).toBe('player_turn');
  }
});

test('4 the deck is shuffled: no two seeds deal the same', () => {
  const deals = Array.from({ length: 40 }, (_, i) => JSON.stringify(dealOf(started(4, new TestTable(plainChance(i))))));
  expect(new Set(deals).size).toBe(40);
});

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');

test('4 the commitment to the next deal is public before anybody can start, and after each match', () => {
  const t = new TestTable(fairness);
  t.open();
  const first = publicView(t.room).dealCommitment;
  expect(first).toMatch(/^[0-9a-f]{64}$/);
  t.connect('ann');
  t.sit('bob');
  t.asks(0, { type: 'start_match' });
  expect(publicView(t.room).dealCommitment).toBe(first);
  t.leave('ann');
  t.leave('bob');
  const { dealSeed, dealCommitment } = publicView(t.room);
  expect(dealSeed).toMatch(/^[0-9a-f]{64}$/);
  expect(sha256(Buffer.from(dealSeed, 'hex'))).toBe(first);
  expect(dealCommitment).not.toBe(first);
  expect(dealCommitment).toBe(sha256(Buffer.from(t.last('match_ended').nextSecret, 'hex')));
});

test('4 the nonce of each player is public from the moment that they sit', () => {
  const t = new TestTable();
  t.open({}, entrant('ann', { dealNonce: 'lucky' }));
  t.connect('ann');
  expect(publicView(t.room).players[0]?.dealNonce).toBe('lucky');
});

/** How docs/fair-deal.md tells a player to check a deal, in the words of another library. */
function streamOf(seed: string, label: string) {
  const key = createHmac('sha256', Buffer.from(seed, 'hex')).update(label).digest();
  let read = Buffer.alloc(0);
  let blocks = 0;
  return (below: number): number => {
    for (;;) {
      if (read.length === 0) {
        const counter = Buffer.alloc(4);
        counter.writeUInt32BE(blocks++);
        read = createHmac('sha256', key).update(counter).digest();
      }
      const number = read.readUInt32BE();
      read = read.subarray(4);
      if (number < 2 ** 32 - (2 ** 32 % below)) return number % below;
    }
  };
}

function shuffle(cards: number[], draw: (below: number) => number): number[] {
  for (let i = cards.length - 1; i > 0; i--) {
    const j = draw(i + 1);
    [cards[i], cards[j]] = [cards[j] as number, cards[i] as number];
  }
  return cards;
}

test.each([2, 3, 6, 7, 8])(
  '4 a player can check the deal of %i seats from the revealed secret and the nonces',
  (players) => {
    const t = started(players, new TestTable(fairness));
    const commitment = publicView(t.room).dealCommitment;
    const nonces = publicView(t.room).players.map((player) => player.dealNonce);
    const startedAt = t.last('match_started');
    t.waitFor('match_ended');
    const secret = publicView(t.room).dealSeed;
    expect(sha256(Buffer.from(secret, 'hex'))).toBe(commitment);

    const seed = sha256([secret, t.room.roomId, 1, ...nonces].map((line) => `${line}\n`).join(''));
    const deck = shuffle(
      Array.from({ length: players > 6 ? 108 : 54 }, (_, i) => i),
      streamOf(seed, 'deal'),
    );
    const hands = nonces.map(() => [deck.pop(), deck.pop(), deck.pop(), deck.pop()]);
    expect(startedAt.hands).toEqual(hands);
    expect(startedAt.discard).toBe(deck.pop());
    expect(startedAt.drawPile).toEqual(deck);
    expect(startedAt.starter).toBe(startedAt.seats[streamOf(seed, 'start')(players)]);

    const lots = t.journal.filter((event) => event.type === 'peeked');
    expect(lots).toHaveLength(players);
    for (const lot of lots) {
      expect(lot.slots).toEqual(shuffle([0, 1, 2, 3], streamOf(seed, `peek|${lot.seat}`)).slice(0, 2));
    }
  },
);

test('4 the k-th refill is shuffled by its own stream', () => {
  const t = started(2, new TestTable(fairness));
  const { seed } = t.match;
  let refills = 0;
  while (t.phase !== 'finished') {
    const pile = t.match.discard.slice(0, -1);
    if (t.phase === 'player_turn' && t.match.step === 'draw') t.does(t.match.turn, { type: 'draw_card' });
    else if (t.phase === 'player_turn') t.does(t.match.turn, { type: 'play_card', slot: -1 });
    else t.wait(Math.max(0, t.left));
    const last = t.journal.at(-2);
    if (last?.type !== 'reshuffled') continue;
    expect(last.drawPile).toEqual(shuffle([...pile], streamOf(seed, `refill|${++refills}`)));
  }
  expect(refills).toBeGreaterThan(2);
});

test('4 equal cards in the initial peek are told apart by the lot of their seat', () => {
  const chosen = (seed: string) => {
    const rig: Rig = { hands: ['7h 7c 3c 4c', 'X1 2d X2 4d'], gameType: 'classic', seed };
    const t = dealt(rig, new TestTable(fairness));
    t.does(0, { type: 'completed_initial_peek', slots: [1, 0] });
    t.does(1, { type: 'completed_initial_peek', slots: [0, 2] });
    t.waitFor('peek_over');
    return t.last('peek_over').collections.map((one) => one.slot);
  };
  for (let i = 0; i < 20; i++) {
    const seed = sha256(`seed ${i}`);
    const lot = (seat: number) => streamOf(seed, `tie|${seat}`)(2);
    expect(chosen(seed)).toEqual([[1, 0][lot(0)], [0, 2][lot(1)]]);
  }
});

test('4 neither times nor moves change the deal, and computer players draw from another seed', () => {
  const plain = started(3);
  const other = new TestTable();
  other.open({ maxPlayers: 3, turnMs: 5_000 });
  other.connect('ann');
  other.wait(3_333);
  other.sit('bob', 'cyd');
  other.drop('bob');
  other.wait(1_000);
  other.connect('bob');
  other.asks(0, { type: 'start_match' });
  expect(dealOf(other)).toEqual(dealOf(plain));
  expect(plain.room.botSeed).not.toBe(plain.room.secret);
  expect(plain.room.botSeed).not.toBe(plain.match.seed);
});

test('4 a nonce changes the deal, and so does the match number', () => {
  const t = started(2);
  const other = new TestTable();
  other.open({ maxPlayers: 2 }, entrant('ann', { dealNonce: 'other' }));
  other.connect('ann');
  other.sit('bob');
  other.asks(0, { type: 'start_match' });
  expect(dealOf(other)).not.toEqual(dealOf(t));
  expect(t.last('match_started').nonces).toEqual(["ann's nonce", "bob's nonce"]);
});

test('4 every seat is drawn by lot to start at some time', () => {
  const starters = new Set(Array.from({ length: 60 }, (_, i) => started(4, new TestTable(plainChance(i))).match.turn));
  expect([...starters].sort()).toEqual([0, 1, 2, 3]);
});

test('4 what is seen of the deal has no card but the one that opens the discard pile (never again 1)', () => {
  const t = started(4);
  const event = t.last('match_started');
  expect(seen(event)).toEqual({
    type: 'match_started',
    matchNumber: 1,
    seats: [0, 1, 2, 3],
    starter: event.starter,
    discard: event.discard,
    deadlineAt: t.now + 15_000,
  });
});
