import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Card } from '../../src/game/cards.ts';
import { shuffled } from '../../src/game/chance.ts';
import { decide } from '../../src/game/decide.ts';
import type { Event } from '../../src/game/events.ts';
import { evolve } from '../../src/game/evolve.ts';
import { isRefusal } from '../../src/game/refusal.ts';
import { isRunning } from '../../src/game/room.ts';
import { seen, showingTo, shownBy } from '../../src/game/seen.ts';
import type { Room } from '../../src/game/state.ts';
import { publicView } from '../../src/game/view.ts';
import { cardsOf, plainChance } from './basics.ts';
import { difference } from './difference.ts';
import { type Moment, playRoom } from './randomMatch.ts';
import { type Plan, plans, Random } from './randomPlan.ts';
import { Referee } from './referee.ts';
import type { Sight } from './refereeTable.ts';
import { entitledTo, exchange, exchanged, openCards, otherWorld, sightsIn } from './worlds.ts';

/**
 * rules.md 14, proved: up to the end of a match, what is sent to a seat is the same in every world that this seat can't
 * tell from ours. The worlds differ in every card that the seat is not being shown, and in every secret.
 */

const matches = Number(process.env.MATCHES ?? 500);
/** As in properties.test.ts. */
const params = { numRuns: matches, ...(process.env.MATCHES ? {} : { seed: 1 }) };
const seen_ = new Map<string, number>();
const tally = (what: string): void => void seen_.set(what, (seen_.get(what) ?? 0) + 1);

/** A command of a match, with what every seat was being shown before and after it. */
interface LeakMoment extends Moment {
  readonly sightsBefore: readonly Sight[];
  readonly sightsAfter: readonly Sight[];
  /** All cards that were shown in the initial peek so far. */
  readonly peeked: readonly Card[];
}

function record(plan: Plan): LeakMoment[] {
  const steps: LeakMoment[] = [];
  let peeked: Card[] = [];
  const referee = new Referee(plan.fewCards !== null);
  playRoom(plan, (moment) => {
    const sightsBefore = referee.table.sights.map((one) => ({ ...one }));
    const events = isRefusal(moment.answer) ? [] : moment.answer;
    for (const event of events) {
      if (event.type === 'match_started') peeked = [];
      if (event.type === 'peeked') peeked = [...peeked, ...event.cards];
    }
    referee.watch(events, moment.before, moment.after);
    revealedStays(moment.after);
    const sightsAfter = referee.table.sights.map((one) => ({ ...one }));
    steps.push({ ...moment, sightsBefore, sightsAfter, peeked });
  });
  return steps.filter((step) => step.before.match && isRunning(step.before));
}

/** While the cards are dealt, what was revealed so far, and the secret that the deal is made of, tells nobody anything. */
function revealedStays(room: Room): void {
  const { dealing } = room;
  if (!dealing) return;
  const parts = dealing.parts.map((part) => ({ ...part, nonce: part.nonce === '' ? 'revealed' : '' }));
  const other = { ...room, secret: 'another secret', dealing: { ...dealing, parts } };
  same(publicView(room), publicView(other), 'the state tells');
  tally('dealing');
}

const shownTo = (sights: readonly Sight[], seat: number, now: number) =>
  sights.filter((one) => one.to === seat && (one.reason === 'drawn' || one.until > now)).map((one) => one.card);

function same(one: unknown, other: unknown, what: string): void {
  const found = difference(one, other);
  if (found) throw new Error(`${what}${found}`);
}

/** Each seat, at each step: what it could be sent at this moment, in this world and in another one. */
function compareStates(step: LeakMoment, order: readonly Card[], random: (count: number) => number): void {
  const { after, now, sightsAfter } = step;
  const { match } = after;
  if (!match || !isRunning(after) || after === step.before) return;
  const open = openCards(after);
  const view = publicView(after);
  same(view, publicView(otherWorld(after, exchange(order, open), null)), 'the state tells');
  for (const { seat } of match.players) {
    const shown = showingTo(after, seat, now);
    const entitled = entitledTo(sightsAfter, seat, now);
    if (shown.length || entitled.length) same(sightsIn(shown), entitled, `seat ${seat} is not shown what it should be`);
    if (random(4) > 0) continue;
    const held = [...open, ...shownTo(sightsAfter, seat, now)];
    same(shown, showingTo(otherWorld(after, exchange(order, held), null), seat, now), `seat ${seat} is told`);
  }
}

