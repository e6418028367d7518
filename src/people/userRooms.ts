/** Seats by the id of their user: the session id of each. */
export type Seats = ReadonlyMap<string, string>;

/** In which rooms a user holds a seat, connected or not, on whichever process. */
export interface UserRooms {
  /**
   * From now on these users hold a seat in the room, and nobody else does. To say it again changes nothing, but renews its
   * time; so a room that has come back after a crash puts right whatever was left behind.
   * @param ttlMs how long it is good, ms
   * @returns the ids of the users for whom something has changed.
   */
  seat(roomId: string, seats: Seats, ttlMs: number): Promise<readonly string[]>;

  /** The user's rooms: by room id, the session id of their seat. Some may be over already. */
  of(userId: string): Promise<ReadonlyMap<string, string>>;
}

/** Whose lists differ. */
export function changedUsers(before: Seats, after: Seats): readonly string[] {
  const users = new Set([...before.keys(), ...after.keys()]);
  return [...users].filter((userId) => before.get(userId) !== after.get(userId));
}

/** For one process, whose rooms are all its own: after a crash they say anew who sits in them. */
export function localUserRooms(): UserRooms {
  const seatsIn = new Map<string, Seats>();
  const roomsOf = new Map<string, Map<string, string>>();

  return {
    async seat(roomId, seats) {
      const changed = changedUsers(seatsIn.get(roomId) ?? new Map(), seats);
      if (seats.size > 0) seatsIn.set(roomId, new Map(seats));
      else seatsIn.delete(roomId);
      for (const userId of changed) {
        const rooms = roomsOf.get(userId) ?? new Map<string, string>();
        const sessionId = seats.get(userId);
        if (sessionId === undefined) rooms.delete(roomId);
        else rooms.set(roomId, sessionId);
        if (rooms.size > 0) roomsOf.set(userId, rooms);
        else roomsOf.delete(userId);
      }
      return changed;
    },

    async of(userId) {
      return new Map(roomsOf.get(userId));
    },
  };
}
