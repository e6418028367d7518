/**
 * Counts what entries have ever needed of who reads them: an event of a new type, or a new field of one, is a new format.
 * The head of a room says which one its entries need, and a process leaves a room alone that needs a later one than it
 * knows (docs/journal.md).
 */
export const knownFormat = 2;

/**
 * What this version writes. Readers come before writers: where `knownFormat` is another one, it is behind that for one
 * release (decision 0024).
 */
export const writtenFormat: number = 2;

/**
 * The durable journal: what a room is. An append-only list of entries for each room, a claim on it that only one process
 * can hold, and the replays of finished matches. `sqlite.ts` keeps it in a file, for one process; every implementation
 * passes test/journal/contract.ts. What it holds is secret.
 *
 * Every method may reject with `JournalUnavailable`. Times are Unix milliseconds.
 */
export interface Journal {
  /**
   * Creates a room's journal with its first entries and claims it. A room id is used for one room ever. After
   * `JournalUnavailable` take another id.
   * @param ttlMs how long the room lives after its last append, milliseconds
   * @throws RoomExists
   */
  create(
    roomId: string,
    entries: readonly Entry[],
    ttlMs: number,
    along?: Omit<Along, 'replay' | 'snapshot'>,
  ): Promise<OpenJournal>;

  /**
   * Claims a room that exists: raises its fencing token, so that whoever held it before can append no more. Doesn't
   * renew its time: a room that is only ever recovered still expires.
   *
   * It also marks the room, until the first append of this claim or its release: a room whose claims end otherwise, with
   * their processes, may be what ends them. One that is marked is given to who says that it is read `alone`; and one
   * whose claims have ended so twice, while it was read alone, to nobody of the same `build`.
   * @throws NoSuchRoom unknown, forgotten or expired
   * @throws Suspect it is marked, and `alone` was not said: nothing has changed
   * @throws GivenUp it is marked as one that is not tried any more: nothing has changed
   * @throws NewerFormat its entries need a newer version of this server: nothing has changed
   * @throws LeaseHeld a living owner has it, be it this very journal. An embedded journal takes every owner but itself
   *   for dead
   */
  open(roomId: string, how?: { readonly alone?: boolean }): Promise<OpenJournal>;

  /** The rooms that are alive, oldest first. */
  list(): Promise<readonly RoomListing[]>;

  /** When each of these rooms expires; those that are not alive are left out. */
  expiriesOf(roomIds: readonly string[]): Promise<ReadonlyMap<string, number>>;

  /**
   * Ends the rooms and replays whose time is over: invisible they are already, and stay where they are until somebody
   * sweeps. An append comes before the end of its room, or after it, when it is refused.
   * @returns the rooms that this call has ended; each is told to one caller alone, in the whole cluster
   */
  sweep(): Promise<readonly ExpiredRoom[]>;

  /** The record of a finished match, or null where there is none (any more). */
  replay(roomId: string, matchNumber: number): Promise<string | null>;

  /** The persons whom the entries of a room and its replays name; one that was erased has neither id nor name. */
  people(roomId: string): Promise<readonly Person[]>;

  /**
   * Erases who a user is from every room and replay, whoever has it: their persons keep their keys alone. In a room that
   * they are still in, they must be given up before.
   * @returns how many there were
   */
  erase(userId: string): Promise<number>;

  /** Ends when all that was asked before is done. Claims are left as they are: release them first. */
  close(): Promise<void>;
}

/** A claim on one room. It keeps nothing of the room in memory. */
export interface OpenJournal {
  readonly roomId: string;
  /** Counts the claims on this room, from 1. */
  readonly token: number;

  /**
   * What is durable, in order: `most` entries at most, from the one with the index `from` on (all, by default). Where a
   * snapshot stands for those up to there, it comes first. Read a room of unknown length in ranges: it may have any number
   * of them.
   * @throws Fenced
   * @throws NoSuchRoom
   */
  read(from?: number, most?: number): Promise<readonly Entry[]>;

  /** As `Journal.people` of this room. */
  people(): Promise<readonly Person[]>;

  /**
   * Appends all of `entries` or none, in order, and what goes along with them; all of it is durable when the promise
   * resolves. Renews the room's time, with no entries too. Await one append before the next.
   * @throws Fenced another owner has claimed the room, or this claim was released: stored nothing. Say nothing more for
   *   this room
   * @throws NoSuchRoom the room has expired or was forgotten: stored nothing
   * @throws JournalUnavailable stored nothing, unless its `inDoubt` is set: then it may have been stored, and nothing
   *   but the same append may follow. It is stored once however often it is repeated
   */
  append(entries: readonly Entry[], along?: Along): Promise<void>;

  /**
   * Gives the claim up: the room may be opened elsewhere at once. Where the claim is lost already, no more is done than to
   * say that this process has not ended by the room (`Journal.open`).
   * @param failed the room could not be made of what it has: it stays marked (`Journal.open`)
   */
  release(failed?: boolean): Promise<void>;

