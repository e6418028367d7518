import { expect, test } from 'vitest';
import { partCommitmentOf } from '../../src/fairness/fairness.ts';
import { type DealState, type OwnPart, Participant } from '../../src/fairness/ownPart.ts';
import { type DealtMatch, type Verdict, verifyDeal } from '../../src/fairness/verify.ts';
import { DealRoom, hex32 } from './dealRoom.ts';

const nonceOf = (seat: number, match = 1) => hex32(`nonce of ${seat} in match ${match}`);

interface Checked {
  readonly own: OwnPart;
  readonly match: DealtMatch;
}

/** A match of three who all take part; those named reveal. What seat 0 kept, and what is said of it at the end. */
function played(revealing: readonly number[] = [0, 1, 2], room = new DealRoom('room_1', 3)): Checked {
  const match = room.view.matchNumber + 1;
  for (const seat of [0, 1, 2]) room.commit(seat, nonceOf(seat, match));
  room.start();
  const own = room.ownPart(0, nonceOf(0, match), revealing.includes(0));
  for (const seat of revealing) room.reveal(seat, nonceOf(seat, match));
  if (revealing.length < 3) room.timeIsUp();
  return { own, match: room.end() };
}

const failed = ({ checks }: Verdict) => [...new Set(checks.filter((check) => !check.holds).map((check) => check.of))];

test('4 a deal with all parts in is found fair, by what the client kept itself', () => {
  const { own, match } = played();
  const verdict = verifyDeal(match, own);
  expect(failed(verdict)).toEqual([]);
  expect([verdict.outcome, verdict.choices]).toEqual(['fair', 1]);
  expect([verdict.tookPart, verdict.leftOut, verdict.own]).toEqual([['ann', 'bob', 'cyd'], [], 'in']);
  const checked = verdict.checks.map((check) => check.of);
  expect(checked).toEqual('commitment formula seats part part part own_part discard starter card card'.split(' '));
});

test('4 without a record of one’s own nothing better than consistent is found, whatever the server says', () => {
  const { match } = played();
  expect(verifyDeal(match, null)).toMatchObject({ outcome: 'consistent', own: 'none' });
  const { seats: _, ...own } = { ...played().own, seats: null };
  expect(verifyDeal(match, { ...own, closed: null })).toMatchObject({ outcome: 'consistent', own: 'left_out' });
});

test('4 who was left out is named, and the deal was one of a few', () => {
  const { own, match } = played([0, 2]);
  expect(verifyDeal(match, own)).toMatchObject({
    outcome: 'limited',
    tookPart: ['ann', 'cyd'],
    leftOut: ['bob'],
    choices: 4,
  });
});

test('4 one’s own part left out is said, and is a lie where the server had confirmed it', () => {
  const { own, match } = played([1, 2]);
  expect(verifyDeal(match, own)).toMatchObject({ outcome: 'consistent', own: 'left_out', leftOut: ['ann'] });
  const verdict = verifyDeal(match, { ...own, confirmed: true });
  expect([verdict.outcome, failed(verdict)]).toEqual(['broken', ['own_part']]);
});

test('4 a deal in which nobody took part is consistent at best, and verified by its own formula', () => {
  const room = new DealRoom('room_1', 3);
  room.start();
  const verdict = verifyDeal(room.end(), null);
  expect([verdict.outcome, failed(verdict), verdict.tookPart]).toEqual(['consistent', [], []]);
});

