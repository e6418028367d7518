import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fairness } from '../../src/fairness/fairness.ts';
import type { Command, Move } from '../../src/game/commands.ts';
import { isRunning } from '../../src/game/room.ts';
import type { RoomSettings } from '../../src/game/state.ts';
import { type Journal, JournalUnavailable } from '../../src/journal/journal.ts';
import { createLog } from '../../src/ops/log.ts';
import { People } from '../../src/table/people.ts';
import { readRoom } from '../../src/table/reading.ts';
import { replayFrom } from '../../src/table/replay.ts';
import type { Step } from '../../src/table/steps.ts';
import { isRefused, type Outcome, Table } from '../../src/table/table.ts';
import { defaults, entrant } from '../game/kit.ts';
import { SqliteStore } from '../journal/sqliteStore.ts';
import { type ManualClock, manualClock } from '../support/clock.ts';
import { withAppend } from '../support/withAppend.ts';

let store: SqliteStore;
let clock: ManualClock;
let journal: Journal;
beforeEach(async () => {
  store = new SqliteStore();
  clock = manualClock();
  journal = await store.start({ now: clock.now });
});
afterEach(() => store.dispose());

/** What came out of a table, in order. */
let told: (Step | 'lost' | 'paused' | 'resumed')[];
const toldOf = () => told.map((one) => (typeof one === 'string' ? one : one.event.type));

/** A table with Ann, the owner, in seat 0 and Ben in seat 1. */
async function open(settings: Partial<RoomSettings> = {}, on = journal): Promise<Table> {
  told = [];
  const table = await Table.open(
    { type: 'open', roomId: 'room_1', settings: { ...defaults, ...settings }, owner: entrant('ann'), bots: 0 },
    {
      journal: on,
      clock,
      chance: fairness,
      log: createLog('silent'),
      replayTtlMs: 3_600_000,
      onStep: (steps) => told.push(...steps),
      onPause: (paused) => told.push(paused ? 'paused' : 'resumed'),
      onLost: () => told.push('lost'),
    },
  );
  await table.submit({ type: 'connect', sessionId: 'session of ann', token: 'token of ann' });
  await table.submit({ type: 'enter', who: entrant('ben'), roles: [], password: 'none', random: false });
  await table.submit({ type: 'connect', sessionId: 'session of ben', token: 'token of ben' });
  told.length = 0;
  return table;
}

const start: Command = { type: 'request', seat: 0, request: { type: 'start_match' } };
const move = (seat: number, what: Move, commandId?: string): Command => ({
  type: 'move',
  seat,
  by: 'person',
  move: what,
  ...(commandId && { id: { commandId, request: JSON.stringify(what) } }),
});
const peek: Move = { type: 'completed_initial_peek', slots: [0, 1] };
const typesOf = (outcome: Outcome) => (isRefused(outcome) ? outcome.refused : outcome.events.map((one) => one.type));

describe('a move', () => {
  test('is durable before anybody hears of it, and its player hears last', async () => {
    const order: string[] = [];
    const table = await open(
      {},
      withAppend(journal, async (stock) => {
        await stock();
        order.push('durable');
      }),
    );
    order.length = 0;
    vi.spyOn(told, 'push').mockImplementation((...steps) => order.push(...steps.map(() => 'told')));
    await table.submit(start);
    order.push('answered');
    expect(order).toEqual(['durable', 'told', 'answered']);
  });

  test('waits for those that came before it', async () => {
    const table = await open();
    const answers = await Promise.all([start, move(0, peek), move(0, peek), start].map((one) => table.submit(one)));
    expect(answers.map(typesOf)).toEqual([['match_started'], ['peeked'], 'WRONG_PHASE', 'MATCH_RUNNING']);
    expect(toldOf()).toEqual(['match_started', 'peeked']);
  });

  test('that is refused changes nothing, and leaves nothing behind (never again 15)', async () => {
    const table = await open();
    await table.submit(start);
    const before = table.room;
    for (let i = 0; i < 20; i++) {
      const outcome = await table.submit(move(1, { type: 'draw_card' }, `id ${i}`));
      expect(outcome).toMatchObject({ refused: 'WRONG_PHASE' });
    }
    expect(table.room).toBe(before);
    expect(toldOf()).toEqual(['match_started']);
  });

  test('with a command id that comes again while the first is under way is done once', async () => {
    const table = await open();
    await table.submit(start);
    const twice = [move(0, peek, 'one'), move(0, peek, 'one')].map((one) => table.submit(one));
    expect((await Promise.all(twice)).map(typesOf)).toEqual([['peeked', 'command_done'], []]);
    const other = await table.submit(move(0, { type: 'skip_power' }, 'one'));
    expect(other).toMatchObject({ refused: 'INVALID_PAYLOAD' });
  });

  test('that fails inside harms no other', async () => {
    const table = await open();
    const broken = table.submit({ type: 'request', seat: 0, request: null } as never);
    const after = table.submit(start);
    await expect(broken).rejects.toThrow(TypeError);
    expect(typesOf(await after)).toEqual(['match_started']);
  });

  test('is refused when very many are waiting, but what happened to connections is not', async () => {
    const table = await open();
    const many = Array.from({ length: 400 }, () => table.submit(move(0, { type: 'draw_card' })));
    const drop = table.submit({ type: 'drop', sessionId: 'session of ben' });
    const answers = new Set((await Promise.all(many)).map(typesOf));
    expect(answers).toEqual(new Set(['WRONG_PHASE', 'TOO_MANY_REQUESTS']));
    expect(typesOf(await drop)).toEqual(['seat_dropped']);
  });
});

