import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { fairness } from '../../src/fairness/fairness.ts';
import { seen } from '../../src/game/seen.ts';
import { publicView } from '../../src/game/view.ts';
import { difference } from './difference.ts';
import { entrant, plainChance, TestTable, types } from './kit.ts';

/** rules.md 4: the parts that players have in the deal. */

const nonceOf = (userId: string, match = 1) => `nonce of ${userId} in match ${match}`;

/** A room where these sit; the first is the owner. */
function seated(...userIds: string[]): TestTable {
  const t = new TestTable();
  const [owner = 'ann', ...others] = userIds;
  t.open({ maxPlayers: Math.max(2, userIds.length) }, entrant(owner));
  t.connect(owner);
  t.sit(...others);
  return t;
}

const commitmentOf = (t: TestTable, userId: string, match = 1) =>
  t.chance.partCommitmentOf(nonceOf(userId, match), t.room.roomId, match, t.seatOf(userId).sessionId);

function commits(t: TestTable, userId: string, match = 1): ReturnType<TestTable['asks']> {
  const commitment = commitmentOf(t, userId, match);
  return t.asks(t.seatOf(userId).seat, { type: 'deal_commit', matchNumber: match, commitment });
}

const reveals = (t: TestTable, userId: string, match = 1) =>
  t.asks(t.seatOf(userId).seat, { type: 'deal_reveal', matchNumber: match, nonce: nonceOf(userId, match) });

const start = (t: TestTable) => t.asks(0, { type: 'start_match' });

const partsOf = (t: TestTable) => publicView(t.room).players.map((player) => player.dealPart);
const leftOutIn = (t: TestTable) => {
  const told = seen(t.last('match_started'));
  return told?.type === 'match_started' ? told.leftOut : undefined;
};

test('4 the server has committed itself before anybody can, for the first match and for each one after it', () => {
  const t = new TestTable();
  t.open({ maxPlayers: 2 });
  const first = publicView(t.room).dealCommitment;
  expect(first).not.toBe('');
  t.connect('ann');
  t.sit('bob');
  commits(t, 'ann');
  expect(t.refusesRequest(0, { type: 'deal_commit', matchNumber: 2, commitment: 'early' }, 'WRONG_PHASE').message).toBe(
    'match_number: the next match is 1.',
  );
  start(t);
  reveals(t, 'ann');
  expect(publicView(t.room).dealCommitment).toBe(first);
  t.refusesRequest(0, { type: 'deal_commit', matchNumber: 2, commitment: 'early' }, 'WRONG_PHASE');
  t.waitFor('match_ended');
  expect(publicView(t.room).dealCommitment).not.toBe(first);
  t.connect('ann');
  expect(types(commits(t, 'ann', 2))).toEqual(['deal_committed']);
});

test('4 a commitment is public, good for the next match, and the last one counts', () => {
  const t = seated('ann', 'bob');
  t.asks(0, { type: 'deal_commit', matchNumber: 1, commitment: 'of a nonce that was lost' });
  commits(t, 'ann');
  expect(types(commits(t, 'ann'))).toEqual(['deal_committed']);
  expect(publicView(t.room).players.map((player) => player.dealCommitment)).toEqual([commitmentOf(t, 'ann'), '']);
  for (let i = 3; i < 8; i++) t.asks(0, { type: 'deal_commit', matchNumber: 1, commitment: `${i}` });
  t.refusesRequest(0, { type: 'deal_commit', matchNumber: 1, commitment: 'one too many' }, 'NOT_ALLOWED');
});

test('4 where nobody takes part the cards are dealt at once, and nothing is otherwise than before', () => {
  const t = seated('ann', 'bob');
  const events = start(t);
  expect(types(events)).toEqual(['match_started']);
  expect(events[0]).not.toHaveProperty('formula');
  expect(events[0]).not.toHaveProperty('parts');
  expect(publicView(t.room).dealFormula).toBe(1);
  expect(leftOutIn(t)).toBeUndefined();
});

test('4 a computer player takes no part, and nobody waits for a player who has not committed', () => {
  const t = seated('ann', 'bob');
  t.leave('bob');
  t.asks(0, { type: 'add_bot' });
  commits(t, 'ann');
  start(t);
  expect(t.phase).toBe('dealing');
  reveals(t, 'ann');
  expect(t.phase).toBe('initial_peek');
  expect(partsOf(t)).toEqual([nonceOf('ann'), '']);
});