  /**
   * The room is over: nothing of it stays but its replays. Without effect where it is gone already.
   * @throws Fenced
   */
  forget(): Promise<void>;
}

/** One entry, as it is stored: JSON, which the journal doesn't look into. */
export type Entry = string;

/** What is stored with entries, in the same step. */
export interface Along {
  /** The format that the entries need of who reads them, for the head of the room, which keeps the latest. The first, by default. */
  readonly format?: number;
  /** Whom they name for the first time. */
  readonly people?: readonly Person[];
  /** A match that ends hands its replay over with its last entries, so that no crash can fall in between. It doesn't end with its room. */
  readonly replay?: Replay;
  /** What it stands for is dropped. */
  readonly snapshot?: Snapshot;
  /** The keys of people whom nothing names any more that is left then. */
  readonly nameless?: readonly string[];
}

/** An entry that stands for the first `n` entries of a room, of those that are appended with it too. */
export interface Snapshot {
  readonly n: number;
  readonly entry: Entry;
}

/** Somebody whom entries name by a key, so that they can be erased and no entry is ever rewritten. */
export interface Person {
  readonly key: string;
  /** Empty once they were erased. */
  readonly userId: string;
  readonly name: string;
}

/** The record of a finished match. */
export interface Replay {
  readonly matchNumber: number;
  readonly record: string;
  /** How long it is kept, milliseconds. */
  readonly ttlMs: number;
}

export interface RoomListing {
  readonly roomId: string;
  /** The process that holds the room; null where nobody does, or surely nobody living. */
  readonly owner: string | null;
  readonly expiresAt: number;
}

export interface ExpiredRoom {
  readonly roomId: string;
  /** What had happened last in it; null where it has no entries. */
  readonly last: Entry | null;
}

/** The journal has refused. Each kind asks something else of the caller. */
export abstract class JournalError extends Error {}

export class RoomExists extends JournalError {
  override readonly name = 'RoomExists';

  constructor(roomId: string) {
    super(`${roomId} exists already`);
  }
}

export class NoSuchRoom extends JournalError {
  override readonly name = 'NoSuchRoom';

  constructor(roomId: string) {
    super(`${roomId} is unknown, forgotten or expired`);
  }
}

export class LeaseHeld extends JournalError {
  override readonly name = 'LeaseHeld';
  readonly owner: string;

  constructor(roomId: string, owner: string) {
    super(`${roomId} is held by ${owner}`);
    this.owner = owner;
  }
}

export class NewerFormat extends JournalError {
  override readonly name = 'NewerFormat';
  readonly format: number;

  constructor(roomId: string, format: number) {
    super(`${roomId} is of format ${format}: it waits for a newer version of this server`);
    this.format = format;
  }
}

/** Who has had the room before may have ended by it. */
export class Suspect extends JournalError {
  override readonly name = 'Suspect';

  constructor(roomId: string) {
    super(`${roomId} was not brought back by who tried before: it has to be read alone`);
  }
}

export class GivenUp extends JournalError {
  override readonly name = 'GivenUp';

  constructor(roomId: string) {
    super(`${roomId} is not tried any more by this build: it was not brought back by who tried, again and again`);
  }
}

export class Fenced extends JournalError {
  override readonly name = 'Fenced';

  constructor(roomId: string) {
    super(`${roomId} is no longer held by this claim`);
  }
}

/** Why a room can't be read. given_up: who reads it ends, or fails. */
export type Fault =
  | 'torn'
  | 'unknown_event'
  | 'misshapen_event'
  | 'does_not_follow'
  | 'unknown_person'
  | 'bad_snapshot'
  | 'too_long'
  | 'given_up';

/** A room can't be made of its entries: one is torn or of a kind that this version doesn't know, or there are too many. */
export class Unreadable extends JournalError {
  override readonly name = 'Unreadable';
  /** The number of the entry that is in the way, from 1. */
  readonly entry: number;
  readonly fault: Fault;
  /** What is wrong with it, in words, without anything that stands in it. */
  readonly reason: string;

  constructor(roomId: string, entry: number, fault: Fault, reason: string) {
    super(`${roomId}, entry ${entry}: ${reason}`);
    this.entry = entry;
    this.fault = fault;
    this.reason = reason;
  }
}

/** The journal can't be reached or written (disk full, file locked, server gone, too much waiting). */
export class JournalUnavailable extends JournalError {
  override readonly name = 'JournalUnavailable';
  /** Whether it may have been stored all the same. */
  readonly inDoubt: boolean;

  constructor(why: string, { inDoubt = false, cause }: { inDoubt?: boolean; cause?: unknown } = {}) {
    super(`the journal is not available: ${why}`, { cause });
    this.inDoubt = inDoubt;
  }
}
