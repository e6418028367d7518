import { expect, test } from 'vitest';
import type { OwnPart } from '../../src/fairness/ownPart.ts';
import type { Verdict } from '../../src/fairness/verify.ts';
import type { PublicView } from '../../src/game/view.ts';
import type { MatchEventOf } from '../../src/protocol/matchEvent.ts';
import { begun, createWitness, fileOf, isLeftOut, type Seen, verify } from '../../web/state/deal.ts';
import { sentences } from '../../web/state/log.ts';
import { forgetSeat, parts } from '../../web/state/stored.ts';
import { sightOf, type TableState } from '../../web/state/table.ts';
import { DealRoom, faceOf, hex32 } from '../fairness/dealRoom.ts';
import { tableOf } from './table.ts';

const nonceOf = (seat: number) => hex32(`nonce of seat ${seat}`);

function started(starter: string, { rank, suit }: ReturnType<typeof faceOf>): MatchEventOf<'match_started'> {
  const discard = { rank, suit, points: 0 };
  return { n: 1, type: 'match_started', match_number: 1, players: [], starter, discard, deadline_at: 0 };
}

/** A dealt match of three, as the rules make it, and what the page of the player in seat 0 saw of it and kept. */
function dealt(revealing: readonly number[] = [0, 1, 2]): {
  room: DealRoom;
  seen: Seen;
  own: OwnPart;
  table: TableState;
} {
  const room = new DealRoom('room_1', 3);
  for (const seat of [0, 1, 2]) room.commit(seat, nonceOf(seat));
  room.start();
  const own = room.ownPart(0, nonceOf(0), revealing.includes(0));
  for (const seat of revealing) room.reveal(seat, nonceOf(seat));
  if (revealing.length < 3) room.timeIsUp();

  const witness = createWitness();
  const { discard, starter, cards } = room.match('');
  const shown = cards.map(({ sessionId: session_id, ...card }) => ({ ...card, session_id, points: 0 }));
  const opened = started(starter ?? '', discard);
  // The event may come before the state.
  witness.event(opened);
  const table = asTable(room.view);
  witness.table(table);
  witness.shown({ reason: 'initial_peek', until_at: 0, cards: shown });
  return { room, seen: witness.of(1) as Seen, own, table };
}

function asTable({ players, ...view }: PublicView): TableState {
  const { roomId, phase, matchNumber, dealCommitment, dealFormula } = view;
  const seats = players.map(({ sessionId, name, seat, dealNonce, dealCommitment, dealPart }) => {
    return [sessionId, { name, seat, dealNonce, dealCommitment, dealPart }];
  });
  return tableOf({ roomId, phase, matchNumber, dealCommitment, dealFormula }, Object.fromEntries(seats));
}

const failed = ({ checks }: Verdict) => checks.filter((check) => !check.holds).map((check) => check.of);

test('a deal by the rules is found fair, by everything that the page kept and saw of it', () => {
  const { room, seen, own } = dealt();
  const verdict = verify(seen, room.room.secret, own);
  expect(failed(verdict)).toEqual([]);
  expect(verdict.outcome).toBe('fair');
  expect(verdict.checks.map((check) => check.of)).toContain('starter');
  expect(verdict.checks.filter((check) => check.of === 'card')).toHaveLength(2);
});

test('another secret than the one that was promised is found out', () => {
  const { seen, own } = dealt();
  const verdict = verify(seen, hex32('another secret'), own);
  expect(verdict.outcome).toBe('broken');
  expect(failed(verdict)).toContain('commitment');
});

test('a page to which no fingerprint was shown before it opened its part does not call the deal fair', () => {
  const { room, seen, own } = dealt();
  const closed = { serverCommitment: '', seats: own.closed?.seats ?? [] };
  const verdict = verify({ ...seen, commitment: '' }, room.room.secret, { ...own, closed });
  expect(verdict.outcome).toBe('broken');
  expect(failed(verdict)).toEqual(['commitment']);
});

test('a deal that was begun again is told at the table, and is not called fair', () => {
  const { room, seen, own, table } = dealt();
  const again = { ...own, openedBefore: 1 };
  expect([begun(table, own), begun(table, again), begun(table, null)]).toEqual([1, 2, 1]);
  expect(verify(seen, room.room.secret, again)).toMatchObject({ outcome: 'limited', choices: 2 });
});

test('a page that is put out of a room knows which parts it had opened there', () => {
  const { own } = dealt();
  parts.keep(own);
  forgetSeat(own.roomId);
  expect(parts.since(own.roomId, own.matchNumber)).toEqual([own]);
  // Nor does a jump to a later match and back make it forget.
  parts.keep({ ...own, matchNumber: 5 });
  expect(parts.since(own.roomId, 1).map((part) => part.matchNumber)).toEqual([5, 1]);
  expect(parts.since(own.roomId, 2).map((part) => part.matchNumber)).toEqual([5]);
});

test('a page that has lost its record does not call a deal fair', () => {
  const { room, seen } = dealt();
  expect(verify(seen, room.room.secret, null).outcome).toBe('consistent');
});

test('who was left out of the deal is named, and told loudly where it is oneself', () => {
  const { room, seen, own, table } = dealt([1, 2]);
  expect(isLeftOut(table, own)).toBe(true);
  expect(verify(seen, room.room.secret, own)).toMatchObject({
    outcome: 'consistent',
    own: 'left_out',
    leftOut: ['ann'],
  });
  const { sessionId } = own;
  const event = { ...started('bob', faceOf(0)), left_out: [sessionId, 'cyd'] };
  const [, ...lines] = sentences(event, sessionId, (one) => one);
  expect(lines).toEqual(['Your part was left out of the deal.', 'The part of cyd was left out of the deal.']);

  const fine = dealt();
  expect(isLeftOut(fine.table, fine.own)).toBe(false);
  expect(isLeftOut(fine.table, null)).toBe(false);
});

test('a deal that was made as if nobody took part leaves out who did', () => {
  const { table, own } = dealt();
  const [mine, ...others] = Object.entries(table.players);
  const players = Object.fromEntries([[mine?.[0], { ...mine?.[1], dealPart: '' }], ...others]);
  expect(isLeftOut({ ...table, dealFormula: 1, players }, own)).toBe(true);
});

test('what the page saves of a deal has its own record in it, and the secret', () => {
  const { room, seen, own } = dealt();
  const { secret } = room.room;
  expect(JSON.parse(fileOf(seen, secret, own))).toEqual({ own, match: { ...seen, secret } });
});

test('while the cards are dealt the page shows what it showed before', () => {
  const phases = [
    ['waiting_for_players', 0, 'waiting'],
    ['dealing', 0, 'waiting'],
    ['initial_peek', 1, 'match'],
    ['finished', 1, 'result'],
    ['dealing', 1, 'result'],
  ] as const;
  for (const [phase, matchNumber, sight] of phases) expect(sightOf(tableOf({ phase, matchNumber }, {}))).toBe(sight);
});