test('what the journal holds is the room', async () => {
  const table = await open();
  await table.submit(start);
  await table.submit(move(1, peek));
  await table.release();
  const { room } = await readRoom(await (await store.start({ now: clock.now })).open('room_1'));
  expect(room).toEqual(table.room);
});

describe('time', () => {
  test('plays the turns of players who never act, to the end (never again 21, 22)', async () => {
    const table = await open({ missedTurns: 100, maxTurns: 10 });
    await table.submit(start);
    await clock.advance(15_000 + 5_000 + 10 * 30_000);
    const turns = told.filter((one) => typeof one !== 'string' && one.event.type === 'turn_missed');
    expect(turns).toHaveLength(10);
    expect(table.room.match).toMatchObject({ phase: 'finished', how: 'lowest_points' });
  });

  test('acts on the instant, and on nothing before', async () => {
    const table = await open();
    await table.submit(start);
    await clock.advance(14_999);
    expect(toldOf()).toEqual(['match_started']);
    await clock.advance(1);
    expect(toldOf()).toEqual(['match_started', 'peeked', 'peeked']);
  });

  test('is one timer, and none once the room is gone (never again 20)', async () => {
    const table = await open();
    expect(clock.waiting).toBe(1);
    await table.submit(start);
    await table.submit(move(0, peek));
    await table.submit(move(1, peek));
    expect(clock.waiting).toBe(1);
    await table.release();
    expect(clock.waiting).toBe(0);
  });

  test('ends a room in which nothing has happened for long', async () => {
    const table = await open({ ttlMs: 60_000 });
    await clock.advance(59_999);
    expect(toldOf()).toEqual([]);
    await clock.advance(1);
    expect(toldOf()).toEqual(['lost']);
    expect(await table.submit(start)).toMatchObject({ refused: 'UNAVAILABLE' });
    expect(clock.waiting).toBe(0);
  });

  test('closes a room that nobody has a seat in', async () => {
    const table = await open();
    for (const who of ['ann', 'ben'])
      await table.submit({ type: 'leave', sessionId: `session of ${who}`, reason: 'left' });
    await clock.advance(30_000);
    expect(toldOf().at(-1)).toBe('room_closed');
    expect(table.room.closed).toBe('empty');
    await table.forget();
    expect(await journal.list()).toEqual([]);
  });
});

