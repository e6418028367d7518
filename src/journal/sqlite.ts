import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { version } from '../ops/version.ts';
import { GroupCommit, type GroupCommitOptions } from './groupCommit.ts';
import {
  type Along,
  type Entry,
  type ExpiredRoom,
  Fenced,
  type Journal,
  JournalError,
  JournalUnavailable,
  knownFormat,
  LeaseHeld,
  NewerFormat,
  NoSuchRoom,
  type OpenJournal,
  type Person,
  type Replay,
  RoomExists,
  type RoomListing,
  type Snapshot,
} from './journal.ts';
import { markOf, withoutClaim } from './mark.ts';
import { sizeOf } from './sizes.ts';
import { makeTables } from './sqliteTables.ts';

export interface SqliteJournalOptions extends Partial<GroupCommitOptions> {
  /** Names this process; another one, or a later start of this one, must have another name. Random by default. */
  readonly owner?: string;
  /** The clock, Unix milliseconds. */
  readonly now?: () => number;
  /** The latest format that this process reads: that of this version. */
  readonly format?: number;
  /** Which build this process is of, for the marks of rooms: that of this version. */
  readonly build?: string;
}

/** To SQLite, no limit. */
const ALL = -1;

/** A sweep removes so many in one transaction, so that players don't wait for it: rooms or replays, and entries of a room. */
const SWEEP_BATCH = 10;
const SWEEP_ENTRIES = 2_500;

const prepareAll = (database: DatabaseSync) => ({
  roomById: database.prepare('SELECT * FROM rooms WHERE room_id = ?'),
  room: database.prepare('SELECT * FROM rooms WHERE room = ?'),
  alive: database.prepare('SELECT room_id, owner, expires_at FROM rooms WHERE expires_at > ? ORDER BY room'),
  create: database.prepare(
    'INSERT INTO rooms (room_id, owner, token, length, ttl_ms, expires_at, format) VALUES (?, ?, 1, ?, ?, ?, ?)',
  ),
  claim: database.prepare('UPDATE rooms SET owner = ?, token = ?, mark = ? WHERE room = ?'),
  /** For who holds it, as long as it is alive. */
  lengthen: database.prepare(
    `UPDATE rooms SET length = length + ?1, expires_at = ?2 + ttl_ms, format = max(format, ?3), mark = NULL
     WHERE room = ?4 AND owner = ?5 AND token = ?6 AND expires_at > ?7 RETURNING length`,
  ),
  release: database.prepare('UPDATE rooms SET owner = NULL WHERE room = ? AND owner = ? AND token = ?'),
  mark: database.prepare('UPDATE rooms SET mark = ? WHERE room = ?'),
  remove: database.prepare('DELETE FROM rooms WHERE room = ?'),
  addEntry: database.prepare('INSERT INTO entries (room, n, entry) VALUES (?, ?, ?)'),
  dropBefore: database.prepare('DELETE FROM entries WHERE room = ? AND n < ?'),
  entries: database.prepare('SELECT entry FROM entries WHERE room = ? AND n >= ? ORDER BY n LIMIT ?'),
  keepReplay: database.prepare(
    'INSERT OR REPLACE INTO replays (room_id, match_number, expires_at, record) VALUES (?, ?, ?, ?)',
  ),
  replay: database.prepare('SELECT record FROM replays WHERE room_id = ? AND match_number = ? AND expires_at > ?'),
  expired: database.prepare(
    `SELECT room, room_id, (SELECT entry FROM entries WHERE entries.room = rooms.room ORDER BY n DESC LIMIT 1) AS last
     FROM rooms WHERE expires_at <= ? LIMIT ${SWEEP_BATCH}`,
  ),
  /** All but the last, which is told of a room that ends. */
  sweepEntries: database.prepare(
    `DELETE FROM entries WHERE room = ?1 AND n < (SELECT max(n) FROM entries WHERE room = ?1)
     AND n < (SELECT min(n) FROM entries WHERE room = ?1) + ${SWEEP_ENTRIES}`,
  ),
  sweepReplays: database.prepare(
    `DELETE FROM replays WHERE rowid IN (SELECT rowid FROM replays WHERE expires_at <= ? LIMIT ${SWEEP_BATCH})
     RETURNING room_id`,
  ),
  putPerson: database.prepare('INSERT OR REPLACE INTO people (room_id, person, user_id, name) VALUES (?, ?, ?, ?)'),
  people: database.prepare(
    'SELECT person AS key, user_id AS userId, name FROM people WHERE room_id = ? ORDER BY rowid',
  ),
  dropPerson: database.prepare('DELETE FROM people WHERE room_id = ? AND person = ?'),
  erase: database.prepare("UPDATE people SET user_id = '', name = '' WHERE user_id = ?"),
  /** They are kept for as long as a room or a replay names them. */
  forgetPeople: database.prepare(
    `DELETE FROM people WHERE room_id = ?1 AND NOT EXISTS (SELECT 1 FROM rooms WHERE room_id = ?1)
     AND NOT EXISTS (SELECT 1 FROM replays WHERE room_id = ?1)`,
  ),
});