test.each<[string, string, (checked: Checked) => Checked]>([
  ['takes another secret', 'commitment', ({ own, match }) => ({ own, match: { ...match, secret: hex32('other') } })],
  [
    'says afterwards that it had promised another secret',
    'commitment',
    ({ own, match }) => {
      const other = played([0, 1, 2], new DealRoom('room_1', 3, () => hex32('other'))).match;
      return { own, match: { ...match, secret: other.secret, commitment: other.commitment } };
    },
  ],
  [
    'gives a puppet another nonce, and the commitment that fits it',
    'seats',
    ({ own, match }) => {
      const room = new DealRoom('room_1', 3);
      for (const seat of [0, 2]) room.commit(seat, nonceOf(seat));
      room.commit(1, hex32('another nonce'));
      room.start();
      for (const seat of [0, 2]) room.reveal(seat, nonceOf(seat));
      room.reveal(1, hex32('another nonce'));
      return { own, match: { ...room.end(), matchNumber: match.matchNumber } };
    },
  ],
  [
    'seats somebody else when the parts are known',
    'seats',
    ({ own, match }) => {
      const [ann, bob, cyd] = match.seats as [(typeof match.seats)[0], ...typeof match.seats];
      return { own, match: { ...match, seats: [ann, { ...(bob ?? ann), sessionId: 'another' }, cyd ?? ann] } };
    },
  ],
  [
    'deals as if nobody had taken part',
    'formula',
    ({ own }) => {
      const room = new DealRoom('room_1', 3);
      room.start();
      return { own, match: room.end() };
    },
  ],
  [
    'shows a nonce that was not committed to',
    'part',
    ({ own, match }) => {
      const seats = match.seats.map((seat) => (seat.name === 'bob' ? { ...seat, part: hex32('other') } : seat));
      return { own, match: { ...match, seats } };
    },
  ],
  [
    'deals another card than it says',
    'card',
    ({ own, match }) => {
      const [first, ...rest] = match.cards as [(typeof match.cards)[0], ...typeof match.cards];
      const other = { ...first, rank: first.rank === 'joker' ? 'ace' : 'joker' };
      return { own, match: { ...match, cards: [other, ...rest] } };
    },
  ],
  [
    'gives another player the first turn',
    'starter',
    ({ own, match }) => {
      const other = match.seats.find(({ sessionId }) => sessionId !== match.starter)?.sessionId ?? '';
      return { own, match: { ...match, starter: other } };
    },
  ],
])('4 a server that %s is found out', (_, what, changed) => {
  const { own, match } = changed(played());
  const verdict = verifyDeal(match, own);
  expect(verdict.outcome).toBe('broken');
  expect(failed(verdict)).toContain(what);
});

test('4 a player who leaves and comes back between the commitments and the deal changes nothing that was closed', () => {
  const room = new DealRoom('room_1', 3);
  for (const seat of [0, 1, 2]) room.commit(seat, nonceOf(seat));
  room.start();
  const own = room.ownPart(0, nonceOf(0));
  room.reveal(0, nonceOf(0));
  // A puppet that knows now what it is dealt goes away: its part is left out, and its seat is in the deal all the same.
  room.send({ type: 'leave', sessionId: own.closed?.seats[2]?.sessionId ?? '', reason: 'left' });
  room.reveal(1, nonceOf(1));
  const match = room.end();
  expect(verifyDeal(match, own)).toMatchObject({ outcome: 'limited', leftOut: ['cyd'] });
  // And a server that lets it come back as another, with a part that suits it, is found out.
  const seats = match.seats.map((one) => (one.name === 'cyd' ? { ...one, sessionId: 'again', part: nonceOf(7) } : one));
  expect(verifyDeal({ ...match, seats }, own).outcome).toBe('broken');
});

const commitmentIn = ([first]: readonly [string, object][]): string =>
  (first?.[1] as { commitment: string } | undefined)?.commitment ?? '';

const promised = hex32('what the server has promised');

