import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Command } from '../../src/game/commands.ts';
import type { Event } from '../../src/game/events.ts';
import { evolve, initial } from '../../src/game/evolve.ts';
import { isRefusal } from '../../src/game/refusal.ts';
import { isBetweenMatches, isRunning, nextDueAt } from '../../src/game/room.ts';
import type { Room } from '../../src/game/state.ts';
import { cardsOf } from './basics.ts';
import { difference } from './difference.ts';
import { type Moment, playRoom } from './randomMatch.ts';
import { seatsHold } from './randomPeople.ts';
import { type Plan, plans } from './randomPlan.ts';
import { Referee } from './referee.ts';

/** How many random rooms; more by hand (`MATCHES=100000`). fast-check prints the seed of one that fails. */
const matches = Number(process.env.MATCHES ?? 600);
/** CI plays the same rooms each time, so that what seldom happens is sure to; by hand they are new ones. */
const params = { numRuns: matches, ...(process.env.MATCHES ? {} : { seed: 7 }) };

/** How often each thing has happened over all of them, so that a rare one is known to have been tried. */
const happened = new Map<string, number>();

function tally(what: string): void {
  happened.set(what, (happened.get(what) ?? 0) + 1);
}

function count({ answer, command, before }: Moment): void {
  if (isRefusal(answer)) {
    tally(`refused ${answer.refused}`);
    return;
  }
  if (command.type === 'move' && command.id && answer.length === 0) tally('command repeated');
  const { match } = before;
  for (const event of answer) {
    tally(event.type);
    if (event.type === 'room_closed') tally(`closed ${event.reason}`);
    if (event.type === 'match_started' && event.parts) {
      const missing = event.parts.filter(({ commitment, nonce }) => commitment !== '' && nonce === '').length;
      tally(missing === 0 ? 'dealt with all parts' : 'dealt without a part');
    }
    if (event.type === 'seat_left' && before.dealing) tally('left while the cards were dealt');
    if (event.type === 'time_lost' && before.dealing) tally('time lost while the cards were dealt');
    if (event.type === 'match_ended') tally(`ended by ${event.how}`);
    if (event.type === 'match_ended' && match?.turnNumber === 200) tally('ended by its 200th turn');
    if (event.type === 'match_ended' && match?.calledBy !== null) tally(`ended by ${event.how} after a call`);
    if (event.type === 'match_ended' && event.kept) tally('ended while a card was drawn');
    if (event.type === 'match_started' && event.matchNumber > 1) tally('rematch');
    if (event.type === 'reshuffled' && cardsOf(match as never).length >= 54) tally('full deal reshuffled');
    if (event.type === 'same_rank_refused' && !event.penalty) tally('no card for a penalty');
    if (event.type === 'turn_started' && event.step === 'play') tally('nothing to draw');
    if (event.type === 'turn_missed' && event.kept) tally('drawn card kept');
    if (event.type === 'peeked' && event.byLot) tally('peeked by lot');
    if (event.type === 'power_skipped') tally(`power skipped: ${event.why}`);
    if (event.type === 'bot_took_over') tally(`bot took over: ${event.why}`);
    if (event.type === 'seat_connected') tally(`connected while ${before.seats[event.seat]?.attendance}`);
  }
}

/** A room is not changed more often than it bears, and closes for what its journal has when no match runs. */
function bearsNoMore({ settings, comings, comers, changes, closed, n }: Room, command: Command): void {
  if (comings.inMinute > 60 || comings.times > 300) throw new Error(`${comings.times} have come`);
  if (comers.length > 64 || comers.some((one) => one.comings.inMinute > 5 || one.comings.times > 20))
    throw new Error('one user has come too often');
  const isAsked = command.type === 'request';
  if (isAsked && (changes.inMinute > 60 || changes.times > 600)) throw new Error(`changed ${changes.times} times`);
  if (closed === 'played_out' && n <= settings.maxEntries) throw new Error('closed before its journal was full');
}

/** A window ends early for three people or more, none of whom could play a card and has not passed (rules.md 7). */
function endsForAll(passed: ReadonlySet<number>, n: number, { before }: Moment): void {
  const people = before.match?.players.filter(({ seat }) => {
    const who = before.seats[seat];
    return who && !who.isBot && !who.playedByBot && who.attendance !== 'left';
  });
  const waitsFor = people?.filter(({ seat, hand, outOfWindow }) => {
    return !passed.has(seat) && !outOfWindow && hand.some((held) => held && !held.faceUp);
  });
  if (!people || people.length < 3 || waitsFor?.length !== 0 || n !== before.n)
    throw new Error('a window ended too early');
  tally('window ended early');
}

