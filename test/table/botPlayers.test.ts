import { afterEach, beforeEach, expect, test } from 'vitest';
import { fairness } from '../../src/fairness/fairness.ts';
import type { Chance } from '../../src/game/chance.ts';
import type { Command } from '../../src/game/commands.ts';
import type { Event } from '../../src/game/events.ts';
import { isRunning } from '../../src/game/room.ts';
import type { RoomSettings } from '../../src/game/state.ts';
import { publicView } from '../../src/game/view.ts';
import { createLog } from '../../src/ops/log.ts';
import { BotPlayers } from '../../src/table/botPlayers.ts';
import { isRefused, type Outcome, Table } from '../../src/table/table.ts';
import { defaults, entrant } from '../game/kit.ts';
import { SqliteStore } from '../journal/sqliteStore.ts';
import { type ManualClock, manualClock } from '../support/clock.ts';

let store: SqliteStore;
let clock: ManualClock;
beforeEach(() => {
  store = new SqliteStore();
  clock = manualClock();
});
afterEach(() => store.dispose());

/** The real dice, but for secrets that follow from `seed`: the same matches each time. */
function diceOf(seed: number): Chance {
  let made = 0;
  const next = (length: number) => (seed * 1000 + made++).toString(16).padStart(length, '0');
  return { ...fairness, freshSecret: () => next(64), freshId: () => next(32) };
}

interface Watched {
  readonly table: Table;
  readonly events: Event[];
  /** What computer players sent, and what came of it. */
  readonly moves: { command: Command; at: number; outcome: Promise<Outcome> }[];
}

/** A match that has just started: Ann in seat 0, computer players in the others. */
async function startMatch(settings: Partial<RoomSettings> = {}, chance = diceOf(1)): Promise<Watched> {
  const events: Event[] = [];
  const moves: Watched['moves'] = [];
  const owner = entrant('ann');
  const table = await Table.open(
    { type: 'open', roomId: 'room_1', settings: { ...defaults, ...settings }, owner, bots: 3 },
    {
      journal: await store.start({ now: clock.now }),
      clock,
      chance,
      log: createLog('silent'),
      replayTtlMs: 1000,
      onStep: (steps) => {
        events.push(...steps.map((step) => step.event));
        bots.follow(publicView(table.room));
      },
      onPause: () => {},
      onLost: () => {},
    },
  );
  const bots = new BotPlayers({
    clock,
    chance,
    delayMs: [600, 2500],
    room: () => table.room,
    played: () => table.played.events,
    submit: (command) => moves.push({ command, at: clock.now(), outcome: table.submit(command) }),
  });
  await table.submit({ type: 'connect', sessionId: owner.sessionId, token: 'token' });
  await table.submit({ type: 'request', seat: 0, request: { type: 'start_match' } });
  return { table, events, moves };
}

const played = (events: readonly Event[], seat: number) =>
  events.filter((event) => 'seat' in event && event.seat === seat).map((event) => event.type);

async function untilOver(table: Table): Promise<void> {
  while (isRunning(table.room)) await clock.advance(60_000);
}

test('computer players play by the rules, in time, and none of their moves is refused', async () => {
  const { table, events, moves } = await startMatch({ missedTurns: 1 });
  await untilOver(table);
  const outcomes = await Promise.all(moves.map((one) => one.outcome));
  // Whoever is quicker takes the card that another wanted, or ends the step.
  const refusals = outcomes.flatMap((one) => (isRefused(one) ? [one.refused] : []));
  expect(refusals.filter((code) => code !== 'WRONG_PHASE' && code !== 'RANK_MISMATCH')).toEqual([]);
  expect(refusals.length).toBeLessThan(moves.length / 10);
  const missed = events.filter((event) => event.type === 'turn_missed');
  expect(missed.map((event) => event.type === 'turn_missed' && event.seat)).toEqual([0]);
  expect(events.some((event) => event.type === 'match_ended')).toBe(true);
});

test('a computer player takes a human time, and less where less is left', async () => {
  const { events } = await startMatch();
  await clock.advance(599);
  expect(events.at(-1)?.type).toBe('match_started');
  await clock.advance(2500 - 599);
  for (const seat of [1, 2, 3]) expect(played(events, seat)).toEqual(['peeked']);
});

test('a computer player acts in time where there is less of it', async () => {
  const { events } = await startMatch({ initialPeekMs: 400 });
  await clock.advance(399);
  for (const seat of [1, 2, 3]) expect(played(events, seat)).toEqual(['peeked']);
  expect(played(events, 0)).toEqual(['seat_connected']);
});

test('every power is used once, and no time runs on after it (never again 27)', async () => {
  let used = 0;
  for (let seed = 1; seed <= 5; seed++) {
    const { table, events } = await startMatch({ missedTurns: 1 }, diceOf(seed));
    await untilOver(table);
    const opened = events.filter((event) => event.type === 'power_opened').length;
    const usedNow = events.filter((event) => event.type === 'queen_peeked' || event.type === 'jack_swapped').length;
    const skipped = events.filter((event) => event.type === 'power_skipped' && event.why !== 'nothing').length;
    // The match may end while a power waits.
    expect([0, 1]).toContain(opened - usedNow - skipped);
    used += usedNow;
    await store.dispose();
    store = new SqliteStore();
  }
  expect(used).toBeGreaterThan(5);
});

test('what a stand-in was about to do is dropped when its player is back (never again 34)', async () => {
  const { table, events, moves } = await startMatch({ missedTurns: 1 });
  const ann = (move: unknown) => table.submit({ type: 'move', seat: 0, by: 'person', move } as Command);
  while (table.room.match?.turn !== 0 || !table.room.seats[0]?.playedByBot) await clock.advance(100);
  const since = moves.length;
  expect(isRefused(await ann({ type: 'draw_card' }))).toBe(false);
  await clock.advance(10_000);
  expect(played(events, 0).slice(-2)).toEqual(['player_back', 'drew']);
  expect(moves.slice(since).filter((one) => 'seat' in one.command && one.command.seat === 0)).toEqual([]);
});

test('nobody acts when the room has stopped (never again 20)', async () => {
  const { table, moves } = await startMatch();
  await table.release();
  await clock.advance(60_000);
  const outcomes = await Promise.all(moves.map((one) => one.outcome));
  expect(outcomes.every(isRefused)).toBe(true);
});