describe('a journal that can not be reached', () => {
  test('stops a move, and nothing has changed', async () => {
    const table = await open();
    const before = table.room;
    await store.breakDown();
    expect(await table.submit(start)).toMatchObject({ refused: 'UNAVAILABLE' });
    expect(table.room).toBe(before);
    expect(toldOf()).toEqual(['paused']);
    await store.repair();
    await clock.advance(1000);
    expect(typesOf(await table.submit(start))).toEqual(['match_started']);
  });

  test('answers the repeat of a move that was made before', async () => {
    const table = await open();
    await table.submit(start);
    const withId = (command: Command) => ({ ...command, id: { commandId: 'c1', request: 'peek' } }) as Command;
    await table.submit(withId(move(0, peek)));
    table.pause();
    expect(await table.submit(withId(move(0, peek)))).toMatchObject({ events: [] });
    expect(await table.submit(move(1, peek))).toMatchObject({ refused: 'UNAVAILABLE' });
  });

  test('makes a deadline wait, and the room goes on when it is back', async () => {
    const table = await open();
    await table.submit(start);
    await store.breakDown();
    table.pause();
    await clock.advance(20_000);
    expect(toldOf()).toEqual(['match_started', 'paused']);
    await store.repair();
    await clock.advance(1000);
    expect(toldOf()).toEqual(['match_started', 'paused', 'time_lost', 'resumed']);
    await clock.advance(14_999);
    expect(toldOf()).toHaveLength(4);
    await clock.advance(1);
    expect(toldOf().slice(4)).toEqual(['peeked', 'peeked']);
  });

  test('gives the time back that a late answer has cost, and ends a pause also where each takes longer than a second', async () => {
    let isSlow = false;
    const later = (ms: number) => new Promise<void>((resolve) => clock.at(clock.now() + ms, resolve));
    const table = await open(
      {},
      withAppend(journal, async (stock) => {
        if (isSlow) await later(1500);
        await stock();
      }),
    );
    isSlow = true;
    table.pause();
    for (let i = 0; i < 8; i++) await clock.advance(1000);
    expect(toldOf()).toEqual(['paused', 'time_lost', 'time_lost', 'resumed']);
    const started = table.submit(start);
    await clock.advance(1500);
    expect(typesOf(await started)).toEqual(['match_started']);
  });

  test('does not lose that a player was dropped, unless they are back by then', async () => {
    const table = await open();
    let isBack = false;
    await store.breakDown();
    const ben = table.retry({ type: 'drop', sessionId: 'session of ben' });
    const ann = table.retry({ type: 'drop', sessionId: 'session of ann' }, () => !isBack);
    await clock.advance(1500);
    isBack = true;
    await store.repair();
    await clock.advance(1000);
    expect([await ben, await ann]).toEqual([true, false]);
    expect(toldOf()).toEqual(['paused', 'time_lost', 'resumed', 'seat_dropped']);
  });

  test('and may have stored a move all the same is asked the same again before anything else', async () => {
    const doubts: boolean[] = [];
    /** Whether each attempt that fails may have stored the move: the last one, which could not be sent, has not. */
    const table = await open(
      {},
      withAppend(journal, async (stock) => {
        const inDoubt = doubts.shift();
        if (inDoubt !== undefined) throw new JournalUnavailable('who knows', { inDoubt });
        await stock();
      }),
    );
    doubts.push(true, false);
    const first = table.submit(start);
    const second = table.submit(move(0, peek));
    await clock.advance(0);
    await clock.advance(1000);
    expect(toldOf()).toEqual(['paused']);
    await clock.advance(1000);
    expect([await first, await second].map(typesOf)).toEqual([['match_started'], ['peeked']]);
    expect(toldOf()).toEqual(['paused', 'match_started', 'time_lost', 'resumed', 'peeked']);
  });
});

test('a room that another process has taken says nothing more', async () => {
  const table = await open();
  const waiting = clock.waiting;
  await (await store.start({ now: clock.now })).open('room_1');
  expect(await table.submit(start)).toMatchObject({ refused: 'UNAVAILABLE' });
  expect(await table.submit(move(0, peek))).toMatchObject({ refused: 'UNAVAILABLE' });
  await clock.advance(100_000);
  expect(toldOf()).toEqual(['lost']);
  expect([waiting, clock.waiting]).toEqual([1, 0]);
});

/** Whoever's turn it is draws and plays that card. */
async function playTurn(table: Table): Promise<void> {
  const seat = table.room.match?.turn ?? 0;
  await table.submit(move(seat, { type: 'draw_card' }));
  expect(typesOf(await table.submit(move(seat, { type: 'play_card', slot: -1 })))).toContain('played');
}

test('a finished match can be read afterwards, and tells nothing of the matches to come', async () => {
  const table = await open({ maxTurns: 6, missedTurns: 100 });
  await table.submit(start);
  await clock.advance(15_000 + 5_000);
  await playTurn(table);
  await clock.advance(5_000 + 10_000 + 6 * 30_000);
  expect(isRunning(table.room)).toBe(false);
  await table.release();
  const text = (await journal.replay('room_1', 1)) ?? '';
  const record = replayFrom(text, new People(await journal.people('room_1')));
  expect(record).toMatchObject({ roomId: 'room_1', matchNumber: 1, secret: table.room.match?.revealed });
  expect(record.seats).toEqual([
    { seat: 0, sessionId: 'session of ann', userId: 'ann', name: 'ann', isBot: false, dealNonce: "ann's nonce" },
    { seat: 1, sessionId: 'session of ben', userId: 'ben', name: 'ben', isBot: false, dealNonce: "ben's nonce" },
  ]);
  const types = record.events.map((one) => one.type);
  expect([types.at(0), types.at(-1)]).toEqual(['match_started', 'match_ended']);
  expect(types).not.toContain('seat_connected');
  expect(fairness.commitmentOf(record.secret)).not.toBe(table.room.commitment);
  for (const secret of [table.room.secret, table.room.botSeed, 'token of ann']) expect(text).not.toContain(secret);
  const numbers = record.events.map((one) => one.n);
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
});

