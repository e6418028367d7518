import { changedUsers, type Seats } from '../people/userRooms.ts';
import type { RecallRoom } from './RecallRoom.ts';

/** In which rooms of this process each user holds a seat, so that what concerns one user concerns no other's room. */
export class UsersHere {
  readonly #roomsOf = new Map<string, Set<RecallRoom>>();

  /** The seats of a room are others now. */
  move(room: RecallRoom, before: Seats, after: Seats): void {
    for (const userId of changedUsers(before, after)) {
      const rooms = this.#roomsOf.get(userId) ?? new Set();
      if (after.has(userId)) rooms.add(room);
      else rooms.delete(room);
      if (rooms.size > 0) this.#roomsOf.set(userId, rooms);
      else this.#roomsOf.delete(userId);
    }
  }

  roomsOf(userId: string): readonly RecallRoom[] {
    return [...(this.#roomsOf.get(userId) ?? [])];
  }

  /** The ids of all who hold a seat here. */
  all(): readonly string[] {
    return [...this.#roomsOf.keys()];
  }
}
