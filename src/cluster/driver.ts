import { setTimeout as delay } from 'node:timers/promises';
import type { IRoomCache, MatchMakerDriver, SortOptions } from '@colyseus/core';
import type { AnyRedis } from '../journal/redisCluster.ts';
import { gameTypes } from '../protocol/options.ts';
import { enterable } from '../protocol/queries.ts';
import { type Phase, phases } from '../protocol/state.ts';
import { decodeRow, encodeIndexEntry, encodeRow, kindOf, matching } from './driver/row.ts';
import * as scripts from './driver/scripts.ts';
import { checkCursor, placeMs } from './listing.ts';
import type { Page, PageOf, Place, PublicFilter, RoomIndex, RoomKind, Row, Wish } from './roomIndex.ts';

export interface RedisRoomIndexOptions {
  /** What all keys begin with; one hash tag, since scripts touch several of them. Default `recall:{listed}`. */
  readonly keys?: string;
  /** The id of this process. With it, a room that goes on elsewhere can't be delisted from here any more. */
  readonly processId?: () => string;
  /** Whether a process lives. Colyseus cleans up after one that has missed a single health check. Default: as it says. */
  readonly isAlive?: (processId: string) => boolean | Promise<boolean>;
  /** How long a place is reserved, ms. */
  readonly placeMs?: number;
  /** How long a room may take to open until those who wait for it look elsewhere, ms. */
  readonly openingMs?: number;
  /** Told of each write that failed; it is repeated. */
  readonly onError?: (error: unknown) => void;
}

type Run = <Answer>(...args: (string | number)[]) => Promise<Answer>;
type Conditions = Partial<IRoomCache>;
type Update = Parameters<MatchMakerDriver['update']>[1];

/** So many rows at once, at most: Redis does nothing else meanwhile. */
const batch = 500;
const cleanupBatch = 100;
/** How long the wait is for a room that another caller opens, between two looks: ms, growing from the first to the last. */
const looksMs = { first: 3, growth: 1.3, last: 50 };
const retryMs = 1000;

/**
 * The rooms of all processes, in Redis. A hash holds the rows, and sorted sets what is looked for, kept in step with the
 * rows by scripts (driver/scripts.ts): no join reads more than the rooms that it tries.
 *
 * Rows are written whole, from the room's own process alone, in the order in which they change. A write that fails is
 * repeated, with what the row is then, until Redis is back; none of them rejects, since Colyseus doesn't wait for all.
 */
export class RedisRoomIndex implements RoomIndex {
  readonly #redis: AnyRedis;
  readonly #options: RedisRoomIndexOptions;
  readonly #keys: string;
  readonly #placeMs: number;
  readonly #run: Record<keyof typeof scripts, Run>;
  /** The last write of each room that Redis hasn't got. */
  readonly #unwritten = new Map<string, () => Promise<boolean>>();
  /** Rooms that callers of this process wait for. */
  readonly #opening = new Map<string, Promise<Row | undefined>>();
  #retry: NodeJS.Timeout | undefined;

  /** @param redis for the index alone: `close` closes it. */
  constructor(redis: AnyRedis, options: RedisRoomIndexOptions = {}) {
    this.#redis = redis;
    this.#options = options;
    this.#keys = options.keys ?? 'recall:{listed}';
    this.#placeMs = options.placeMs ?? placeMs;
    this.#run = commands(redis, this.#keys);
  }