interface RoomRow {
  readonly room: number;
  readonly room_id: string;
  readonly owner: string | null;
  readonly token: number;
  readonly length: number;
  readonly ttl_ms: number;
  readonly expires_at: number;
  readonly format: number;
  readonly mark: string | null;
}

/** What a claim is known by. `room` is the row. */
export interface ClaimId {
  readonly roomId: string;
  readonly room: number;
  readonly token: number;
}

export type SqliteClaim = OpenJournal & ClaimId;

/**
 * The embedded journal: one SQLite file. It is meant for one process; should two run on it, they take rooms from each
 * other by the fencing token, and no room is ever in both.
 */
export class SqliteJournal implements Journal {
  readonly #statements: ReturnType<typeof prepareAll>;
  readonly #commits: GroupCommit;
  readonly #owner: string;
  readonly #now: () => number;
  readonly #format: number;
  readonly #build: string;
  #closed = false;

  /** @param database from `openDatabase`; whoever opened it closes it, after this journal */
  constructor(database: DatabaseSync, options: SqliteJournalOptions = {}) {
    const { owner = randomUUID(), now = Date.now, format = knownFormat } = options;
    makeTables(database);
    this.#statements = prepareAll(database);
    this.#commits = new GroupCommit(database, options);
    this.#owner = owner;
    this.#now = now;
    this.#format = format;
    this.#build = options.build ?? version;
  }