test('a match that was given up before anybody had finished a turn leaves nothing on the disk (never again 48)', async () => {
  const table = await open();
  for (let i = 0; i < 2; i++) await table.submit({ type: 'request', seat: 0, request: { type: 'add_bot' } });
  await table.submit(start);
  await clock.advance(15_000 + 5_000);
  await table.submit({ type: 'leave', sessionId: 'session of ben', reason: 'left' });
  await table.submit({ type: 'leave', sessionId: 'session of ann', reason: 'left' });
  expect(toldOf().slice(-2)).toEqual(['match_ended', 'room_closed']);
  await table.forget();
  expect(await journal.replay('room_1', 1)).toBeNull();
  const file = store.connect();
  const count = (table: string) => file.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n;
  expect(['rooms', 'entries', 'replays'].map(count)).toEqual([0, 0, 0]);
});

test('a match in which nobody but computer players has finished a turn is not kept (never again 48)', async () => {
  const table = await open({ maxTurns: 12 });
  await table.submit(start);
  await clock.advance(15_000 + 5_000);
  while (isRunning(table.room)) {
    const seat = table.room.match?.turn ?? 0;
    if (table.room.seats[seat]?.playedByBot && table.room.match?.step === 'draw')
      await table.submit({ type: 'move', seat, by: 'bot', move: { type: 'draw_card' } });
    if (table.room.seats[seat]?.playedByBot && table.room.match?.drawn)
      await table.submit({ type: 'move', seat, by: 'bot', move: { type: 'play_card', slot: -1 } });
    await clock.advance(5_000);
  }
  expect(toldOf()).toContain('played');
  expect(table.room.match?.how).toBe('lowest_points');
  expect(await journal.replay('room_1', 1)).toBeNull();
});

describe.each([
  ['back', -600_000],
  ['forward', 600_000],
])('a clock that is set %s by ten minutes (never again 49)', (_, byMs) => {
  const movedBy = () =>
    told.flatMap((one) => (typeof one !== 'string' && one.event.type === 'clock_moved' ? [one.event.byMs] : []));

  test('leaves a step the time that it had, and moves its deadline by as much', async () => {
    const table = await open();
    await table.submit(start);
    const before = table.room.match?.deadlineAt ?? 0;
    await clock.advance(5_000);
    await clock.jump(byMs);
    expect(movedBy()).toEqual([byMs]);
    expect(table.room.match?.deadlineAt).toBe(before + byMs);
    // A move is not taken for one that came too late.
    expect(typesOf(await table.submit(move(0, peek)))).toEqual(['peeked']);
    await clock.advance(9_999);
    expect(toldOf()).toEqual(['match_started', 'clock_moved', 'peeked']);
    await clock.advance(1);
    expect(toldOf().at(-1)).toBe('peeked');
    expect(toldOf()).toHaveLength(4);
  });

  test('leaves what is shown, a grace, a countdown and the room itself the time that they had', async () => {
    const table = await open({ startDelayMs: 90_000 });
    await table.submit({ type: 'drop', sessionId: 'session of ben' });
    const left = ({ room } = table) => ({
      start: (room.startsAt ?? 0) - clock.now(),
      grace: (room.seats[1]?.until ?? 0) - clock.now(),
      room: room.touchedAt - clock.now(),
    });
    await clock.advance(1_000);
    const before = left();
    await clock.jump(byMs);
    expect(left()).toEqual(before);
    await clock.advance(before.grace - 1);
    expect(toldOf()).not.toContain('seat_left');
    await clock.advance(1);
    expect(toldOf()).toContain('seat_left');
  });

  test('is in the journal: the next process has it from there', async () => {
    const table = await open();
    await table.submit(start);
    await clock.jump(byMs);
    const left = (table.room.match?.deadlineAt ?? 0) - clock.now();
    await table.release();
    await clock.advance(3_000);
    const claim = await (await store.start({ now: clock.now })).open('room_1');
    const next = await Table.resume(claim, await readRoom(claim), {
      ...{ journal, clock, chance: fairness, log: createLog('silent'), replayTtlMs: 3_600_000 },
      ...{ onStep: () => {}, onPause: () => {}, onLost: () => {} },
    });
    await next.submit({ type: 'recover' });
    expect((next.room.match?.deadlineAt ?? 0) - clock.now()).toBe(left);
  });

  test('while nothing can be stored is made up for when the pause is over', async () => {
    const table = await open();
    await table.submit(start);
    await store.breakDown();
    table.pause();
    await clock.advance(2_500);
    await clock.jump(byMs);
    await clock.advance(7_500);
    await store.repair();
    await clock.advance(1_000);
    expect(toldOf()).toEqual(['match_started', 'paused', 'time_lost', 'resumed', 'clock_moved']);
    expect((table.room.match?.deadlineAt ?? 0) - clock.now()).toBe(15_000);
  });

  test('and put right again, is as if it had never been', async () => {
    const table = await open();
    await table.submit(start);
    const before = table.room;
    await Promise.all([clock.jump(byMs), clock.jump(-byMs)]);
    expect(table.room).toEqual({ ...before, n: table.room.n });
  });
});