/** A client that takes part, and the server that it talks to. */
function client(answers: Record<string, unknown> = {}, kept: OwnPart[] = [], sessionId = 'me') {
  const sent: [string, object][] = [];
  let made = 0;
  const participant = new Participant({
    sessionId,
    keeper: {
      of: (roomId, n) => kept.findLast((one) => one.roomId === roomId && one.matchNumber === n) ?? null,
      since: (roomId, n) => {
        const latest = new Map(kept.map((one) => [`${one.roomId} ${one.matchNumber}`, one]));
        return [...latest.values()].filter((one) => one.roomId === roomId && one.matchNumber >= n);
      },
      keep: (part) => void kept.push(part),
    },
    freshNonce: () => hex32(`${++made}${sessionId === 'me' ? '' : sessionId}`),
    send: ({ type, payload }) => {
      sent.push([type, payload]);
      return answers[type] ? Promise.reject(answers[type]) : Promise.resolve({ n: 1 });
    },
  });
  const table = (phase: string, dealCommitment = '', serverCommitment = promised, matchNumber = 0): DealState => {
    const players = [
      { seat: 1, sessionId: 'other', dealNonce: '', dealCommitment: 'theirs' },
      { seat: 0, sessionId, dealNonce: '', dealCommitment },
    ];
    return { roomId: 'room', phase, matchNumber, dealCommitment: serverCommitment, players };
  };
  return { participant, kept, sent, table };
}

test('4 a client commits once the server has, and reveals once it has kept what stood then', async () => {
  const { participant, kept, sent, table } = client();
  participant.see(table('waiting_for_players', '', ''));
  expect(sent).toEqual([]);
  participant.see(table('waiting_for_players'));
  participant.see(table('waiting_for_players'));
  const commitment = commitmentIn(sent);
  expect([sent.length, sent[0]?.[0], kept[0]?.nonce]).toEqual([1, 'deal_commit', hex32('1')]);

  participant.see(table('dealing', commitment));
  expect(kept.at(-1)?.closed).toEqual({
    serverCommitment: promised,
    seats: [
      { seat: 0, sessionId: 'me', dealNonce: '', dealCommitment: commitment },
      { seat: 1, sessionId: 'other', dealNonce: '', dealCommitment: 'theirs' },
    ],
  });
  expect(sent.slice(1)).toEqual([['deal_reveal', { match_number: 1, nonce: hex32('1') }]]);
  await Promise.resolve();
  await Promise.resolve();
  expect(kept.at(-1)?.confirmed).toBe(true);
});

test('4 a client reveals nothing where the server shows another commitment than its own', () => {
  const { participant, sent, table } = client();
  participant.see(table('waiting_for_players'));
  participant.see(table('dealing', 'another'));
  participant.see(table('dealing', ''));
  expect(sent.map(([type]) => type)).toEqual(['deal_commit']);
});

test.each([
  ['none', ''],
  ['another one', hex32('another promise')],
  ['one that is no hash', 'promised'],
])('4 a client reveals nothing where the server’s commitment has become %s, and says so in its check', (_, shown) => {
  const { participant, kept, sent, table } = client();
  participant.see(table('waiting_for_players'));
  participant.see(table('dealing', commitmentIn(sent), shown));
  expect(sent.map(([type]) => type)).toEqual(['deal_commit']);
  expect(kept.at(-1)).toMatchObject({ promised, closed: { serverCommitment: shown } });
});

test('4 a client keeps how often it has opened a part for a match, however often the server begins it again', () => {
  const kept: OwnPart[] = [];
  for (const sessionId of ['first', 'second', 'third']) {
    const { participant, sent, table } = client({}, kept, sessionId);
    participant.see(table('waiting_for_players'));
    participant.see(table('dealing', commitmentIn(sent)));
    expect(sent.map(([type]) => type)).toEqual(['deal_commit', 'deal_reveal']);
  }
  expect(kept.at(-1)).toMatchObject({ sessionId: 'third', openedBefore: 2 });
});

test('4 a client that has left before anything was opened, or plays the next match, has nothing to tell of', () => {
  const kept: OwnPart[] = [];
  for (const sessionId of ['first', 'second']) {
    const { participant, table } = client({}, kept, sessionId);
    participant.see(table('waiting_for_players'));
  }
  expect(kept.at(-1)).toMatchObject({ sessionId: 'second', openedBefore: 0 });
  const { participant, sent, table } = client({}, kept, 'third');
  participant.see(table('waiting_for_players'));
  participant.see(table('dealing', commitmentIn(sent)));
  participant.see(table('finished', '', promised, 1));
  expect(kept.at(-1)).toMatchObject({ matchNumber: 2, openedBefore: 0 });
});

