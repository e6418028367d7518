import type { PersonPresence, RoomFacts } from '../protocol/toClient.ts';
import { changedUsers, type Seats } from './userRooms.ts';

/** What a room is told of those who may have a seat in it. */
export interface RoomOfUsers {
  readonly roomId: string;
  readonly metadata: RoomFacts;
  /** They may not be here any more: their seat is given up, their connection closed. */
  signOut(userId: string, why: 'signed out' | 'banned'): Promise<void>;
  /** They are there in another way now. */
  tellOfPresence(change: PersonPresence): void;
}

/** In which rooms of this process each user holds a seat, so that what concerns one user concerns no other's room. */
export class UsersHere {
  readonly #roomsOf = new Map<string, Set<RoomOfUsers>>();

  /** The seats of a room are others now. */
  move(room: RoomOfUsers, before: Seats, after: Seats): void {
    for (const userId of changedUsers(before, after)) {
      const rooms = this.#roomsOf.get(userId) ?? new Set();
      if (after.has(userId)) rooms.add(room);
      else rooms.delete(room);
      if (rooms.size > 0) this.#roomsOf.set(userId, rooms);
      else this.#roomsOf.delete(userId);
    }
  }

  roomsOf(userId: string): readonly RoomOfUsers[] {
    return [...(this.#roomsOf.get(userId) ?? [])];
  }

  /** The ids of all who hold a seat here. */
  all(): readonly string[] {
    return [...this.#roomsOf.keys()];
  }
}