test('4 when the match is to start the parts are closed, and dealt from as soon as all are revealed', () => {
  const t = seated('ann', 'bob', 'cyd');
  commits(t, 'ann');
  commits(t, 'cyd');
  const [closed, ...more] = start(t);
  expect(more).toEqual([]);
  expect(closed).toEqual({
    type: 'deal_closed',
    matchNumber: 1,
    seats: [0, 1, 2],
    commitments: [commitmentOf(t, 'ann'), '', commitmentOf(t, 'cyd')],
    deadlineAt: t.now + 2_000,
    at: t.now,
  });
  const view = publicView(t.room);
  expect([view.phase, view.deadlineAt]).toEqual(['dealing', t.now + 2_000]);
  expect(view.players.map((player) => player.status)).toEqual(['revealing', 'waiting', 'revealing']);
  expect(types(reveals(t, 'cyd'))).toEqual(['deal_revealed']);
  expect(types(reveals(t, 'ann'))).toEqual(['deal_revealed', 'match_started']);
  expect(t.last('match_started').parts).toEqual([
    { commitment: commitmentOf(t, 'ann'), nonce: nonceOf('ann') },
    { commitment: '', nonce: '' },
    { commitment: commitmentOf(t, 'cyd'), nonce: nonceOf('cyd') },
  ]);
  expect(partsOf(t)).toEqual([nonceOf('ann'), '', nonceOf('cyd')]);
  expect([publicView(t.room).dealFormula, leftOutIn(t)]).toEqual([2, []]);
});

test('4 what is revealed reaches nobody before the cards are dealt, nor that it was', () => {
  const t = seated('ann', 'bob');
  commits(t, 'ann');
  commits(t, 'bob');
  start(t);
  const before = publicView(t.room);
  const [revealed] = reveals(t, 'ann');
  expect(revealed && seen(revealed)).toBeNull();
  expect(difference(before, publicView(t.room))).toBeNull();
});

test('4 what is not revealed within 2 s is left out, and named', () => {
  const t = seated('ann', 'bob', 'cyd');
  commits(t, 'ann');
  commits(t, 'bob');
  start(t);
  reveals(t, 'bob');
  t.wait(1_999);
  expect(t.phase).toBe('dealing');
  expect(types(t.wait(1))).toEqual(['match_started']);
  expect(partsOf(t)).toEqual(['left_out', nonceOf('bob'), '']);
  expect(leftOutIn(t)).toEqual([0]);
  t.refusesRequest(0, { type: 'deal_reveal', matchNumber: 1, nonce: nonceOf('ann') }, 'WRONG_PHASE');
});

test('4 only what was committed to can be revealed, by who takes part, and once', () => {
  const t = seated('ann', 'bob', 'cyd');
  t.refusesRequest(0, { type: 'deal_reveal', matchNumber: 1, nonce: 'x' }, 'WRONG_PHASE');
  commits(t, 'ann');
  commits(t, 'cyd');
  start(t);
  t.refusesRequest(0, { type: 'deal_reveal', matchNumber: 2, nonce: nonceOf('ann') }, 'WRONG_PHASE');
  t.refusesRequest(0, { type: 'deal_reveal', matchNumber: 1, nonce: nonceOf('cyd') }, 'INVALID_PAYLOAD');
  t.refusesRequest(1, { type: 'deal_reveal', matchNumber: 1, nonce: nonceOf('bob') }, 'NOT_ALLOWED');
  t.refusesRequest(1, { type: 'deal_commit', matchNumber: 1, commitment: 'late' }, 'WRONG_PHASE');
  reveals(t, 'ann');
  expect(reveals(t, 'ann')).toEqual([]);
});

test('4 a commitment that was copied from another player can not be revealed', () => {
  const t = seated('ann', 'bob');
  commits(t, 'ann');
  t.asks(1, { type: 'deal_commit', matchNumber: 1, commitment: commitmentOf(t, 'ann') });
  start(t);
  t.refusesRequest(1, { type: 'deal_reveal', matchNumber: 1, nonce: nonceOf('ann') }, 'INVALID_PAYLOAD');
});

test('4 while the cards are dealt nobody enters, and nothing of the room is changed', () => {
  const t = seated('ann', 'bob', 'cyd');
  commits(t, 'ann');
  start(t);
  t.leave('cyd');
  t.sendRefused({ type: 'enter', who: entrant('dan'), roles: [], password: 'none', random: false }, 'MATCH_RUNNING');
  t.refusesRequest(0, { type: 'start_match' }, 'MATCH_RUNNING');
  t.refusesRequest(0, { type: 'add_bot' }, 'MATCH_RUNNING');
  t.refusesRequest(0, { type: 'kick', sessionId: t.seatOf('bob').sessionId }, 'MATCH_RUNNING');
});

test('4 who leaves while the cards are dealt plays all the same, by a computer player; an unrevealed part is left out', () => {
  const t = seated('ann', 'bob', 'cyd');
  commits(t, 'ann');
  commits(t, 'bob');
  commits(t, 'cyd');
  start(t);
  reveals(t, 'cyd');
  t.leave('cyd');
  expect(t.phase).toBe('dealing');
  reveals(t, 'ann');
  expect(types(t.leave('bob', 'signed_out'))).toEqual(['seat_left', 'match_started', 'bot_took_over', 'bot_took_over']);
  expect(t.last('match_started').seats).toEqual([0, 1, 2]);
  expect(partsOf(t)).toEqual([nonceOf('ann'), 'left_out', nonceOf('cyd')]);
  expect(publicView(t.room).players.map((player) => player.playedByBot)).toEqual([false, true, true]);
});