  async has(roomId: string): Promise<boolean> {
    return (await this.#redis.hexists(`${this.#keys}:rows`, roomId)) === 1;
  }

  async findByIds(roomIds: string[]): Promise<Map<string, Row>> {
    if (roomIds.length === 0) return new Map();
    const texts = await this.#redis.hmget(`${this.#keys}:rows`, ...roomIds);
    return new Map(texts.flatMap((text) => (text ? [decodeRow(text)] : [])).map((row) => [row.roomId, row]));
  }

  async findOne(conditions: Conditions, sort: SortOptions = {}): Promise<IRoomCache> {
    if (conditions.roomId !== undefined || Object.keys(sort).length > 0) {
      return (await this.query(conditions, sort))[0] as IRoomCache;
    }
    for await (const rows of this.#walk(conditions, 16)) {
      const [row] = matching(rows, conditions);
      if (row) return row;
    }
    // As Colyseus' drivers answer, whatever the type says.
    return undefined as unknown as IRoomCache;
  }

  async query(conditions: Conditions = {}, sort?: SortOptions): Promise<IRoomCache[]> {
    const found: Row[] = [];
    if (conditions.roomId !== undefined) found.push(...(await this.findByIds([conditions.roomId])).values());
    else for await (const rows of this.#walk(conditions)) found.push(...rows);
    return matching(found, conditions, sort);
  }

  /** @returns false also where Redis can't be reached: Colyseus then disposes of the room, which it wouldn't after an error. */
  async insert(room: IRoomCache): Promise<boolean> {
    try {
      const inserted = await this.#put(room, 'insert');
      if (inserted) this.#unwritten.delete(room.roomId);
      return inserted;
    } catch (error) {
      // It may have been listed for all that.
      this.#writeLater(room.roomId, () => this.#remove(room.roomId, room.processId), error);
      return false;
    }
  }

  async update(room: IRoomCache, { $set = {}, $inc = {} }: Update): Promise<boolean> {
    Object.assign(room, $set);
    const row = room as unknown as Record<string, number>;
    for (const [field, by] of Object.entries($inc)) row[field] = (row[field] ?? 0) + (by as number);
    return this.persist(room);
  }

  async persist(room: IRoomCache, create = false): Promise<boolean> {
    if (!room.roomId) return false;
    return this.#writeUntilDone(room.roomId, () => this.#put(room, create ? 'restore' : 'update'));
  }

  async remove(roomId: string, processId = this.#options.processId?.() ?? ''): Promise<boolean> {
    return this.#writeUntilDone(roomId, () => this.#remove(roomId, processId));
  }

  async takeOver(roomId: string, processId: string): Promise<void> {
    await this.#run.TAKE_OVER(roomId, processId);
  }

  async cleanup(processId: string): Promise<void> {
    const { processId: own, isAlive } = this.#options;
    if (processId !== own?.() && (await isAlive?.(processId))) return;
    while ((await this.#run.CLEANUP<number>(processId, cleanupBatch)) > 0);
  }

  async reservePlace({ gameType, skip, roomId, maxSize }: Wish): Promise<Place> {
    const { openingMs = 5000 } = this.#options;
    for (;;) {
      const args = [gameType, roomId, maxSize, this.#placeMs, openingMs, ...skip];
      const [reserved, text] = await this.#run.RESERVE<[string, string | null]>(...args);
      if (reserved === roomId) return 'open';
      const room = text ? decodeRow(text) : await this.#opened(reserved);
      if (room) return { room };
    }
  }

  async giveBack(roomId: string): Promise<void> {
    await this.#run.GIVE_BACK(roomId);
  }

  async giveUp(roomId: string): Promise<void> {
    await this.#run.GIVE_UP(roomId);
  }

  async sweep(): Promise<void> {
    await this.#run.SWEEP();
  }

  async listPublic({ gameType, phase, minFree = 1, ...page }: PublicFilter & PageOf): Promise<Page> {
    const ofKind = kinds(gameType, phase ? [phase] : enterable);
    return this.#page(
      ofKind.map((kind) => `public:${kind}:${minFree}`),
      page,
    );
  }

  async listAll({ name, gameType, phase, ...page }: { name: string } & RoomKind & PageOf): Promise<Page> {
    if (!gameType && !phase) return this.#page([`name:${name}`], page);
    return this.#page(
      kinds(gameType, phase ? [phase] : phases).map((kind) => `kind:${kind}`),
      page,
    );
  }

  async clear(): Promise<void> {
    for await (const rows of this.#walk({})) await Promise.all(rows.map(({ roomId }) => this.remove(roomId, '')));
  }

  /** Colyseus calls this before its last calls are answered. */
  async shutdown(): Promise<void> {}

  close(): void {
    clearTimeout(this.#retry);
    this.#redis.disconnect();
  }

  async #put(room: IRoomCache, mode: 'insert' | 'update' | 'restore'): Promise<boolean> {
    const args = [room.roomId, encodeRow(room), encodeIndexEntry(room), mode, this.#placeMs];
    return (await this.#run.PUT<number>(...args)) === 1;
  }

  async #remove(roomId: string, processId: string): Promise<boolean> {
    return (await this.#run.REMOVE<number>(roomId, processId)) === 1;
  }

  /** The room that another caller is opening, once it is listed; undefined where it never is. One look for all who wait. */
  #opened(roomId: string): Promise<Row | undefined> {
    const known = this.#opening.get(roomId);
    if (known) return known;
    const opened = this.#lookFor(roomId).finally(() => this.#opening.delete(roomId));
    this.#opening.set(roomId, opened);
    return opened;
  }

  async #lookFor(roomId: string): Promise<Row | undefined> {
    for (let ms = looksMs.first; ; ms = Math.min(looksMs.growth * ms, looksMs.last)) {
      await delay(ms);
      const found = await this.#run.OPENED<string | number>(roomId);
      if (typeof found === 'string') return decodeRow(found);
      if (found === 0) return undefined;
    }
  }

  async #page(sets: readonly string[], { limit, cursor }: PageOf): Promise<Page> {
    // One more than asked for tells whether there is a next page.
    const args = ['newest', checkCursor(cursor) ?? '', limit + 1, ...sets];
    const [texts, positions, total] = await this.#run.LIST<[string[], string[], number]>(...args);
    const next = texts.length > limit ? positions[limit - 1] : undefined;
    return { rooms: texts.slice(0, limit).map(decodeRow), total, next };
  }

  /** The rows among which those are that meet the conditions, the oldest first. */
  async *#walk({ name, processId, ...rest }: Conditions, first = batch): AsyncGenerator<Row[]> {
    const available = name !== undefined && rest.locked === false && rest.private === false;
    const ofName = name === undefined ? 'all' : `${available ? 'available' : 'name'}:${name}`;
    const set = processId === undefined ? ofName : `process:${processId}`;
    for (let after = '', limit = first; ; limit = batch) {
      const [texts, positions] = await this.#run.LIST<[string[], string[]]>('oldest', after, limit, set);
      yield texts.map(decodeRow);
      if (positions.length < limit) return;
      after = positions.at(-1) as string;
    }
  }

  async #writeUntilDone(roomId: string, write: () => Promise<boolean>): Promise<boolean> {
    try {
      const done = await write();
      this.#unwritten.delete(roomId);
      return done;
    } catch (error) {
      this.#writeLater(roomId, write, error);
      return false;
    }
  }

  #writeLater(roomId: string, write: () => Promise<boolean>, error: unknown): void {
    this.#options.onError?.(error);
    this.#unwritten.set(roomId, write);
    this.#retry ??= setTimeout(() => {
      this.#retry = undefined;
      for (const [id, again] of this.#unwritten) void this.#writeUntilDone(id, again);
    }, retryMs).unref();
  }
}

function kinds(gameType: RoomKind['gameType'], phases: readonly Phase[]): string[] {
  return (gameType ? [gameType] : gameTypes).flatMap((type) => phases.map((phase) => kindOf(type, phase)));
}

/** A function for each script. */
function commands(redis: AnyRedis, keys: string): Record<keyof typeof scripts, Run> {
  const define = ([name, lua]: [string, string]): [string, Run] => {
    const command = `roomIndex${name}`;
    redis.defineCommand(command, { numberOfKeys: 1, lua });
    const run = (redis as unknown as Record<string, (...args: unknown[]) => Promise<never>>)[command];
    return [name, (...args) => (run as NonNullable<typeof run>).call(redis, keys, ...args)];
  };
  return Object.fromEntries(Object.entries(scripts).map(define)) as Record<keyof typeof scripts, Run>;
}