  create(
    roomId: string,
    entries: readonly Entry[],
    ttlMs: number,
    { format = 1, people = [] }: Along = {},
  ): Promise<SqliteClaim> {
    return this.#commits.write(sizeOf(entries), () => {
      const found = this.#roomById(roomId);
      if (found && this.#isAlive(found)) throw new RoomExists(roomId);
      if (found) this.#statements.remove.run(found.room);
      const ttl = Math.round(ttlMs);
      const inserted = this.#statements.create.run(
        ...[roomId, this.#owner, entries.length, ttl, this.#in(ttl), format],
      );
      const room = Number(inserted.lastInsertRowid);
      this.#addEntries(room, 0, entries);
      this.#addPeople(roomId, people);
      return this.claimed({ roomId, room, token: 1 });
    });
  }

  open(roomId: string, { alone = false }: { readonly alone?: boolean } = {}): Promise<SqliteClaim> {
    return this.#commits.write(0, () => {
      const found = this.#roomById(roomId);
      if (!found || !this.#isAlive(found)) throw new NoSuchRoom(roomId);
      if (found.owner === this.#owner) throw new LeaseHeld(roomId, this.#owner);
      if (found.format > this.#format) throw new NewerFormat(roomId, found.format);
      const token = found.token + 1;
      this.#statements.claim.run(
        this.#owner,
        token,
        markOf(roomId, found.mark, {
          ...{ found: found.token, isOurs: false, token, build: this.#build, alone },
        }),
        found.room,
      );
      return this.claimed({ roomId, room: found.room, token });
    });
  }

  list(): Promise<readonly RoomListing[]> {
    return this.#read(() =>
      (this.#statements.alive.all(this.#now()) as unknown as RoomRow[]).map((row) => ({
        roomId: row.room_id,
        owner: row.owner === this.#owner ? row.owner : null,
        expiresAt: row.expires_at,
      })),
    );
  }

  expiriesOf(roomIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.#read(() => {
      const rows = roomIds.flatMap((roomId) => this.#roomById(roomId) ?? []);
      return new Map(rows.filter((row) => this.#isAlive(row)).map((row) => [row.room_id, row.expires_at]));
    });
  }

  async sweep(): Promise<readonly ExpiredRoom[]> {
    const swept: ExpiredRoom[] = [];
    let more = true;
    while (more) {
      try {
        const [rooms, replays] = await this.#commits.write(0, () => [this.#endExpired(), this.#endReplays()] as const);
        swept.push(...rooms.ended);
        more = rooms.more || replays.length === SWEEP_BATCH;
      } catch (error) {
        // What was removed before has to be told: nobody else will be.
        if (swept.length === 0) throw error;
        more = false;
      }
    }
    return swept;
  }

  replay(roomId: string, matchNumber: number): Promise<string | null> {
    return this.#read(() => {
      const found = this.#statements.replay.get(roomId, matchNumber, this.#now());
      return found ? (found.record as string) : null;
    });
  }

  people(roomId: string): Promise<readonly Person[]> {
    return this.#read(() => this.#statements.people.all(roomId) as unknown as Person[]);
  }

  erase(userId: string): Promise<number> {
    return this.#commits.write(0, () => Number(this.#statements.erase.run(userId).changes));
  }

  async close(): Promise<void> {
    this.#commits.close();
    this.#closed = true;
  }

  /** A claim that this journal has given out, by what it says of itself. */
  claimed({ roomId, room, token }: ClaimId): SqliteClaim {
    /** Asked before anything is done by this claim. */
    const held = (): RoomRow => {
      const found = this.#statements.room.get(room) as unknown as RoomRow | undefined;
      if (!found || !this.#isAlive(found)) throw new NoSuchRoom(roomId);
      if (found.owner !== this.#owner || found.token !== token) throw new Fenced(roomId);
      return found;
    };
    return {
      roomId,
      room,
      token,

      read: (from = 0, most = ALL) =>
        this.#read(() => {
          const rows = this.#statements.entries.all(room, from, most);
          // After the reading: a claim that is good now was good then.
          held();
          return rows.map((row) => row.entry as Entry);
        }),

      people: () => this.people(roomId),

      append: (entries: readonly Entry[], along: Along = {}) =>
        this.#commits.write(sizeOf(entries, along), () => {
          const { format = 1, people = [], nameless = [], replay, snapshot } = along;
          const claim = [room, this.#owner, token, this.#now()] as const;
          const lengthened = this.#statements.lengthen.get(entries.length, this.#in(0), format, ...claim);
          if (!lengthened) {
            held();
            throw new Fenced(roomId);
          }
          this.#addEntries(room, (lengthened.length as number) - entries.length, entries);
          this.#addPeople(roomId, people);
          for (const key of nameless) this.#statements.dropPerson.run(roomId, key);
          if (snapshot) this.#putSnapshot(room, snapshot);
          if (replay) this.#keepReplay(roomId, replay);
        }),

      release: (failed = false) =>
        this.#commits.write(0, () => {
          const found = this.#statements.room.get(room) as unknown as RoomRow | undefined;
          if (found?.mark && !failed) this.#statements.mark.run(withoutClaim(found.mark, token), room);
          this.#statements.release.run(room, this.#owner, token);
        }),

      forget: () =>
        this.#commits.write(0, () => {
          try {
            held();
          } catch (error) {
            if (error instanceof NoSuchRoom) return;
            throw error;
          }
          this.#statements.remove.run(room);
          this.#statements.forgetPeople.run(roomId);
        }),
    };
  }

  /** Some of them: one that is long takes several steps. */
  #endExpired(): { ended: readonly ExpiredRoom[]; more: boolean } {
    const expired = this.#statements.expired.all(this.#now());
    const ended = expired.flatMap(({ room, room_id, last }) => {
      if (this.#statements.sweepEntries.run(room as number).changes === SWEEP_ENTRIES) return [];
      this.#statements.remove.run(room as number);
      this.#statements.forgetPeople.run(room_id as string);
      return [{ roomId: room_id as string, last: last as Entry | null }];
    });
    return { ended, more: ended.length < expired.length || expired.length === SWEEP_BATCH };
  }

  /** Some of them. */
  #endReplays(): readonly unknown[] {
    const ended = this.#statements.sweepReplays.all(this.#now());
    for (const { room_id } of ended) this.#statements.forgetPeople.run(room_id as string);
    return ended;
  }

  #roomById(roomId: string): RoomRow | undefined {
    return this.#statements.roomById.get(roomId) as unknown as RoomRow | undefined;
  }

  /** The time `ms` from now. Whole, for the column: a setting in seconds may be a fraction. */
  #in(ms: number): number {
    return Math.round(this.#now() + ms);
  }

  #isAlive(row: RoomRow): boolean {
    return row.expires_at > this.#now();
  }

  #addEntries(room: number, from: number, entries: readonly Entry[]): void {
    for (const [i, entry] of entries.entries()) this.#statements.addEntry.run(room, from + i, entry);
  }

  #addPeople(roomId: string, people: readonly Person[]): void {
    for (const { key, userId, name } of people) this.#statements.putPerson.run(roomId, key, userId, name);
  }

  /** In the place of the last entry that it stands for. */
  #putSnapshot(room: number, { n, entry }: Snapshot): void {
    this.#statements.dropBefore.run(room, n);
    this.#addEntries(room, n - 1, [entry]);
  }

  #keepReplay(roomId: string, { matchNumber, record, ttlMs }: Replay): void {
    this.#statements.keepReplay.run(roomId, matchNumber, this.#in(ttlMs), record);
  }

  async #read<T>(run: () => T): Promise<T> {
    if (this.#closed) throw new JournalUnavailable('it is closed');
    try {
      return run();
    } catch (error) {
      if (error instanceof JournalError) throw error;
      throw new JournalUnavailable((error as Error).message, { cause: error });
    }
  }
}
