import { beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../../src/journal/database.ts';
import { databaseTime } from '../../src/journal/databaseTime.ts';
import { GroupCommit } from '../../src/journal/groupCommit.ts';
import { SqliteJournal } from '../../src/journal/sqlite.ts';
import { createLog } from '../../src/ops/log.ts';
import { sqliteRevocations } from '../../src/people/revocations.ts';
import { sqliteSessions } from '../../src/people/sessions.ts';
import { temporaryFolder } from '../people/folder.ts';
import { type ManualClock, manualClock } from '../support/clock.ts';

const [hour, day] = [3_600_000, 86_400_000];
const user = { name: undefined, roles: [], guest: true, generation: 0, tokenHash: '', expiresAt: undefined };

let clock: ManualClock;
let stored: Awaited<ReturnType<typeof fill>>;
beforeEach(async () => {
  clock = manualClock();
  stored = await fill();
});

/** A room, a replay, a session, a ban and a sign-out, each with an hour left. */
async function fill() {
  const database = openDatabase(temporaryFolder());
  const lifetimes = { replayTtlMs: hour, sessionTtlMs: hour };
  const now = databaseTime(database, lifetimes, clock, createLog('silent'));
  const commits = new GroupCommit(database);
  const journal = new SqliteJournal(database, { now });
  const sessions = sqliteSessions(database, commits, hour, now);
  const revocations = sqliteRevocations(database, commits, hour, now);
  const room = await journal.create('room_1', ['one'], hour);
  await room.append(['two'], { replay: { matchNumber: 1, record: 'a replay', ttlMs: hour } });
  await sessions.remember('ann', { name: 'Ann' });
  await revocations.ban('eve', hour, 'olga');
  await revocations.revoke({ ...user, id: 'bob', tokenHash: 'his', expiresAt: now() + hour });
  const left = async () => {
    await journal.sweep();
    await sessions.sweep();
    const ban = (await revocations.bans()).map(({ userId }) => userId)[0];
    const kept = [await journal.replay('room_1', 1), (await sessions.of('ann'))?.name, ban];
    return [...(await journal.list()).map(({ roomId }) => roomId), ...kept].filter(Boolean);
  };
  return { database, left, revocations };
}
const all = ['room_1', 'a replay', 'Ann', 'eve'];

test.each([
  ['forward', day],
  ['back', -day],
])(
  'in a file, what has an hour left when the clock is set %s by a day has an hour left (never again 49)',
  async (_, byMs) => {
    await clock.jump(byMs);
    await clock.advance(hour - 1);
    expect(await stored.left()).toEqual(all);
    await clock.advance(1);
    expect(await stored.left()).toEqual([]);
  },
);

test('in a file, a clock that was years behind and is put right keeps nothing for years', async () => {
  await clock.jump(-10_000 * day);
  stored = await fill();
  await clock.jump(10_000 * day);
  await clock.jump(10_000 * day);
  await clock.advance(hour);
  expect(await stored.left()).toEqual([]);
});

test('in a file, a token that was signed out stays so when a clock is set forward and put right', async () => {
  await clock.jump(100 * day);
  await stored.revocations.revoke({ ...user, id: 'carl' });
  await clock.jump(-100 * day);
  await stored.revocations.revoke({ ...user, id: 'dan' });
  expect(await stored.revocations.look('bob', 'his')).toMatchObject({ isRevoked: true });
});

test('in a file that can’t be written just then, time goes on as before', async () => {
  stored.database.exec('PRAGMA query_only = 1');
  await clock.jump(day);
  stored.database.exec('PRAGMA query_only = 0');
  expect(await stored.left()).toEqual(all);
  // The next one is made up for together with it.
  await clock.jump(-day / 2);
  await clock.advance(hour - 1);
  expect(await stored.left()).toEqual(all);
  await clock.advance(1);
  expect(await stored.left()).toEqual([]);
});
