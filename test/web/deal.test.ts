import { expect, test } from 'vitest';
import { fairness } from '../../src/fairness/fairness.ts';
import type { Command } from '../../src/game/commands.ts';
import { decide } from '../../src/game/decide.ts';
import { evolve, initial } from '../../src/game/evolve.ts';
import { isRefusal } from '../../src/game/refusal.ts';
import { shownBy } from '../../src/game/seen.ts';
import type { Room, RoomSettings } from '../../src/game/state.ts';
import { publicView } from '../../src/game/view.ts';
import { cardsShown, matchEvent } from '../../src/rooms/projection.ts';
import { createWitness, type Seen, type Verdict, verify } from '../../web/state/deal.ts';
import type { MatchEvent } from '../../web/state/matchEvent.ts';
import type { Table } from '../../web/state/table.ts';
import { tableOf } from './table.ts';

const settings: RoomSettings = {
  permission: 'public',
  passwordHash: '',
  allowedUsers: [],
  allowedRoles: [],
  maxPlayers: 3,
  minPlayers: 3,
  gameType: 'classic',
  redKingPoints: 10,
  allowDiscardTake: false,
  botLevel: 'easy',
  random: false,
  startDelayMs: null,
  turnMs: 1000,
  initialPeekMs: 1000,
  windowMs: 1000,
  powerMs: 1000,
  showMs: 1000,
  reservationMs: 1000,
  graceMs: 1000,
  emptyMs: 1000,
  ttlMs: 1000,
  missedTurns: 2,
  maxTurns: 200,
  maxEntries: 30_000,
};

/** A dealt match, as the rules make it, and what the page of its first player saw of it. */
function dealt(): { room: Room; seen: Seen } {
  const witness = createWitness();
  let room = initial;
  const send = (command: Command) => {
    const events = decide(room, command, 1_700_000_000_000, fairness);
    if (isRefusal(events)) throw new Error(events.message);
    for (const event of events) {
      room = evolve(room, event);
      const told = matchEvent(room, event) as MatchEvent | null;
      if (told) witness.event(told);
      witness.table(asTable(room), 'my nonce');
      const shown = shownBy(event);
      if (shown?.to === 0) witness.shown(cardsShown(room, shown));
    }
  };
  const owner = { userId: 'u', name: 'Ann', dealNonce: 'my nonce', sessionId: 'ann' };
  send({ type: 'open', roomId: 'room_1', settings, owner, bots: 0 });
  send({ type: 'connect', sessionId: 'ann', token: 't' });
  send({ type: 'request', seat: 0, request: { type: 'start_match' } });
  send({ type: 'move', seat: 0, by: 'person', move: { type: 'completed_initial_peek', slots: [1, 3] } });
  return { room, seen: witness.of(1) as Seen };
}

function asTable(room: Room): Table {
  const { phase, matchNumber, dealCommitment, players } = publicView(room);
  const seats = players.map(({ sessionId, name, seat, dealNonce }) => [sessionId, { name, seat, dealNonce }]);
  return tableOf({ phase, matchNumber, dealCommitment }, Object.fromEntries(seats));
}

const failed = ({ checks }: Verdict) => checks.filter((check) => !check.holds).map((check) => check.of);

test('a deal by the rules is found fair, by everything that the page saw of it', () => {
  const { room, seen } = dealt();
  const verdict = verify(seen, room.roomId, room.secret);
  expect(failed(verdict)).toEqual([]);
  expect(verdict.checks.map((check) => check.of)).toEqual([
    'commitment',
    'nonce',
    'discard',
    'starter',
    'peeked',
    'peeked',
  ]);
  expect(verdict.fair).toBe(true);
});

test('another secret than the one that was promised is found out', () => {
  const { room, seen } = dealt();
  const verdict = verify(seen, room.roomId, fairness.freshSecret());
  expect(verdict.fair).toBe(false);
  expect(failed(verdict)).toContain('commitment');
});

test('cards that were not dealt from the seed are found out', () => {
  const { room, seen } = dealt();
  const [first, ...rest] = seen.peeked;
  const swapped = { rank: first?.rank === 'joker' ? 'ace' : 'joker', suit: 'joker', sessionId: 'ann', slot: 1 };
  expect(failed(verify({ ...seen, peeked: [swapped, ...rest] }, room.roomId, room.secret))).toEqual(['peeked']);
});

test('a nonce that the server left out is found out', () => {
  const { room, seen } = dealt();
  expect(failed(verify({ ...seen, ownNonce: 'another' }, room.roomId, room.secret))).toEqual(['nonce']);
});