test('4 who drops while the cards are dealt may come back in time', () => {
  const t = seated('ann', 'bob');
  commits(t, 'ann');
  commits(t, 'bob');
  start(t);
  reveals(t, 'ann');
  t.drop('bob');
  t.wait(1_000);
  t.connect('bob');
  expect(types(reveals(t, 'bob'))).toContain('match_started');
  expect(leftOutIn(t)).toEqual([]);
});

test('4 time that the room was gone or paused is given back to those who reveal', () => {
  const t = seated('ann', 'bob');
  commits(t, 'ann');
  commits(t, 'bob');
  start(t);
  reveals(t, 'ann');
  t.now += 60_000;
  t.send({ type: 'recover' });
  expect([t.phase, t.room.dealing?.deadlineAt]).toEqual(['dealing', t.now + 5_000]);
  // Long enough to notice the loss, and to be back.
  t.wait(4_500);
  t.connect('bob');
  reveals(t, 'bob');
  // Revealed before the process was lost.
  expect(partsOf(t)).toEqual([nonceOf('ann'), nonceOf('bob')]);
});

test('4 a match that nobody is left to play is dealt, ended at once, and its secret is used up', () => {
  const t = seated('ann', 'bob');
  commits(t, 'ann');
  const { secret } = t.room;
  start(t);
  const events = [...t.leave('ann'), ...t.leave('bob'), ...t.wait(2_000)];
  expect(types(events).filter((type) => type.startsWith('match'))).toEqual(['match_started', 'match_ended']);
  expect(t.last('match_ended')).toMatchObject({ how: 'abandoned', secret });
});

test('4 who leaves and comes back is another seat, with a commitment of its own', () => {
  const t = seated('ann', 'bob');
  commits(t, 'bob');
  const old = commitmentOf(t, 'bob');
  t.leave('bob');
  t.enter(entrant('bob', { sessionId: 'another session' }));
  t.connect('bob');
  expect(t.seatOf('bob').commitment).toBe('');
  t.asks(1, { type: 'deal_commit', matchNumber: 1, commitment: old });
  start(t);
  t.refusesRequest(1, { type: 'deal_reveal', matchNumber: 1, nonce: nonceOf('bob') }, 'INVALID_PAYLOAD');
});

test('4 a full room that starts by itself waits for a client that said it takes part, for 2 s at most', () => {
  const full = () => {
    const t = new TestTable();
    t.open({ maxPlayers: 2, startDelayMs: 5_000 });
    t.connect('ann');
    t.enter(entrant('bob', { dealPart: true }));
    t.connect('bob');
    return t;
  };
  const t = full();
  expect([t.phase, t.room.startsAt]).toEqual(['waiting_for_players', t.now + 2_000]);
  expect(types(commits(t, 'bob'))).toEqual(['deal_committed', 'deal_closed']);

  const silent = full();
  expect(types(silent.wait(2_000))).toEqual(['match_started']);
});

test('4 each part changes the deal, and so does leaving one out', () => {
  const deals = [['ann', 'bob'], ['ann'], ['bob'], []].map((revealing) => {
    const t = new TestTable(plainChance());
    t.open({ maxPlayers: 2 });
    t.connect('ann');
    t.sit('bob');
    commits(t, 'ann');
    commits(t, 'bob');
    start(t);
    for (const userId of revealing) reveals(t, userId);
    t.wait(2_000);
    return JSON.stringify(t.last('match_started').hands);
  });
  expect(new Set(deals).size).toBe(4);
});

test('4 the seed of the second formula is what docs/fair-deal.md says', () => {
  const sha256 = (lines: readonly (string | number)[]) =>
    createHash('sha256')
      .update(lines.map((line) => `${line}\n`).join(''))
      .digest('hex');
  const [secret, nonce] = ['5e'.repeat(32), 'a1'.repeat(32)];
  expect(fairness.partCommitmentOf(nonce, 'room_1', 3, 'session')).toBe(
    sha256(['recall deal part', 'room_1', 3, 'session', nonce]),
  );
  const parts = [
    { seat: 0, sessionId: 's0', dealNonce: 'lucky', commitment: 'c', nonce },
    { seat: 2, sessionId: 's2', dealNonce: '', commitment: 'c', nonce: '' },
    { seat: 3, sessionId: 's3', dealNonce: '', commitment: '', nonce: '' },
  ];
  const lines = [0, 's0', 'lucky', nonce, 2, 's2', '', 'left out', 3, 's3', '', 'none'];
  expect(fairness.seedOfParts(secret, 'room_1', 3, parts)).toBe(
    sha256(['recall deal 2', secret, 'room_1', 3, ...lines]),
  );
});
