import {
  type Along,
  type Entry,
  type ExpiredRoom,
  Fenced,
  type Journal,
  JournalUnavailable,
  knownFormat,
  LeaseHeld,
  NewerFormat,
  NoSuchRoom,
  type OpenJournal,
  type Person,
  RoomExists,
  type RoomListing,
} from '../src/journal/journal.ts';
import { markOf } from '../src/journal/mark.ts';
import type { RareThing } from './counts.ts';
import type { ModelStore, Refusal, StoredClaim } from './modelStore.ts';

/** What a process asks of the store. The last append is the one with which a match ends. */
export type Asked = 'create' | 'look' | 'claim' | 'read' | 'append' | 'last append' | 'release' | 'forget' | 'lease';

/** How what a process asks gets to the store, and the answer back. */
export interface Wire {
  /**
   * Carries out `step` at the store, at once or much later, or never.
   * @throws JournalUnavailable
   */
  ask<T>(what: Asked, step: (store: ModelStore) => T): Promise<T>;
  /** Looks at the store, and asks for nothing. @throws JournalUnavailable */
  look<T>(at: (store: ModelStore) => T): Promise<T>;
}

interface Options {
  /** Told of what is rare. */
  readonly note?: (thing: RareThing) => void;
  /** Told of each attempt to append. */
  readonly onAppend?: (roomId: string, token: number, from: number, entries: readonly Entry[]) => void;
  /** Told of each attempt to claim a room, and whose it was. */
  readonly onClaim?: (roomId: string, found: { readonly owner: string; readonly isAlive: boolean }) => void;
  /** The latest format that this process reads: that of this version. */
  readonly format?: number;
  /** Which build this process is of, for the marks of rooms. */
  readonly build?: string;
  /** A fault: it takes rooms without looking whether their owner lives. */
  readonly isHasty?: boolean;
}

/** A journal of one process on a model store. Which claims it holds is its own knowledge: one whose answer is lost isn't. */
export class ModelJournal implements Journal {
  readonly owner: string;
  readonly #wire: Wire;
  readonly #options: Options;
  readonly #held = new Map<string, number>();
  readonly #underWay = new Set<Promise<unknown>>();
  #closed = false;

  constructor(owner: string, wire: Wire, options: Options = {}) {
    this.owner = owner;
    this.#wire = wire;
    this.#options = options;
  }

