import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/journal/database.ts';
import { JournalUnavailable, NoSuchRoom } from '../../src/journal/journal.ts';
import { RecallError } from '../../src/protocol/errors.ts';
import { alongContract } from '../journal/alongContract.ts';
import { journalContract } from '../journal/contract.ts';
import { FileStore } from './fileStore.ts';

journalContract('SQLite, in a thread of its own', async () => new FileStore(), { leases: false });
alongContract('SQLite, in a thread of its own', async () => new FileStore());

/** Whether this process may write any more into files than they have. */
function letFilesGrow(may: boolean): void {
  execFileSync('prlimit', [`--pid=${process.pid}`, `--fsize=${may ? 'unlimited' : '1'}:`]);
}

describe('the data file, in a thread of its own', () => {
  let store: FileStore;

  beforeEach(() => {
    store = new FileStore();
  });

  afterEach(() => store.dispose());

  it('holds up nobody while the disk is away, and says then that it was', async () => {
    const { journal, opened } = store.open();
    await opened;
    const room = await journal.create('room', ['a'], 60_000);
    await store.breakDown();
    let turns = 0;
    const turning = setInterval(() => turns++, 1);
    await expect(room.append(['b'])).rejects.toThrow(JournalUnavailable);
    clearInterval(turning);
    // A statement waits for the lock of another for half a second.
    expect(turns).toBeGreaterThan(20);
    await store.repair();
    await room.append(['b']);
    expect(await room.read()).toEqual(['a', 'b']);
  });

  it('says so when the disk holds its thread up, and not that this one is busy', async () => {
    const { journal, opened } = store.open({ lookEveryMs: 800 });
    await opened;
    const room = await journal.create('room', ['a'], 60_000);
    let isStalled = false;
    void store.stalled.then(() => {
      isStalled = true;
    });
    const busy = room.append(['b']);
    const until = performance.now() + 1700;
    while (performance.now() < until);
    await busy;
    expect(isStalled).toBe(false);
    await store.breakDown();
    // Each waits for the lock of another in its turn, and nothing is answered between them.
    for (let i = 0; i < 5; i++) await store.jump(1);
    const late = room.append(['c']).catch((error) => error);
    await store.stalled;
    await store.repair();
    await late;
    await room.append(['d']);
  }, 20_000);

  it('takes no more than fits while the disk takes nothing', async () => {
    const { journal, opened } = store.open();
    await opened;
    const rooms = await Promise.all(['a', 'b', 'c'].map((roomId) => journal.create(roomId, [], 60_000)));
    const long = 'x'.repeat(7 * 1024 * 1024);
    const appends = await Promise.allSettled(rooms.map((room) => room.append([long])));
    expect(appends.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    await rooms[2]?.append([long]);
  });

  it('finds out that nothing more fits by a look at it', async () => {
    const { journal, probe, opened } = store.open();
    await opened;
    await probe();
    letFilesGrow(false);
    try {
      await expect(probe()).rejects.toThrow(JournalUnavailable);
      await expect(journal.create('room', ['a'], 60_000)).rejects.toThrow(JournalUnavailable);
    } finally {
      letFilesGrow(true);
    }
    await probe();
    await journal.create('room', ['a'], 60_000);
  });

  it('keeps people too, and tells of who has to go before it says that it is done', async () => {
    const { revocations, sessions, audit } = store.open();
    const told: string[] = [];
    await revocations.onSignOut((userId) => told.push(userId));
    await revocations.ban('ann', 1000, 'op');
    expect(told).toEqual(['ann']);
    await revocations.revoke({ id: 'ben', tokenHash: 'hash' });
    expect(told).toEqual(['ann', 'ben']);
    expect(await revocations.look('ben', 'hash')).toMatchObject({ isRevoked: true });
    expect(await revocations.bans()).toHaveLength(1);
    await sessions.seen('ann', store.now());
    expect(await sessions.lastSeen(['ann', 'ben'])).toEqual(new Map([['ann', store.now()]]));
    await audit.write({ who: 'op', what: 'ban', whom: 'ann', how: { hours: 1 } });
    expect(await audit.read(5)).toMatchObject([{ who: 'op', what: 'ban', whom: 'ann', how: { hours: 1 } }]);
    await store.breakDown();
    const refused = await revocations.ban('cid', 1000, 'op').catch((error) => error);
    expect(refused).toBeInstanceOf(RecallError);
    expect(refused.body.code).toBe('UNAVAILABLE');
    expect(refused.cause).toBeInstanceOf(JournalUnavailable);
    await store.repair();
    expect(told).toEqual(['ann', 'ben']);
  });

  it('goes by the clock of who asks, and moves what is kept when that is set', async () => {
    const { journal } = store.open();
    const room = await journal.create('room', ['a'], 60_000);
    await store.jump(3_600_000);
    await room.append(['b']);
    await store.pass(59_000);
    await room.append(['c']);
    await store.pass(60_000);
    await expect(room.append(['d'])).rejects.toThrow(NoSuchRoom);
  });

  it('answers what was asked just before the clock was set as if it had not been', async () => {
    const { journal } = store.open();
    const room = await journal.create('room', ['a'], 60_000);
    const asked = Promise.all([room.read(), journal.list(), journal.expiriesOf(['room'])]);
    await store.jump(3_600_000);
    const [entries, rooms, expiries] = await asked;
    expect(entries).toEqual(['a']);
    expect(rooms.map(({ roomId }) => roomId)).toEqual(['room']);
    expect([...expiries.keys()]).toEqual(['room']);
  });

  it('says why it can not be opened', async () => {
    const database = openDatabase(store.folder);
    database.exec('PRAGMA user_version = 1000');
    database.close();
    await expect(store.open().opened).rejects.toThrow(/written by a newer version of this server/);
    writeFileSync(join(store.folder, 'recall.sqlite'), 'no database at all'.repeat(100));
    await expect(store.open().opened).rejects.toThrow(/file is not a database/);
    expect(store.deaths).toEqual([]);
  });

  it('answers nothing any more when it is closed, and has stored what was asked before', async () => {
    const first = store.open();
    const room = await first.journal.create('room', ['a'], 60_000);
    const append = room.append(['b']);
    await first.close();
    await append;
    await expect(room.append(['c'])).rejects.toThrow(JournalUnavailable);
    const again = await store.open().journal.open('room');
    expect(await again.read()).toEqual(['a', 'b']);
  });
});
