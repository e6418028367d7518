import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededChance } from '../../simulation/matches/chance.ts';
import { type Asked, playMatch } from '../../simulation/matches/match.ts';
import { settingsFor } from '../../simulation/matches/settings.ts';
import { choose } from '../../src/bots/bot.ts';
import type { Card } from '../../src/game/cards.ts';
import { shuffled } from '../../src/game/chance.ts';
import type { Event } from '../../src/game/events.ts';
import { evolve, initial } from '../../src/game/evolve.ts';
import { seen, shownBy } from '../../src/game/seen.ts';
import type { BotLevel, GameType, RoomSettings } from '../../src/game/state.ts';
import { publicView } from '../../src/game/view.ts';
import { anyRules } from '../game/randomPlan.ts';
import { memoryOf, streamFrom } from './kit.ts';

const levels: BotLevel[] = ['easy', 'medium', 'hard', 'expert'];

/** Matches of computer players, which throw when a move is refused. Without a level, one of each at the table in turn. */
function matchesOf(count: number, settings: RoomSettings, level?: BotLevel, watch?: (asked: Asked) => void) {
  return Array.from({ length: count }, (_, n) => {
    const seating = Array.from({ length: settings.maxPlayers }, (_, seat) => level ?? levels[(n + seat) % 4] ?? 'easy');
    return playMatch(settings, seededChance(`${n}`), watch, seating);
  });
}

const sizes = [2, 3, 4, 5, 6, 7, 8];
const gameTypes: GameType[] = ['classic', 'clear'];

test.each(gameTypes)('%s: every move that a computer player chooses is accepted, and no turn is missed', (gameType) => {
  for (const seats of sizes) {
    for (const rules of [{}, ...fc.sample(anyRules, { numRuns: 3, seed: seats })]) {
      for (const { room, events } of matchesOf(4, { ...settingsFor(seats, gameType, 'medium'), ...rules, gameType })) {
        expect(room.match?.how).not.toBeNull();
        expect(events.filter((event) => event.type === 'turn_missed')).toEqual([]);
        expect(events.filter((event) => event.type === 'power_skipped' && event.why === 'time')).toEqual([]);
      }
    }
  }
});

test('matches of four end mostly by a call of Recall, in a sensible number of turns', () => {
  const matches = matchesOf(300, settingsFor(4, 'classic', 'medium'), 'medium').map(({ room }) => room.match);
  const called = matches.filter((match) => match?.how === 'lowest_points');
  const fours = matches.filter((match) => match?.how === 'four_of_a_kind');
  const turns = matches.map((match) => match?.turnNumber ?? 0).sort((a, b) => a - b);
  expect(called.length).toBeGreaterThan(fours.length);
  expect(turns[150]).toBeGreaterThan(16);
  expect(turns[150]).toBeLessThan(48);
});

test('two players with dear collections, which they can not get rid of, do not wait for the last turn', () => {
  for (const { room } of matchesOf(200, settingsFor(2, 'classic', 'medium'), 'medium')) {
    expect(room.match?.turnNumber).toBeLessThan(100);
  }
});

test('a match does not last to the last turn at any level', () => {
  for (const level of levels) {
    for (const { room } of matchesOf(50, settingsFor(3, 'clear', level), level)) {
      expect(room.match?.turnNumber).toBeLessThan(150);
    }
  }
});

test('among its like, an expert who calls Recall mostly wins', () => {
  const matches = matchesOf(150, settingsFor(4, 'classic', 'expert'), 'expert').map(({ room }) => room.match);
  const called = matches.filter((match) => match?.how === 'lowest_points' && match.calledBy !== null);
  const won = called.filter((match) => match?.results.some((one) => one.seat === match.calledBy && one.winType !== ''));
  expect(called.length).toBeGreaterThan(75);
  expect(won.length / called.length).toBeGreaterThan(0.55);
});

test('the same seed plays the same match, another seed another', () => {
  const settings = settingsFor(4, 'classic', 'medium');
  const [first, again, another] = ['1', '1', '2'].map((seed) => playMatch(settings, seededChance(seed)).events);
  expect(again).toEqual(first);
  expect(another).not.toEqual(first);
});

test('a choice of any level is the same whatever the cards are that its seat may not know (never again 3, 34)', () => {
  const compared = { easy: 0, medium: 0, hard: 0, expert: 0 };
  let unlike = 0;
  let all = 0;
  for (const gameType of gameTypes) {
    const random = streamFrom(gameType);
    matchesOf(8, settingsFor(4, gameType, 'medium'), undefined, ({ choice, events }) => {
      const { seat } = choice;
      const swapped = swapHidden(events, seat, random);
      const room = swapped.reduce(evolve, initial);
      const drawnCard = room.match?.turn === seat ? (room.match.drawn?.card ?? null) : null;
      const other = { ...choice, view: publicView(room), drawn: drawnCard, memory: memoryOf(swapped, seat) };
      const same = { ...choice, memory: memoryOf(events, seat) };
      const seed = `${all}`;
      expect(choose({ ...other, random: streamFrom(seed) })).toEqual(choose({ ...same, random: streamFrom(seed) }));
      compared[choice.level] += 1;
      all += 1;
      if (JSON.stringify(swapped) !== JSON.stringify(events)) unlike += 1;
    });
  }
  for (const level of levels) expect(compared[level]).toBeGreaterThan(100);
  // Late in a match few cards are hidden, and a shuffle may leave them as they were.
  expect(unlike).toBeGreaterThan(0.95 * all);
});

/** The same events with other cards wherever the seat has not seen them. */
function swapHidden(events: readonly Event[], seat: number, random: (below: number) => number): Event[] {
  const known = new Set<Card>();
  const all = new Set<Card>();
  for (const event of events) {
    for (const card of cardsIn(seen(event))) known.add(card);
    const shown = shownBy(event);
    if (shown?.to === seat) for (const { card } of shown.cards) known.add(card);
    for (const card of cardsIn(event)) all.add(card);
  }
  const hidden = [...all].filter((card) => !known.has(card));
  const others = shuffled(hidden, random);
  const swap = new Map(hidden.map((card, i) => [card, others[i] as Card]));
  return events.map((event) => withCards(event, (card) => swap.get(card) ?? card));
}

function cardsIn(event: object | null): Card[] {
  const cards: Card[] = [];
  if (event) withCards(event, (card) => cards.push(card));
  return cards;
}

/** A copy of an event in which each card has been put through `change`. */
function withCards<T>(value: T, change: (card: Card) => Card, field = ''): T {
  if (typeof value === 'number') return (field === 'card' || field === 'discard' ? change(value) : value) as T;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const item = ['cards', 'hands', 'drawPile'].includes(field) ? (Array.isArray(value[0]) ? 'cards' : 'card') : '';
    return value.map((one) => withCards(one, change, item)) as T;
  }
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withCards(one, change, key)])) as T;
}