test('4 a server that counts its matches backwards begins a deal again', () => {
  const kept: OwnPart[] = [];
  const { participant, sent, table } = client({}, kept, 'first');
  participant.see(table('finished', '', promised, 4));
  participant.see(table('dealing', commitmentIn(sent), promised, 4));
  const later = client({}, kept, 'second');
  later.participant.see(later.table('finished', '', promised, 2));
  expect(kept.at(-1)).toMatchObject({ matchNumber: 3, openedBefore: 1 });
});

test('4 a deal that was begun again after one’s own part was opened is one of several, and not fair', () => {
  const { own, match } = played();
  const verdict = verifyDeal(match, { ...own, openedBefore: 19 });
  expect([verdict.outcome, verdict.choices, verdict.begun]).toEqual(['limited', 20, 20]);
  const less = played([0, 2]);
  expect(verifyDeal(less.match, { ...less.own, openedBefore: 1 })).toMatchObject({ outcome: 'limited', choices: 8 });
  expect(verifyDeal(match, own)).toMatchObject({ outcome: 'fair', begun: 1 });
});

test('4 a client takes no part where the server’s commitment is no hash', () => {
  const { participant, sent, table } = client();
  participant.see(table('waiting_for_players', '', 'promised'));
  participant.see(table('waiting_for_players', '', promised.toUpperCase()));
  expect(sent).toEqual([]);
});

test.each(['', 'promised', hex32('another promise')])(
  '4 a record with the server’s commitment %j is found broken, and its check is not skipped',
  (serverCommitment) => {
    const { own, match } = played();
    const closed = { serverCommitment, seats: own.closed?.seats ?? [] };
    for (const promised of [own.promised, serverCommitment]) {
      const verdict = verifyDeal({ ...match, commitment: serverCommitment }, { ...own, promised, closed });
      expect([verdict.outcome, failed(verdict)]).toEqual(['broken', ['commitment']]);
    }
  },
);

test('4 a secret or a part in other letters than its commitment allows is found out, whatever is hashed of it', () => {
  const { own, match } = played();
  const secret = match.secret.toUpperCase();
  // The same bytes, and so the same commitment, but another text and another seed.
  for (const record of [own, null]) {
    for (const one of [
      { ...match, secret },
      { ...match, secret: 'no secret' },
      { ...match, secret, commitment: '' },
    ]) {
      const verdict = verifyDeal(one, record);
      expect([verdict.outcome, failed(verdict)[0]]).toEqual(['broken', 'commitment']);
    }
  }
  const part = nonceOf(1).toUpperCase();
  const seats = match.seats.map((seat) => {
    if (seat.name !== 'bob') return seat;
    return { ...seat, part, dealCommitment: partCommitmentOf(part, match.roomId, match.matchNumber, seat.sessionId) };
  });
  const record = { ...own, closed: { serverCommitment: own.promised, seats } };
  expect(failed(verifyDeal({ ...match, seats }, record))).toContain('part');
});

test('4 what a client has kept when it revealed stays, whatever it is shown afterwards', () => {
  const { participant, kept, sent, table } = client();
  participant.see(table('waiting_for_players'));
  const commitment = commitmentIn(sent);
  participant.see(table('dealing', commitment));
  const record = kept.at(-1)?.closed;
  participant.see(table('dealing', commitment, 'another promise'));
  participant.see(table('waiting_for_players', commitment, 'another promise'));
  expect(kept.every(({ closed }) => closed === null || closed === record)).toBe(true);
});

test('4 a client asks once for what is refused, as by an older server, and again for what was lost on the way', async () => {
  const refused = client({ deal_commit: Object.assign(new Error('no such message'), { name: 'rejected' }) });
  const lost = client({ deal_commit: new Error('the connection is closed') });
  for (const { participant, table } of [refused, lost]) {
    for (let i = 0; i < 3; i++) {
      participant.see(table('waiting_for_players'));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  expect([refused.sent.length, lost.sent.length]).toEqual([1, 3]);
});
