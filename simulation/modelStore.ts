import type { Along, Entry, ExpiredRoom, Person } from '../src/journal/journal.ts';
import { withoutClaim } from '../src/journal/mark.ts';

/** What the store tells whoever watches over it: what is durable, and who may write. */
export interface Watcher {
  claimed(roomId: string, claim: StoredClaim): void;
  stored(roomId: string, claim: StoredClaim, entries: readonly Entry[], along: Along): void;
}

/** A claim as it was given: the name of the process, the fencing token, and how many entries there were then. */
export interface StoredClaim {
  readonly owner: string;
  readonly token: number;
  readonly length: number;
}

interface StoredRoom {
  /** The index of the first of the entries: where it is not 0, that one is a snapshot. */
  first: number;
  entries: Entry[];
  /** The last claim; nobody's owner is the empty text. */
  owner: string;
  token: number;
  readonly ttlMs: number;
  format: number;
  mark: string | null;
  expiresAt: number;
}

export type Refusal = 'gone' | 'fenced';

/**
 * Faults that the checker must notice. Of the store: early: an append is answered before it is stored, and what isn't
 * stored yet is lost with the process that sent it. unfenced: an old token still writes. twice: a repeated append is stored
 * again. forgetful: a claim loses the last entries, as after a failover. Of the processes: unleased: they take rooms whose
 * owner lives. deaf: they have rooms opened by who is dead.
 */
export type Fault = 'early' | 'unfenced' | 'twice' | 'forgetful' | 'unleased' | 'deaf';

/** The server of the model: what a journal promises, in the plainest way to keep it. Every call is one atomic step. */
export class ModelStore {
  readonly #rooms = new Map<string, StoredRoom>();
  readonly #replays = new Map<string, { record: string; expiresAt: number }>();
  readonly #people = new Map<string, Map<string, Person>>();
  /** Until when each process counts as living. */
  readonly #leases = new Map<string, number>();
  readonly #now: () => number;
  readonly #leaseMs: number;
  readonly #fault: Fault | undefined;
  readonly #watcher: Watcher | undefined;

  constructor(options: { now: () => number; leaseMs: number; watcher?: Watcher; fault?: Fault | undefined }) {
    this.#now = options.now;
    this.#leaseMs = options.leaseMs;
    this.#watcher = options.watcher;
    this.#fault = options.fault;
  }

  /** Nothing can be added; what adds nothing goes through. */
  isFull = false;

  get fault(): Fault | undefined {
    return this.#fault;
  }

  /** @returns whether the lease was in force until now. */
  renew(owner: string): boolean {
    const wasInForce = this.isAlive(owner);
    this.#leases.set(owner, this.#now() + this.#leaseMs);
    return wasInForce;
  }

  endLease(owner: string): void {
    this.#leases.delete(owner);
  }