/** What must hold of every room. */
function check(plan: Plan): void {
  const journal: Event[] = [];
  const referee = new Referee(plan.fewCards !== null);
  const end = playRoom(plan, (moment) => {
    const { answer, before, after, now } = moment;
    count(moment);
    if (isRefusal(answer) || answer.length === 0) {
      if (after !== before) throw new Error('nothing has happened, and something has changed');
      return;
    }
    for (const event of answer) if (event.at !== now) throw new Error(`${event.type} at another time`);
    const { command } = moment;
    if (command.type === 'end_window') endsForAll(command.passed, command.n, moment);
    const takenBack = command.type === 'move' && command.by === 'person' && before.seats[command.seat]?.playedByBot;
    if (takenBack && answer[0]?.type !== 'player_back') throw new Error('the player is not back');
    journal.push(...answer);
    referee.watch(answer, before, after);
    referee.table.agreesWith(after);
    seatsHold(after);
    bearsNoMore(after, command);
    if (after.closed && !isBetweenMatches(after)) throw new Error('closed while a match is dealt or runs');
    const { dealing, match } = after;
    if (dealing && (nextDueAt(after) ?? Number.POSITIVE_INFINITY) > dealing.deadlineAt) {
      throw new Error('the end of the deal is not waited for');
    }
    if (!match) return;
    const lost = difference(referee.table.all, cardsOf(match));
    if (lost) throw new Error(`a card is lost or doubled: ${lost}`);
    if (isRunning(after) && (nextDueAt(after) ?? Number.POSITIVE_INFINITY) > match.deadlineAt) {
      throw new Error('the deadline is not waited for');
    }
  });
  const isOver = end.closed === 'empty' || end.closed === 'played_out';
  if (!isOver || nextDueAt(end) !== null) throw new Error('the room is not closed, or not for good');
  const folded = (JSON.parse(JSON.stringify(journal)) as Event[]).reduce(evolve, initial);
  const astray = difference(folded, JSON.parse(JSON.stringify(end)));
  if (astray) throw new Error(`the journal does not give the room again: ${astray}`);
  if (end.n !== journal.length) throw new Error(`${end.n} events are numbered, ${journal.length} have happened`);
}

const timeout = 36_000_000;

test(`properties: in ${matches} random rooms no rule is broken, no card is lost, and each comes to its end`, {
  timeout,
}, () => {
  fc.assert(fc.property(plans, check), params);
});

const rare = `abandoned, four_of_a_kind, empty_hand, lowest_points, lowest_points after a call, empty_hand after a call,
  four_of_a_kind after a call, its 200th turn`
  .split(/,\s+/)
  .map((how) => `ended by ${how}`)
  .concat(['missed', 'away', 'left'].map((why) => `bot took over: ${why}`))
  .concat(['nothing', 'time', 'chosen'].map((why) => `power skipped: ${why}`))
  .concat(['reserved', 'connected', 'held', 'away'].map((attendance) => `connected while ${attendance}`))
  .concat(
    `INVALID_PAYLOAD, NOT_ALLOWED, ROOM_FULL, MATCH_RUNNING, NOT_YOUR_TURN, WRONG_PHASE, NO_SUCH_SLOT, CARD_LOCKED,
    RANK_MISMATCH, ALREADY_CALLED, NOT_OWNER, TOO_MANY_REQUESTS`
      .split(/,\s+/)
      .map((code) => `refused ${code}`),
  )
  .concat(
    `ended while a card was drawn, rematch, full deal reshuffled, no card for a penalty, nothing to draw, drawn card kept,
    peeked by lot, command repeated, window ended early, turn_passed, player_back, time_lost, took, collected, owner_changed, grace_ended,
    start_called_off, start_scheduled, bot_seated, closed empty, closed played_out, deal_committed, deal_closed,
    deal_revealed, dealt with all parts, dealt without a part, left while the cards were dealt,
    time lost while the cards were dealt`.split(/,\s+/),
  );

test.runIf(matches >= 1_000)('properties: what seldom happens did happen', () => {
  if (process.env.TALLY) console.log(Object.fromEntries([...happened].sort()));
  expect(rare.filter((what) => !happened.has(what))).toEqual([]);
});
