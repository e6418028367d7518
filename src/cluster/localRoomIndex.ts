import { type IRoomCache, LocalDriver } from '@colyseus/core';
import { enterable } from '../protocol/queries.ts';
import { checkCursor, freeOf, isPublic, placeMs, positionOf, sizeOf, takesRandomJoins } from './listing.ts';
import type { Page, PageOf, Place, PublicFilter, RoomIndex, RoomKind, Row, Wish } from './roomIndex.ts';

/** A room that somebody is opening. */
interface Opening {
  readonly wish: Wish;
  readonly position: string;
  taken: number;
  /** Resolves when it is listed, or given up. */
  readonly settled: PromiseWithResolvers<void>;
}

/** Seats of a listed room, those included that were reserved until `until`. */
interface Reserved {
  taken: number;
  size: number;
  until: number;
}

interface Candidate {
  readonly taken: number;
  readonly position: string;
  readonly reserve: () => Row | Promise<Row | undefined>;
}

/**
 * The rooms of one process, for the embedded default: Colyseus' own driver, and the rest by looking at each row, which
 * is quick for as many rooms as a process holds. What it does is also what the index in Redis has to do.
 */
export class LocalRoomIndex extends LocalDriver implements RoomIndex {
  readonly #now: () => number;
  readonly #elapsed: () => number;
  readonly #openings = new Map<string, Opening>();
  readonly #reserved = new Map<string, Reserved>();

  /**
   * @param now Unix ms
   * @param elapsed ms, by a clock that nobody can set
   */
  constructor({
    now = Date.now,
    elapsed = () => performance.now(),
  }: { now?: () => number; elapsed?: () => number } = {}) {
    super();
    this.#now = now;
    this.#elapsed = elapsed;
  }

  override async insert(room: IRoomCache): Promise<boolean> {
    const inserted = await super.insert(room);
    const opening = this.#openings.get(room.roomId);
    if (inserted && opening) {
      this.#openings.delete(room.roomId);
      this.#reserve(room, opening.taken);
      opening.settled.resolve();
    }
    return inserted;
  }

  override update(room: IRoomCache, operations: Parameters<LocalDriver['update']>[1]): boolean {
    super.update(room, operations);
    this.#follow(room);
    return this.has(room.roomId);
  }

  override persist(room: IRoomCache, create = false): boolean {
    if (create && !this.has(room.roomId)) super.persist(room, true);
    this.#follow(room);
    return this.has(room.roomId);
  }

  override remove(roomId: string, processId?: string): boolean {
    if (processId && this.#row(roomId)?.processId !== processId) return false;
    this.#reserved.delete(roomId);
    return super.remove(roomId);
  }

  async takeOver(roomId: string): Promise<void> {
    this.remove(roomId);
  }

  override clear(): void {
    super.clear();
    this.#reserved.clear();
  }

  async reservePlace(wish: Wish): Promise<Place> {
    for (;;) {
      const [best] = [...this.#listed(wish), ...this.#opening(wish)].sort(fullestFirst);
      if (!best) {
        const position = positionOf({ roomId: wish.roomId, createdAt: new Date(this.#now()) } as Row);
        this.#openings.set(wish.roomId, { wish, position, taken: 1, settled: Promise.withResolvers() });
        return 'open';
      }
      const room = await best.reserve();
      if (room) return { room };
    }
  }

  async giveBack(roomId: string): Promise<void> {
    const reserved = this.#reserved.get(roomId);
    const row = this.#row(roomId);
    if (!reserved || !row) return;
    reserved.taken -= 1;
    this.#follow(row);
  }

  async giveUp(roomId: string): Promise<void> {
    this.#openings.get(roomId)?.settled.resolve();
    this.#openings.delete(roomId);
  }

  async listPublic({ gameType, phase, minFree = 1, ...page }: PublicFilter & PageOf) {
    return this.#page(page, (row) => {
      if (!isPublic(row) || freeOf(row) < minFree) return false;
      return isOfKind(row, { gameType, phase }) && (phase !== undefined || enterable.includes(row.metadata.phase));
    });
  }

  async listAll({ name, gameType, phase, ...page }: { name: string } & RoomKind & PageOf) {
    return this.#page(page, (row) => row.name === name && isOfKind(row, { gameType, phase }));
  }

  async sweep(): Promise<void> {
    for (const [roomId, { until }] of this.#reserved) if (until <= this.#elapsed()) this.#reserved.delete(roomId);
  }

  #listed({ gameType, skip }: Wish): Candidate[] {
    return this.#rows.flatMap((row) => {
      if (!takesRandomJoins(row) || row.metadata.game_type !== gameType || skip.includes(row.roomId)) return [];
      const taken = this.#taken(row);
      if (taken >= row.metadata.max_size) return [];
      const reserve = () => {
        this.#reserve(row, taken + 1);
        return row;
      };
      return [{ taken, position: positionOf(row), reserve }];
    });
  }

  #opening({ gameType, skip }: Wish): Candidate[] {
    return [...this.#openings.values()].flatMap((opening) => {
      const { wish, taken, position } = opening;
      if (wish.gameType !== gameType || skip.includes(wish.roomId) || taken >= wish.maxSize) return [];
      const reserve = async () => {
        opening.taken += 1;
        await opening.settled.promise;
        return this.#row(wish.roomId);
      };
      return [{ taken, position, reserve }];
    });
  }

  #reserve(row: Row, taken: number): void {
    const size = sizeOf(row);
    if (taken > size) this.#reserved.set(row.roomId, { taken, size, until: this.#elapsed() + placeMs });
    else this.#reserved.delete(row.roomId);
  }

  #taken(row: Row): number {
    const reserved = this.#reserved.get(row.roomId);
    return reserved && reserved.until > this.#elapsed() ? reserved.taken : sizeOf(row);
  }

  /** Who sits down takes what was reserved; who leaves makes a place free. */
  #follow(row: Row): void {
    const reserved = this.#reserved.get(row.roomId);
    if (!reserved) return;
    const size = sizeOf(row);
    reserved.taken -= Math.max(reserved.size - size, 0);
    reserved.size = size;
    if (reserved.taken <= size || !takesRandomJoins(row)) this.#reserved.delete(row.roomId);
  }

  #page({ limit, cursor }: PageOf, fits: (row: Row) => boolean): Page {
    const end = checkCursor(cursor);
    const all = this.#rows.filter(fits).map((row) => ({ row, position: positionOf(row) }));
    const older = all.filter(({ position }) => end === undefined || position < end);
    older.sort((a, b) => (a.position < b.position ? 1 : -1));
    const page = older.slice(0, limit);
    return {
      rooms: page.map(({ row }) => row),
      total: all.length,
      next: older.length > limit ? page.at(-1)?.position : undefined,
    };
  }

  get #rows(): readonly Row[] {
    return this.rooms;
  }

  #row(roomId: string): Row | undefined {
    return this.#rows.find((row) => row.roomId === roomId);
  }
}

const fullestFirst = (a: Candidate, b: Candidate): number => b.taken - a.taken || (a.position < b.position ? -1 : 1);

function isOfKind({ metadata: facts }: Row, { gameType, phase }: RoomKind): boolean {
  if (!gameType && !phase) return true;
  return (
    facts !== undefined && (gameType ?? facts.game_type) === facts.game_type && (phase ?? facts.phase) === facts.phase
  );
}