  isAlive(owner: string): boolean {
    return (this.#leases.get(owner) ?? 0) > this.#now();
  }

  /** @returns whether there was no such room. */
  create(
    owner: string,
    roomId: string,
    entries: readonly Entry[],
    ttlMs: number,
    { format = 1, people = [] }: Along = {},
  ): boolean {
    if (this.#room(roomId)) return false;
    this.#rooms.delete(roomId);
    this.renew(owner);
    const expiresAt = this.#now() + ttlMs;
    const head = { owner, token: 1, ttlMs, format, mark: null, expiresAt };
    this.#rooms.set(roomId, { first: 0, entries: [...entries], ...head });
    this.#name(roomId, people);
    const claim = { owner, token: 1, length: 0 };
    this.#watcher?.claimed(roomId, claim);
    this.#watcher?.stored(roomId, claim, entries, { people });
    return true;
  }

  head(roomId: string): { owner: string; token: number; format: number; mark: string | null } | null {
    const room = this.#room(roomId);
    return room && { owner: room.owner, token: room.token, format: room.format, mark: room.mark };
  }

  /** @returns null where somebody else was faster than the claim that was `found`. */
  claim(owner: string, roomId: string, found: { owner: string; token: number }, mark: string): StoredClaim | null {
    const room = this.#room(roomId);
    if (!room || room.owner !== found.owner || room.token !== found.token) return null;
    this.renew(owner);
    if (this.#fault === 'forgetful') room.entries.splice(-2);
    room.owner = owner;
    room.token += 1;
    room.mark = mark;
    const claim = { owner, token: room.token, length: room.first + room.entries.length };
    this.#watcher?.claimed(roomId, claim);
    return claim;
  }

  /** Stores `entries` from the number `from` on, unless they are there already: then it is a repeat. */
  append(
    claim: StoredClaim,
    roomId: string,
    from: number,
    entries: readonly Entry[],
    along: Along = {},
  ): 'stored' | 'repeated' | 'full' | Refusal {
    const { format = 1, people = [], nameless = [], replay, snapshot } = along;
    if (this.isFull && entries.length > 0) return 'full';
    const refusal = this.refusal(claim, roomId);
    if (refusal === 'gone' || (refusal && this.#fault !== 'unfenced')) return refusal;
    const room = this.#room(roomId) as StoredRoom;
    const length = room.first + room.entries.length;
    const isNew = from === length || this.#fault === 'twice' || this.#fault === 'unfenced';
    const isRepeat =
      length === from + entries.length &&
      room.entries.every((entry, i) => {
        const given = entries[room.first + i - from];
        return given === undefined || entry === given || (snapshot?.n === room.first + 1 && entry === snapshot.entry);
      });
    if (!isNew && !isRepeat) return 'fenced';
    if (isNew) room.entries.push(...entries);
    if (snapshot && snapshot.n > room.first + 1) {
      room.entries.splice(0, snapshot.n - room.first, snapshot.entry);
      room.first = snapshot.n - 1;
    }
    room.format = Math.max(room.format, format);
    room.mark = null;
    this.#name(roomId, people);
    for (const key of nameless) this.#people.get(roomId)?.delete(key);
    room.expiresAt = this.#now() + room.ttlMs;
    if (replay) {
      const { record, ttlMs } = replay;
      this.#replays.set(replayKey(roomId, replay.matchNumber), { record, expiresAt: this.#now() + ttlMs });
    }
    if (isNew && entries.length > 0) this.#watcher?.stored(roomId, claim, entries, along);
    return isNew ? 'stored' : 'repeated';
  }

  read(claim: StoredClaim, roomId: string, from: number, most: number): readonly Entry[] | Refusal {
    const refusal = this.refusal(claim, roomId);
    if (refusal) return refusal;
    const { first, entries } = this.#room(roomId) as StoredRoom;
    const start = Math.max(from - first, 0);
    return entries.slice(start, start + most);
  }

  people(roomId: string): readonly Person[] {
    const hasReplay = [...this.#replays].some(
      ([key, { expiresAt }]) => key.startsWith(`${roomId} `) && expiresAt > this.#now(),
    );
    return this.#room(roomId) || hasReplay ? [...(this.#people.get(roomId)?.values() ?? [])] : [];
  }

  erase(userId: string): number {
    let erased = 0;
    for (const people of this.#people.values()) {
      for (const [key, person] of people) {
        if (person.userId !== userId) continue;
        people.set(key, { key, userId: '', name: '' });
        erased += 1;
      }
    }
    return erased;
  }

  release(claim: StoredClaim, roomId: string, failed: boolean): void {
    const room = this.#room(roomId);
    if (room && !failed) room.mark = withoutClaim(room.mark, claim.token);
    if (room && !this.refusal(claim, roomId)) room.owner = '';
  }

  forget(claim: StoredClaim, roomId: string): Refusal | null {
    const refusal = this.refusal(claim, roomId);
    if (!refusal) this.#rooms.delete(roomId);
    return refusal;
  }

  /** Why a claim may not write, or null. */
  refusal({ owner, token }: StoredClaim, roomId: string): Refusal | null {
    const room = this.#room(roomId);
    if (!room) return 'gone';
    return room.owner === owner && room.token === token ? null : 'fenced';
  }

  list(): { roomId: string; owner: string; token: number; isAlive: boolean; expiresAt: number }[] {
    const living = [...this.#rooms].filter(([, room]) => room.expiresAt > this.#now());
    return living.map(([roomId, { owner, token, expiresAt }]) => ({
      roomId,
      owner,
      token,
      isAlive: this.isAlive(owner),
      expiresAt,
    }));
  }

  sweep(): ExpiredRoom[] {
    const expired = [...this.#rooms].filter(([, room]) => room.expiresAt <= this.#now());
    for (const [roomId] of expired) this.#rooms.delete(roomId);
    return expired.map(([roomId, { entries }]) => ({ roomId, last: entries.at(-1) ?? null }));
  }

  replay(roomId: string, matchNumber: number): string | null {
    const found = this.#replays.get(replayKey(roomId, matchNumber));
    return found && found.expiresAt > this.#now() ? found.record : null;
  }

  /** The entries of a room that is there, as they are durable, from the last snapshot on. */
  entriesOf(roomId: string): readonly Entry[] | null {
    return this.#room(roomId)?.entries ?? null;
  }

  #name(roomId: string, people: readonly Person[]): void {
    const known = this.#people.get(roomId) ?? new Map<string, Person>();
    this.#people.set(roomId, known);
    for (const person of people) known.set(person.key, person);
  }

  #room(roomId: string): StoredRoom | null {
    const room = this.#rooms.get(roomId);
    return room && room.expiresAt > this.#now() ? room : null;
  }
}

const replayKey = (roomId: string, matchNumber: number): string => `${roomId} ${matchNumber}`;
