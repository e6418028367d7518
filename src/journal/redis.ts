import { randomUUID } from 'node:crypto';
import { version } from '../ops/version.ts';
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
} from './journal.ts';
import { markOf } from './mark.ts';
import type { AnyRedis } from './redisCluster.ts';
import { batches, RedisIndex } from './redisIndex.ts';
import { keysOf, replayOf } from './redisKeys.ts';
import { ProcessLease } from './redisLease.ts';
import type { RedisJournalOptions } from './redisOptions.ts';
import { type Owned, RedisOwners } from './redisOwners.ts';
import { asArgs, RedisPeople } from './redisPeople.ts';
import { RedisPipelines } from './redisPipelines.ts';
import {
  APPEND,
  CLAIM,
  CREATE,
  FORGET,
  LISTED,
  LOOK,
  READ,
  RELEASE,
  type Refusal,
  type Script,
} from './redisScripts.ts';
import { RedisSweep } from './redisSweep.ts';
import { sizeOf } from './sizes.ts';

/** What the head of a room says. */
type Head = readonly [owner: string, token: string, born: string, expiresAt: number, format: number, mark: string];

/**
 * The journal of a cluster: any number of processes on one Redis. What is one step for a room is one script
 * (redisScripts.ts), so that of two processes that both believe to be its owner only one can append. Clocks of processes
 * decide nothing.
 */
export class RedisJournal implements Journal {
  readonly #self: () => string;
  readonly #format: number;
  readonly #build: string;
  readonly #pipeline: RedisPipelines;
  readonly #lease: ProcessLease;
  readonly #index: RedisIndex;
  readonly #owners: RedisOwners;
  readonly #sweep: RedisSweep;
  readonly #people: RedisPeople;
  /** The claims that this process has been given, and their tokens. A claim of ours that isn't here got lost on its way. */
  readonly #held = new Map<string, string>();
  readonly #underWay = new Set<Promise<unknown>>();
  #mayLackRooms = false;
  #closed = false;

