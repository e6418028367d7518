import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/journal/database.ts';
import { Fenced, JournalUnavailable } from '../../src/journal/journal.ts';
import { SqliteJournal } from '../../src/journal/sqlite.ts';
import { alongContract } from './alongContract.ts';
import { journalContract } from './contract.ts';
import { journalAgreesWithModel } from './model.ts';
import { SqliteStore } from './sqliteStore.ts';

journalContract('SQLite', async () => new SqliteStore(), { leases: false });
journalAgreesWithModel('SQLite', async () => new SqliteStore(), 200);
alongContract('SQLite', async () => new SqliteStore());

describe('the embedded journal', () => {
  let store: SqliteStore;
  const ttl = 60_000;

  beforeEach(() => {
    store = new SqliteStore();
  });

  afterEach(async () => {
    await store.dispose();
  });

  it('shares one commit among the moves of 200 rooms in one turn', async () => {
    const commits: number[] = [];
    const journal = await store.start({ onCommit: ({ writes }) => commits.push(writes) });
    const ids = Array.from({ length: 200 }, (_, i) => `room_${i}`);
    const rooms = await Promise.all(ids.map((id) => journal.create(id, ['a'], ttl)));
    await Promise.all(rooms.map((room) => room.append(['b'])));
    const before = commitsInWal(store.folder);
    await Promise.all(rooms.map((room) => room.append(['c'])));
    expect(commitsInWal(store.folder) - before).toBe(1);
    expect(commits).toEqual([200, 200, 200]);
  });

  it('ends a room of any length in steps, between which others have their turn, and tells of it once', async () => {
    const journal = await store.start();
    const endless = await journal.create('room_a', ['first'], 1000);
    for (let i = 0; i < 5; i++) await endless.append(Array.from({ length: 1000 }, (_, k) => `${i} ${k}`));
    const other = await journal.create('room_b', [], ttl);
    await store.pass(1000);
    const order: string[] = [];
    const sweep = journal.sweep().then((ended) => {
      order.push('ended');
      return ended;
    });
    for (let i = 0; i < 2; i++) {
      await other.append(['move']);
      order.push('moved');
    }
    expect(await sweep).toEqual([{ roomId: 'room_a', last: '4 999' }]);
    expect(order).toEqual(['moved', 'moved', 'ended']);
    expect(await journal.sweep()).toEqual([]);
    expect(store.connect().prepare('SELECT count(*) AS count FROM entries').get()?.count).toBe(2);
  });

  it('answers an append only when another process can see it', async () => {
    const journal = await store.start();
    const room = await journal.create('room_a', [], ttl);
    const other = store.connect().prepare('SELECT count(*) AS count FROM entries');
    let answered = false;
    const append = room.append(['a']).then(() => {
      answered = true;
    });
    await Promise.resolve();
    expect([answered, other.get()?.count]).toEqual([false, 0]);
    await append;
    expect(other.get()?.count).toBe(1);
  });

  it('has everything that it acknowledged when its process is killed', async () => {
    const acknowledged = await killWriter(store.folder, 400);
    const journal = new SqliteJournal(store.connect());
    expect((await journal.list()).map(({ roomId, owner }) => [roomId, owner])).toEqual(
      ['room_a', 'room_b', 'room_c', 'room_d'].map((roomId) => [roomId, null]),
    );
    for (const [roomId, last] of acknowledged) {
      const room = await journal.open(roomId);
      const [opened, ...entries] = await room.read();
      expect([room.token, opened]).toEqual([2, 'opened']);
      const appends = entries.length / 2;
      expect(entries).toEqual(Array.from({ length: appends }, (_, n) => [`${n} first`, `${n} second`]).flat());
      expect(appends).toBeGreaterThan(last);
    }
  });

  it('lets two processes on one file take rooms from each other, and never share one', async () => {
    const old = await store.start();
    const moved = await old.create('room_a', ['a'], ttl);
    const kept = await old.create('room_b', ['a'], ttl);
    const young = await store.start();
    const room = await young.open('room_a');
    await expect(moved.append(['x'])).rejects.toThrow(Fenced);
    await kept.append(['b']);
    await room.append(['b']);
    const back = await old.open('room_a');
    await expect(room.append(['x'])).rejects.toThrow(Fenced);
    expect(await back.read()).toEqual(['a', 'b']);
  });

  it('stores nothing of a turn when the disk is full, and goes on when there is room again', async () => {
    const journal = await store.start();
    const [database] = store.databases;
    const small = await journal.create('room_small', ['a'], ttl);
    const large = await journal.create('room_large', ['a'], ttl);
    const pages = database?.prepare('PRAGMA page_count').get()?.page_count;
    database?.exec(`PRAGMA max_page_count = ${pages}`);
    const turn = () =>
      Promise.allSettled([small.append(['b']), large.append(['x'.repeat(1_000_000)]), small.append(['c'])]);
    for (const outcome of await turn()) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'JournalUnavailable', inDoubt: false } });
    }
    expect([await small.read(), await large.read()]).toEqual([['a'], ['a']]);
    database?.exec('PRAGMA max_page_count = 4294967294');
    await turn();
    expect(await small.read()).toEqual(['a', 'b', 'c']);
    expect((await large.read())[1]).toHaveLength(1_000_000);
  });

  it('undoes the whole turn when a write in it breaks, and goes on with the next', async () => {
    const journal = await store.start();
    const [room, other] = [await journal.create('room_a', ['a'], ttl), await journal.create('room_b', ['a'], ttl)];
    store.databases[0]?.exec(`
      CREATE TRIGGER broken BEFORE INSERT ON entries WHEN NEW.entry = 'bad sector'
      BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END
    `);
    const turn = [other.append(['b']), room.append(['b', 'bad sector']), other.release()];
    for (const outcome of await Promise.allSettled(turn)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'JournalUnavailable' } });
    }
    await Promise.all([room.append(['c']), other.append(['c'])]);
    expect([await room.read(), await other.read()]).toEqual([
      ['a', 'c'],
      ['a', 'c'],
    ]);
  });

  it('stores nothing while somebody locks the file, still reads, and goes on after it', async () => {
    const journal = await store.start();
    const room = await journal.create('room_a', ['a'], ttl);
    await store.breakDown();
    await expect(room.append(['b'])).rejects.toThrow('the journal is not available: database is locked');
    await expect(journal.sweep()).rejects.toThrow(JournalUnavailable);
    expect(await room.read()).toEqual(['a']);
    await store.repair();
    await room.append(['c']);
    expect(await room.read()).toEqual(['a', 'c']);
  });

  it('refuses at once what is too much to wait, and only that', async () => {
    const journal = await store.start({ maxWaiting: 100 });
    const room = await journal.create('room_a', [], ttl);
    const [first, second, third] = await Promise.allSettled([
      room.append(['a'.repeat(60)]),
      room.append(['b'.repeat(41)]),
      room.append(['c'.repeat(40)]),
    ]);
    expect([first.status, second.status, third.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(second).toMatchObject({ reason: { name: 'JournalUnavailable', inDoubt: false } });
    await room.append(['d'.repeat(100)]);
    expect((await room.read()).map((entry) => entry[0])).toEqual(['a', 'c', 'd']);
  });

  it('takes times of a fraction of a millisecond, as settings in seconds make them', async () => {
    const journal = await store.start();
    const room = await journal.create('room_a', [], 70.3);
    await room.append(['a'], { replay: { matchNumber: 1, record: 'match 1', ttlMs: 70.3 } });
    expect(await room.read()).toEqual(['a']);
  });

  it('frees the space of rooms and replays whose time is over', async () => {
    const journal = await store.start();
    for (let i = 0; i < 25; i += 1) {
      const room = await journal.create(`room_${i}`, ['a', 'b'], ttl);
      await room.append(['c'], { replay: { matchNumber: 1, record: 'match 1', ttlMs: ttl } });
    }
    await store.pass(ttl);
    expect(await journal.sweep()).toHaveLength(25);
    const count = (table: string) => store.databases[0]?.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n;
    expect(['rooms', 'entries', 'replays'].map(count)).toEqual([0, 0, 0]);
  });

  it('keeps its files from other users of the machine', async () => {
    const folder = join(store.folder, 'data', 'of recall');
    const database = openDatabase(folder);
    await new SqliteJournal(database).create('room_a', ['a'], ttl);
    const modeOf = (name: string) => statSync(join(folder, name)).mode & 0o777;
    expect(modeOf('.')).toBe(0o700);
    for (const name of ['recall.sqlite', 'recall.sqlite-wal', 'recall.sqlite-shm']) expect(modeOf(name)).toBe(0o600);
    database.close();
  });

  it('leaves the mode of a folder that was there as it is', () => {
    const folder = join(store.folder, 'mine');
    mkdirSync(folder);
    chmodSync(folder, 0o750);
    openDatabase(folder).close();
    expect(statSync(folder).mode & 0o777).toBe(0o750);
  });

  it('refuses a file of a newer version, and says what to do', () => {
    store.connect().exec('PRAGMA user_version = 1000');
    expect(() => openDatabase(store.folder)).toThrow(
      /recall\.sqlite: written by a newer version .*schema 1000, this one knows 1.* set DATA_DIR/,
    );
  });
});

/** Starts `writer.ts`, kills it after so many acknowledgements, and tells the last one of each room. */
async function killWriter(folder: string, acknowledgements: number): Promise<Map<string, number>> {
  const program = fileURLToPath(new URL('./writer.ts', import.meta.url));
  const writer = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  writer.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
    if (printed.split('\n').length > acknowledgements) writer.kill('SIGKILL');
  });
  await once(writer, 'close');
  const lines = printed.split('\n').slice(0, -1);
  expect(lines.length).toBeGreaterThanOrEqual(acknowledgements);
  return new Map(lines.map((line) => line.split(' ')).map(([roomId = '', n]) => [roomId, Number(n)]));
}

/** Counts the transactions in the write-ahead log: the last frame of each says how large the file is after it. */
function commitsInWal(folder: string): number {
  const wal = readFileSync(join(folder, 'recall.sqlite-wal'));
  const frameSize = 24 + wal.readUInt32BE(8);
  let commits = 0;
  for (let at = 32; at + frameSize <= wal.length; at += frameSize) if (wal.readUInt32BE(at + 4) > 0) commits += 1;
  return commits;
}
