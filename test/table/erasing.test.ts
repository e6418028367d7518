import { afterEach, beforeEach, expect, test } from 'vitest';
import { fairness } from '../../src/fairness/fairness.ts';
import { seatByUser } from '../../src/game/room.ts';
import type { Journal } from '../../src/journal/journal.ts';
import { createLog } from '../../src/ops/log.ts';
import { readRoom } from '../../src/table/reading.ts';
import { Table } from '../../src/table/table.ts';
import { defaults, entrant } from '../game/kit.ts';
import { SqliteStore } from '../journal/sqliteStore.ts';
import { manualClock } from '../support/clock.ts';

const clock = manualClock();
let store: SqliteStore;
let journal: Journal;
beforeEach(async () => {
  store = new SqliteStore();
  journal = await store.start({ now: clock.now });
});
afterEach(() => store.dispose());

const options = () => ({
  ...{ journal, clock, chance: fairness, log: createLog('silent'), replayTtlMs: 3_600_000, format: 2 },
  ...{ onStep: () => {}, onPause: () => {}, onLost: () => {} },
});

const sitDown = async (table: Table, userId: string, by = userId) => {
  const who = { ...entrant(userId), sessionId: `session of ${by}` };
  await table.submit({ type: 'enter', who, roles: [], password: 'none', random: false });
  await table.submit({ type: 'connect', sessionId: who.sessionId, token: `token of ${by}` });
};

/** Ann's table, at which Ben sits. */
async function open(): Promise<Table> {
  const command = { roomId: 'room_1', settings: defaults, owner: entrant('ann'), bots: 0 } as const;
  const table = await Table.open({ type: 'open', ...command }, options());
  await table.submit({ type: 'connect', sessionId: 'session of ann', token: 'token of ann' });
  await sitDown(table, 'ben');
  return table;
}

/** The room as another process has it. */
async function takenOver(table: Table): Promise<Table> {
  await table.release();
  const claim = await journal.open('room_1');
  const other = await Table.resume(claim, await readRoom(claim), options());
  await other.submit({ type: 'recover' });
  return other;
}

test('who comes back after they were erased is somebody new, and stays it when the room is read', async () => {
  const table = await open();
  await table.submit({ type: 'erase', userId: 'ben' });
  expect(await journal.erase('ben')).toBe(1);
  expect(JSON.stringify(table.room)).not.toContain('"ben"');
  await sitDown(table, 'ben', 'ben again');
  const there = await takenOver(table);
  expect(seatByUser(there.room, 'ben')).toMatchObject({ name: 'ben', sessionId: 'session of ben again' });
  const people = (await journal.people('room_1')).map(({ userId }) => userId).filter((userId) => userId !== 'ann');
  expect(people).toEqual(['', 'ben']);
});

test('who was erased while nobody had the room has no seat when it comes back, and owns it no more', async () => {
  const table = await open();
  await table.release();
  await journal.erase('ann');
  const claim = await journal.open('room_1');
  const there = await Table.resume(claim, await readRoom(claim), options());
  await there.submit({ type: 'recover' });
  expect(there.room.seats.map((seat) => seat?.userId ?? null)).toEqual([null, 'ben', null, null]);
  expect(there.room.ownerId).toBe('ben');
});