  /** @param redis from `connectRedis`; whoever connected it disconnects it, after this journal is closed */
  constructor(redis: AnyRedis, options: RedisJournalOptions = {}) {
    const random = randomUUID();
    const { owner: self = () => random, about = () => '', leaseMs = 3_000, onAvailability = () => {} } = options;
    const { onLapsed = () => {} } = options;
    this.#self = self;
    this.#format = options.format ?? knownFormat;
    this.#build = options.build ?? version;
    this.#pipeline = new RedisPipelines(redis, options);
    this.#index = new RedisIndex(this.#pipeline);
    this.#owners = new RedisOwners(this.#pipeline, {
      self,
      isAlive: (other) => this.#lease.isAlive(other),
      ownerOf: (roomId) => this.#ownerOf(roomId),
    });
    this.#sweep = new RedisSweep(this.#pipeline, this.#index, this.#owners);
    this.#people = new RedisPeople(this.#pipeline);
    this.#lease = new ProcessLease(redis, this.#pipeline, {
      self,
      about,
      leaseMs,
      onAvailability: (available) => {
        // A Redis that comes back may have lost the end of what it was told.
        if (!available) this.#mayLackRooms = true;
        onAvailability(available);
      },
      onLapsed,
    });
  }

  /** The name of this process, as `LeaseHeld` and listings give it. */
  get owner(): string {
    return this.#self();
  }

  create(
    roomId: string,
    entries: readonly Entry[],
    ttlMs: number,
    { format = 1, people = [] }: Along = {},
  ): Promise<OpenJournal> {
    return this.#do(async () => {
      const args = [this.owner, duration(ttlMs), format, ...asArgs(people), ...entries];
      const [, expiresAt] = await Promise.all([
        this.#lease.renew(),
        this.#pipeline.run<number | null>(CREATE, keysOf(roomId), args, sizeOf(entries)),
      ]);
      if (expiresAt === null) throw new RoomExists(roomId);
      // After the room, so that one whose creation was never answered is in no list, and ends unseen.
      await Promise.all([
        ...[this.#index.add(roomId, expiresAt), this.#owners.add(roomId, this.owner)],
        this.#pipeline.run(LISTED, keysOf(roomId), []),
      ]);
      return this.#claimed(roomId, '1', entries.length);
    });
  }

  open(roomId: string, { alone = false }: { readonly alone?: boolean } = {}): Promise<OpenJournal> {
    return this.#do(async () => {
      for (;;) {
        const head = await this.#head(roomId);
        if (!head) throw new NoSuchRoom(roomId);
        const [owner, token, , , format, found] = head;
        if (await this.#isHeld(roomId, owner, token)) throw new LeaseHeld(roomId, owner);
        if (format > this.#format) throw new NewerFormat(roomId, format);
        const mark = markOf(roomId, found || null, {
          ...{ found: Number(token), isOurs: owner === this.owner, token: Number(token) + 1 },
          ...{ build: this.#build, alone },
        });
        const isDone = (claimed: OpenJournal | null) => claimed !== null;
        const claimed = await this.#owners.change(roomId, () => this.#claim(roomId, head, mark), isDone);
        // Null: somebody was faster.
        if (claimed !== null) return claimed;
      }
    });
  }

  /**
   * Where nobody has claimed the room since its head was found so.
   * @throws JournalUnavailable
   */
  async #claim(roomId: string, [owner, token, , , format]: Head, mark: string): Promise<OpenJournal | null> {
    const args = [this.owner, owner, token, format, mark];
    const [, claim] = await Promise.all([
      this.#lease.renew(),
      this.#pipeline.run<[number, number, number] | null>(CLAIM, keysOf(roomId), args),
    ]);
    if (claim === null) return null;
    const [newToken, length, expiresAt] = claim;
    const room = this.#claimed(roomId, `${newToken}`, length);
    try {
      await Promise.all([this.#index.add(roomId, expiresAt), this.#owners.move(roomId, owner, this.owner)]);
      return room;
    } catch (error) {
      this.#held.delete(roomId);
      throw error;
    }
  }

  list(): Promise<readonly RoomListing[]> {
    return this.#do(async () => {
      const rooms: (RoomListing & { born: number })[] = [];
      const living = new Map<string, Promise<boolean>>();
      for (const batch of await this.#index.all()) {
        const listed = batch.map(async (roomId) => {
          const head = await this.#head(roomId);
          if (!head) return;
          const [owner, token, born, expiresAt] = head;
          const held = await this.#isHeld(roomId, owner, token, living);
          // That set may lack rooms which a version without it, or a replica that came to be the primary, has let go.
          await this.#owners.note(roomId, owner);
          rooms.push({ roomId, owner: held ? owner : null, expiresAt, born: Number(born) });
        });
        await Promise.all(listed);
      }
      return rooms
        .sort((a, b) => a.born - b.born)
        .map(({ roomId, owner, expiresAt }) => ({ roomId, owner, expiresAt }));
    });
  }

  /**
   * The rooms that are alive and that nobody living holds, found without a look at the others: what it costs goes by how
   * many processes there are, and how many such rooms.
   * @throws JournalUnavailable
   */
  abandoned(): Promise<readonly string[]> {
    return this.#do(() => this.#owners.abandoned());
  }

  expiriesOf(roomIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.#do(async () => {
      const heads = await Promise.all(roomIds.map(async (roomId) => [roomId, await this.#head(roomId)] as const));
      return new Map(heads.flatMap(([roomId, head]) => (head ? [[roomId, head[3]]] : [])));
    });
  }

  sweep(): Promise<readonly ExpiredRoom[]> {
    return this.#do(async () => {
      if (this.#mayLackRooms) {
        this.#mayLackRooms = false;
        for (const batch of batches([...this.#held.keys()]))
          await Promise.all(batch.map((roomId) => this.#list(roomId)));
      }
      return this.#sweep.run();
    });
  }

  replay(roomId: string, matchNumber: number): Promise<string | null> {
    return this.#do(() => this.#pipeline.call<string | null>('GET', replayOf(roomId, matchNumber)));
  }

  people(roomId: string): Promise<readonly Person[]> {
    return this.#do(() => this.#people.of(roomId));
  }

  erase(userId: string): Promise<number> {
    return this.#do(() => this.#people.erase(userId));
  }

  /**
   * Takes a process for dead at once, as who knows it to be may do, instead of when its lease ends. Should it live after
   * all, it loses the rooms that are opened until its next renewal, and nothing else.
   * @throws JournalUnavailable
   */
  endLease(owner: string): Promise<void> {
    return this.#do(() => this.#lease.end(owner));
  }

  /**
   * Whether a process counts as living: it has renewed its lease in time, or nobody could.
   * @throws JournalUnavailable
   */
  isAlive(owner: string): Promise<boolean> {
    return this.#do(() => this.#lease.isAlive(owner));
  }

  /**
   * What a living process says of itself, or null.
   * @throws JournalUnavailable
   */
  about(owner: string): Promise<string | null> {
    return this.#do(() => this.#lease.about(owner));
  }

  /**
   * Tells the others at once what `about` says by now.
   * @throws JournalUnavailable
   */
  announce(): Promise<void> {
    return this.#do(() => this.#lease.announce());
  }

  /** Ends this process' lease too: from now on others can open what it still holds. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#lease.stop();
    await Promise.allSettled(this.#underWay);
    await this.#lease.end(this.owner).catch(() => {});
    this.#pipeline.close();
  }

  /** The claim on a room with `token`, whose log has `length` entries, as its holder sees it. */
  #claimed(roomId: string, token: string, length: number): OpenJournal {
    this.#held.set(roomId, token);
    const lost = (): void => {
      if (this.#held.get(roomId) === token) this.#held.delete(roomId);
    };
    const ask = <T>(script: Script, args: readonly (string | number)[] = [], size = 0, keys = keysOf(roomId)) =>
      this.#do(() => this.#pipeline.run<T>(script, keys, [this.owner, token, ...args], size));
    /** @throws what `outcome` means, where it is a refusal */
    const accepted = <T>(outcome: T | Refusal): T => {
      if (outcome !== 'gone' && outcome !== 'fenced') return outcome;
      lost();
      throw outcome === 'gone' ? new NoSuchRoom(roomId) : new Fenced(roomId);
    };
    /** Even if the answer is lost: this process wants it no more. */
    const letGo = async (ask: () => Promise<boolean>): Promise<void> => {
      lost();
      await this.#owners.change(roomId, () => this.#do(ask), Boolean);
    };
    let appending = false;
    let mayBeForgotten = false;

    return {
      roomId,
      token: Number(token),

      read: async (from = 0, most = ALL) => accepted(await ask<Entry[] | Refusal>(READ, [from, most])),

      people: () => this.people(roomId),

      append: async (entries: readonly Entry[], along: Along = {}) => {
        if (appending) throw new Error(`${roomId}: an append is under way`);
        appending = true;
        const { format = 1, people = [], nameless = [], replay, snapshot } = along;
        try {
          const before = [length, format, ...asArgs(people), snapshot?.entry ?? '', snapshot?.n ?? 0];
          const args = [...before, replay ? duration(replay.ttlMs) : 0, replay?.record ?? '', nameless.join(' ')];
          const keys = [...keysOf(roomId), ...(replay ? [replayOf(roomId, replay.matchNumber)] : [])];
          accepted(await ask(APPEND, [...args, ...entries], sizeOf(entries, along), keys));
          length += entries.length;
        } finally {
          appending = false;
        }
      },

      release: (failed = false) =>
        letGo(async () => {
          const args = [this.owner, token, failed ? 1 : 0];
          const outcome = await this.#pipeline.run<'ok' | Refusal>(RELEASE, keysOf(roomId), args);
          if (outcome === 'ok') await this.#owners.move(roomId, this.owner, '');
          return outcome === 'ok';
        }),

      forget: () =>
        letGo(async () => {
          try {
            const outcome = await this.#pipeline.run<'ok' | Refusal>(FORGET, keysOf(roomId), [this.owner, token]);
            if (outcome === 'fenced') throw new Fenced(roomId);
            // One that has expired is left to `sweep`, which tells of it.
            if (outcome === 'ok' || mayBeForgotten)
              await Promise.all([this.#index.remove(roomId), this.#owners.remove(roomId, this.owner)]);
            return true;
          } catch (error) {
            mayBeForgotten ||= error instanceof JournalUnavailable;
            throw error;
          }
        }),
    };
  }

  /** Null where the room is not alive. */
  #head(roomId: string): Promise<Head | null> {
    return this.#pipeline.run<Head | null>(LOOK, keysOf(roomId), []);
  }

  async #ownerOf(roomId: string): Promise<Owned | null> {
    const head = await this.#head(roomId);
    return head && { owner: head[0], isHeld: () => this.#isHeld(roomId, head[0], head[1]) };
  }

  /** Lists a room of ours that the list may have lost. */
  async #list(roomId: string): Promise<void> {
    const head = await this.#head(roomId);
    if (head && this.#held.has(roomId))
      await Promise.all([this.#index.add(roomId, head[3]), this.#owners.add(roomId, this.owner)]);
  }

  /** Whether the claim of `owner` is one that a living process knows of. `living` remembers answers. */
  #isHeld(
    roomId: string,
    owner: string,
    token: string,
    living = new Map<string, Promise<boolean>>(),
  ): Promise<boolean> {
    if (owner === this.owner) return Promise.resolve(this.#held.get(roomId) === token);
    if (owner === '') return Promise.resolve(false);
    const known = living.get(owner) ?? this.#lease.isAlive(owner);
    living.set(owner, known);
    return known;
  }

  /** Everything that is asked goes through here, so that `close` can wait for it. */
  #do<T>(run: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new JournalUnavailable('it is closed'));
    const asked = run();
    this.#underWay.add(asked);
    const done = () => this.#underWay.delete(asked);
    asked.then(done, done);
    return asked;
  }
}

/** To the script that reads, no limit. */
const ALL = -1;

/** Whole milliseconds, as Redis wants them: a setting in seconds may be a fraction. */
const duration = (ms: number): number => Math.max(1, Math.round(ms));
