import { getMessageBytes, Protocol } from '@colyseus/core';
import { type ListSources, publicRooms } from '../../cluster/roomLists.ts';
import { maxPage, type RoomFilter } from '../../protocol/queries.ts';
import type { RoomFacts, ToVisitor } from '../../protocol/toClient.ts';
import { changesBetween } from './changes.ts';

/** What we need of a connection: Colyseus' `Client` is one. */
interface Watcher {
  send<T extends keyof ToVisitor>(type: T, payload: ToVisitor[T]): void;
  enqueueRaw(bytes: Uint8Array): void;
}

/** The public rooms that fit one filter, and the clients that watch them. */
export class LiveList {
  readonly #sources: ListSources;
  readonly #filter: RoomFilter;
  readonly #watchers = new Set<Watcher>();
  /** As the watchers know it; undefined until the first look. */
  #rooms: readonly RoomFacts[] | undefined;

  constructor(sources: ListSources, filter: RoomFilter) {
    this.#sources = sources;
    this.#filter = filter;
  }

  get isWatched(): boolean {
    return this.#watchers.size > 0;
  }

  /** Shows the list to a client, and from now on what changes in it. */
  add(client: Watcher): void {
    this.#watchers.add(client);
    if (this.#rooms) client.send('rooms', this.#rooms);
  }

  remove(client: Watcher): void {
    this.#watchers.delete(client);
  }

  /** Looks for changes, and tells the watchers. @throws RecallError while the rooms can't be looked up; they stay as they were. */
  async look(): Promise<void> {
    const { rooms } = await publicRooms(this.#sources, { ...this.#filter, limit: maxPage });
    const before = this.#rooms;
    this.#rooms = rooms;
    if (!before) return this.#tell('rooms', rooms);
    const { gone, come } = changesBetween(before, rooms);
    // What goes makes way for what comes: no client ever has more than a page.
    for (const roomId of gone) this.#tell('-', roomId);
    for (const facts of come) this.#tell('+', [facts.room_id, facts]);
  }

  /** Packed once for all of them. */
  #tell<Type extends keyof ToVisitor>(type: Type, payload: ToVisitor[Type]): void {
    const bytes = getMessageBytes.raw(Protocol.ROOM_DATA, type, payload);
    for (const client of this.#watchers) client.enqueueRaw(bytes);
  }
}