/** The cards that these events tell that seat of, by rules.md 14, or let it conclude something about. */
function told(step: LeakMoment, seat: number): Card[] {
  const { answer, command, before } = step;
  const drawn = before.match?.drawn ? [before.match.drawn.card] : [];
  if (isRefusal(answer)) {
    // Whether it may be collected is known to its drawer alone, and decides whether the move is refused.
    return command.type === 'move' && command.move.type === 'collect_drawn' ? drawn : [];
  }
  return answer.flatMap((event): readonly Card[] => {
    switch (event.type) {
      case 'played':
      case 'same_rank_played':
        return [event.card];
      case 'took':
      case 'collected':
        // The card below is the top then.
        return [event.card, ...(step.after.match?.discard.slice(-1) ?? [])];
      case 'drew':
      case 'queen_peeked':
        return event.seat === seat ? [event.card] : [];
      case 'peeked':
        return event.seat === seat ? event.cards : [];
      case 'peek_over':
        // Which of two cards is turned up says something about the other.
        return event.collections.length ? step.peeked : [];
      case 'same_rank_refused': {
        const held = before.match?.players.find((one) => one.seat === event.seat)?.hand[event.slot];
        return held ? [held.card] : [];
      }
      default:
        return [];
    }
  });
}

/** Plays some commands again in another world, and compares all that one seat is sent. */
function compareRun(run: readonly LeakMoment[], seat: number, order: readonly Card[]): void {
  const first = run[0] as LeakMoment;
  const { before } = first;
  if (!before.match) return;
  // A room that was gone goes on showing what it showed when it last did something, also later in the run.
  const lost = first.command.type === 'time_lost' ? first.command.byMs : 0;
  const since = Math.min(before.touchedAt, first.now - lost);
  const held = new Set([...openCards(before), ...shownTo(first.sightsBefore, seat, since)]);
  // A card that everybody saw taken is known to all, also while it is held apart.
  if (before.match.drawn?.taken) held.add(before.match.drawn.card);
  for (const step of run) for (const card of told(step, seat)) held.add(card);
  const swapped = exchange(order, held);
  if (exchanged(swapped) === 0) {
    tally('nothing left to exchange');
    return;
  }

  let world: Room = otherWorld(before, swapped, before.match.seed);
  const chance = plainChance(7);
  for (const step of run) {
    const answer = decide(world, step.command, step.now, chance);
    const ours = step.answer;
    const { command } = step;
    if (isRefusal(ours) || isRefusal(answer)) {
      if (isRefusal(ours) !== isRefusal(answer)) throw new Error('refused in one world alone');
      const asked = (command.type === 'move' || command.type === 'request') && command.seat === seat;
      if (asked) same(ours, answer, 'the refusal tells');
      continue;
    }
    same(ours.map(seen), answer.map(seen), 'an event tells');
    same(privately(ours, seat), privately(answer, seat), `seat ${seat} is told`);
    for (const event of ours) tally(event.type);
    world = answer.reduce(evolve, world);
    same(publicView(step.after), publicView(world), 'the state tells');
    same(showingTo(step.after, seat, step.now), showingTo(world, seat, step.now), `seat ${seat} is being told`);
  }
}

const privately = (events: readonly Event[], seat: number) =>
  events.map(shownBy).filter((shown) => shown !== null && shown.to === seat);

function check(plan: Plan): void {
  const { below } = new Random(`worlds of ${plan.seed}`);
  for (const steps of Map.groupBy(record(plan), (step) => step.before.match?.number).values()) {
    const { match } = steps[0]?.before ?? {};
    if (!match) continue;
    const order = shuffled(cardsOf(match), below);
    for (const step of steps) compareStates(step, order, below);
    const running = steps.filter((step) => isRunning(step.after));
    for (let at = 0; at < running.length; ) {
      const run = running.slice(at, at + 1 + below(30));
      compareRun(run, below(plan.seats), order);
      at += run.length;
    }
  }
}

test(`leaks: over ${matches} random matches a seat is sent the same in every world that it cannot tell from ours`, {
  timeout: 36_000_000,
}, () => {
  fc.assert(fc.property(plans, check), params);
});

test.runIf(matches >= 1_000)('leaks: every kind of event was compared', () => {
  const kinds =
    `peeked, peek_over, turn_started, drew, took, played, window_opened, same_rank_played, same_rank_refused,
    window_closed, power_opened, queen_peeked, jack_swapped, power_skipped, collected, reshuffled, recall_called,
    turn_missed, turn_passed, bot_took_over, player_back, dealing`.split(/,\s+/);
  if (process.env.TALLY) console.log(Object.fromEntries([...seen_].sort()));
  expect(kinds.filter((kind) => (seen_.get(kind) ?? 0) < 20)).toEqual([]);
});