  get #format(): number {
    return this.#options.format ?? knownFormat;
  }

  create(roomId: string, entries: readonly Entry[], ttlMs: number, along: Along = {}): Promise<OpenJournal> {
    return this.#do(async () => {
      const { owner } = this;
      if (!(await this.#wire.ask('create', (store) => store.create(owner, roomId, entries, ttlMs, along))))
        throw new RoomExists(roomId);
      return this.#claimed(roomId, { owner, token: 1, length: entries.length });
    });
  }

  open(roomId: string, { alone = false }: { readonly alone?: boolean } = {}): Promise<OpenJournal> {
    return this.#do(async () => {
      for (;;) {
        const found = await this.#wire.ask('look', (store) => {
          const head = store.head(roomId);
          return head && { ...head, isAlive: store.isAlive(head.owner) };
        });
        if (!found) throw new NoSuchRoom(roomId);
        if (this.#isHeld(roomId, found)) throw new LeaseHeld(roomId, found.owner);
        if (found.format > this.#format) throw new NewerFormat(roomId, found.format);
        const { build = 'simulated' } = this.#options;
        const mark = markOf(roomId, found.mark, {
          ...{ found: found.token, isOurs: found.owner === this.owner, token: found.token + 1, build, alone },
        });
        this.#options.onClaim?.(roomId, found);
        const claim = await this.#wire.ask('claim', (store) => store.claim(this.owner, roomId, found, mark));
        if (claim) return this.#claimed(roomId, claim);
        this.#options.note?.('claim race lost');
      }
    });
  }

  list(): Promise<readonly RoomListing[]> {
    return this.#do(async () => {
      const rooms = await this.#wire.ask('look', (store) => store.list());
      return rooms.map((room) => {
        const { roomId, owner, expiresAt } = room;
        return { roomId, owner: this.#isHeld(roomId, room) ? owner : null, expiresAt };
      });
    });
  }

  expiriesOf(roomIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.#do(async () => {
      const rooms = await this.#wire.ask('look', (store) => store.list());
      const asked = rooms.filter(({ roomId }) => roomIds.includes(roomId));
      return new Map(asked.map(({ roomId, expiresAt }) => [roomId, expiresAt]));
    });
  }

  sweep(): Promise<readonly ExpiredRoom[]> {
    return this.#do(() => this.#wire.ask('look', (store) => store.sweep()));
  }

  replay(roomId: string, matchNumber: number): Promise<string | null> {
    return this.#do(() => this.#wire.ask('look', (store) => store.replay(roomId, matchNumber)));
  }

  people(roomId: string): Promise<readonly Person[]> {
    return this.#do(() => this.#wire.ask('look', (store) => store.people(roomId)));
  }

  erase(userId: string): Promise<number> {
    return this.#do(() => this.#wire.ask('look', (store) => store.erase(userId)));
  }

  /** This process lives. @returns whether it counted as living until now. */
  renew(): Promise<boolean> {
    return this.#do(() => this.#wire.ask('lease', (store) => store.renew(this.owner)));
  }

  isAlive(owner: string): Promise<boolean> {
    return this.#do(() => this.#wire.look((store) => store.isAlive(owner)));
  }

  /** The ids of the rooms that no living process has. */
  abandoned(): Promise<readonly string[]> {
    return this.list().then((rooms) => rooms.filter(({ owner }) => owner === null).map(({ roomId }) => roomId));
  }

  /** Takes a process for dead. */
  endLease(owner: string): Promise<void> {
    return this.#do(() => this.#wire.ask('lease', (store) => store.endLease(owner)));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.allSettled(this.#underWay);
    await this.#wire.ask('lease', (store) => store.endLease(this.owner)).catch(() => {});
  }

  #claimed(roomId: string, claim: StoredClaim): OpenJournal {
    this.#held.set(roomId, claim.token);
    let { length } = claim;
    let appending = false;
    let inDoubt = false;
    const lost = (): void => {
      if (this.#held.get(roomId) === claim.token) this.#held.delete(roomId);
    };
    const refused = (refusal: Refusal): Error => {
      lost();
      return refusal === 'gone' ? new NoSuchRoom(roomId) : new Fenced(roomId);
    };

    return {
      roomId,
      token: claim.token,

      read: (from = 0, most = Number.POSITIVE_INFINITY) =>
        this.#do(async () => {
          const entries = await this.#wire.ask('read', (store) => store.read(claim, roomId, from, most));
          if (typeof entries !== 'string') return entries;
          this.#options.note?.('read fenced');
          throw refused(entries);
        }),

      people: () => this.people(roomId),

      append: (entries: readonly Entry[], along: Along = {}) =>
        this.#do(async () => {
          if (appending) throw new Error(`${roomId}: an append is under way`);
          appending = true;
          const from = length;
          this.#options.onAppend?.(roomId, claim.token, from, entries);
          try {
            const what = along.replay ? 'last append' : 'append';
            const outcome = await this.#wire.ask(what, (store) => store.append(claim, roomId, from, entries, along));
            if (outcome === 'full') throw new JournalUnavailable('no space left');
            if (outcome === 'fenced') this.#options.note?.('append fenced');
            if (outcome === 'fenced' || outcome === 'gone') throw refused(outcome);
            if (inDoubt && entries.length > 0) this.#options.note?.(repeats[outcome]);
            if (inDoubt && along.replay) this.#options.note?.('a match ended in an append that was repeated');
            inDoubt = false;
            length += entries.length;
          } catch (error) {
            if (error instanceof JournalUnavailable && error.inDoubt) inDoubt = true;
            throw error;
          } finally {
            appending = false;
          }
        }),

      release: (failed = false) =>
        this.#do(() => {
          lost();
          return this.#wire.ask('release', (store) => store.release(claim, roomId, failed));
        }),

      forget: () =>
        this.#do(async () => {
          const refusal = await this.#wire.ask('forget', (store) => store.forget(claim, roomId));
          lost();
          if (refusal === 'fenced') throw new Fenced(roomId);
        }),
    };
  }

  /** Whether a living process knows of that claim. */
  #isHeld(roomId: string, { owner, token, isAlive }: { owner: string; token: number; isAlive: boolean }): boolean {
    if (owner === this.owner) return this.#held.get(roomId) === token;
    return owner !== '' && isAlive && !this.#options.isHasty;
  }

  #do<T>(run: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new JournalUnavailable('it is closed'));
    const asked = run();
    this.#underWay.add(asked);
    const done = () => this.#underWay.delete(asked);
    asked.then(done, done);
    return asked;
  }
}

const repeats = { stored: 'in-doubt append stored by its repeat', repeated: 'in-doubt append found stored' } as const;
