/**
 * What the lists and presence have to say, in plain terms: who opened what, who sits where, who was heard of when. Where
 * time has the last word, the model knows the earliest moment at which something may be over. Until then it has to be
 * there, from then on either is right, and in the end it has to be gone.
 */

/** In ms. */
export interface Times {
  /** A lost connection's seat is held for as long. */
  readonly grace: number;
  /** A room without people is open for as long. */
  readonly empty: number;
  /** A room in which nothing happens. */
  readonly ttl: number;
  /** Whose last connection is gone is not offline before. */
  readonly presenceGrace: number;
  /** Who says nothing is not away before. */
  readonly awayAfter: number;
}

interface Seat {
  sessionId: string;
  /** Null while it is connected. */
  lostAt: number | null;
}

export interface ModelRoom {
  readonly roomId: string;
  readonly isPublic: boolean;
  /** Opened by random join. */
  readonly isRandom: boolean;
  readonly maxSize: number;
  readonly seats: Map<string, Seat>;
  /** Something happened in it then, or later. */
  touchedAt: number;
  emptySince: number;
  /** Its process has died, and nobody has been heard of from there since. */
  isAdrift: boolean;
}

interface Person {
  connections: number;
  /** The last message, or the last connection. */
  heardAt: number;
  /** When the last connection was gone. */
  goneAt: number;
}

/** What one process says. */
export interface Seen {
  readonly publicRooms: readonly { room_id: string; current_size: number }[];
  /** Those with a free seat alone. */
  readonly freeRooms: readonly { room_id: string }[];
  readonly total: number;
  readonly ownRooms: ReadonlyMap<string, readonly { room_id: string; session_id: string }[]>;
  readonly presence: ReadonlyMap<string, string>;
}

/** When it was asked, and answered: what had to be so until then, was. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export class Model {
  readonly times: Times;
  /** The oldest first. */
  readonly rooms = new Map<string, ModelRoom>();
  readonly people = new Map<string, Person>();

  constructor(times: Times, userIds: readonly string[]) {
    this.times = times;
    for (const userId of userIds) this.people.set(userId, { connections: 0, heardAt: 0, goneAt: 0 });
  }

  opened(room: Pick<ModelRoom, 'roomId' | 'isPublic' | 'isRandom' | 'maxSize'>, at: number): void {
    this.rooms.set(room.roomId, { ...room, seats: new Map(), touchedAt: at, emptySince: at, isAdrift: false });
  }

  /** Whoever sat there with another connection has lost it: it was replaced. */
  sat(userId: string, roomId: string, sessionId: string, at: number): void {
    const room = this.#room(roomId);
    if (room.seats.get(userId)?.lostAt !== null) this.connected(userId, at);
    else this.heard(userId, at);
    room.seats.set(userId, { sessionId, lostAt: null });
    room.touchedAt = at;
    room.isAdrift = false;
  }

  left(userId: string, roomId: string, at: number): void {
    this.disconnected(userId, at);
    this.gaveUp(userId, roomId, at);
  }

  /** The seat turned out to be the user's no more. */
  gaveUp(userId: string, roomId: string, at: number): void {
    const room = this.#room(roomId);
    const lostAt = room.seats.get(userId)?.lostAt;
    room.seats.delete(userId);
    room.emptySince = Math.max(room.emptySince, lostAt == null ? at : lostAt + this.times.grace);
  }

  dropped(userId: string, roomId: string, at: number): void {
    this.disconnected(userId, at);
    const seat = this.rooms.get(roomId)?.seats.get(userId);
    if (seat) seat.lostAt = at;
  }

  /** The room turned out to be over. Where somebody was connected, it has expired, which has closed their connections. */
  over(roomId: string): void {
    const room = this.#room(roomId);
    for (const [userId, { lostAt }] of room.seats)
      if (lostAt === null) this.disconnected(userId, room.touchedAt + this.times.ttl);
    this.rooms.delete(roomId);
  }

  /** The process of the room has died: it goes on in another, where every grace begins anew. */
  adrift(roomId: string, at: number): void {
    const room = this.#room(roomId);
    room.isAdrift = true;
    for (const seat of room.seats.values()) if (this.#isHeld(seat, at)) seat.lostAt = at;
  }

  connected(userId: string, at: number): void {
    this.#person(userId).connections += 1;
    this.heard(userId, at);
  }

  disconnected(userId: string, at: number): void {
    const person = this.#person(userId);
    person.connections -= 1;
    if (person.connections === 0) person.goneAt = at;
  }

  heard(userId: string, at: number): void {
    this.#person(userId).heardAt = at;
  }

  seatOf(userId: string, roomId: string): Seat | undefined {
    return this.rooms.get(roomId)?.seats.get(userId);
  }

  /** Whether the room can't have been over before `at`. */
  mustBeOpen(room: ModelRoom, at: number): boolean {
    const seats = [...room.seats.values()];
    const lastLost = Math.max(room.emptySince, ...seats.map(({ lostAt }) => (lostAt ?? 0) + this.times.grace));
    const isEmpty = !seats.some((seat) => this.#isHeld(seat, at)) && at >= lastLost + this.times.empty;
    return at < room.touchedAt + this.times.ttl && !isEmpty;
  }

  /** Whether the user can't have lost their seat before `at`. */
  mustSit(userId: string, room: ModelRoom, at: number): boolean {
    const seat = room.seats.get(userId);
    return seat !== undefined && this.#isHeld(seat, at) && this.mustBeOpen(room, at);
  }

  /** How many sit there, at least and at most. */
  sizeOf(room: ModelRoom, at: number): readonly [least: number, most: number] {
    return [[...room.seats.values()].filter((seat) => this.#isHeld(seat, at)).length, room.seats.size];
  }

  /** What time has ended for certain: only when all processes have been seen to say so. */
  settle(at: number): void {
    for (const room of [...this.rooms.values()]) {
      if (this.isDoomed(room, at)) this.over(room.roomId);
      else
        for (const [userId, { lostAt }] of [...room.seats]) if (lostAt !== null) this.gaveUp(userId, room.roomId, at);
    }
  }

  /**
   * In what a process says, what is not as it has to be.
   * @param settled whether whatever time ends has to be over
   */
  faultsIn(seen: Seen, { from, to }: Span, settled: boolean): readonly string[] {
    const rooms = [...this.rooms.values()];
    const isOver = (room: ModelRoom) => settled && this.isDoomed(room, from);
    const size = (room: ModelRoom) => {
      const [least, most] = this.sizeOf(room, to);
      return settled ? ([least, connectedIn(room)] as const) : ([least, most] as const);
    };
    const publicRooms = rooms.filter(({ isPublic }) => isPublic);
    const listed = {
      must: publicRooms.filter((room) => this.mustBeOpen(room, to)),
      may: publicRooms.filter((room) => !isOver(room)),
    };
    const free = {
      must: listed.must.filter((room) => size(room)[1] < room.maxSize),
      may: listed.may.filter((room) => size(room)[0] < room.maxSize),
    };
    const faults = [
      ...faultsOfList(
        'public rooms',
        seen.publicRooms.map(({ room_id }) => room_id),
        listed,
      ),
      ...faultsOfList(
        'rooms with a free seat',
        seen.freeRooms.map(({ room_id }) => room_id),
        free,
      ),
    ];
    if (seen.total !== seen.publicRooms.length) faults.push(`total is ${seen.total} of ${seen.publicRooms.length}`);
    for (const { room_id, current_size } of seen.publicRooms) {
      const room = this.rooms.get(room_id);
      const [least, most] = room ? size(room) : [0, 0];
      if (current_size < least || current_size > most)
        faults.push(`${room_id} has ${current_size}, not ${least} to ${most}`);
    }
    for (const [userId, own] of seen.ownRooms) {
      const theirs = rooms.filter((room) => room.seats.has(userId));
      const keeps = (room: ModelRoom) => !isOver(room) && !(settled && room.seats.get(userId)?.lostAt !== null);
      const lists = { must: theirs.filter((room) => this.mustSit(userId, room, to)), may: theirs.filter(keeps) };
      faults.push(
        ...faultsOfList(
          `rooms of ${userId}`,
          own.map(({ room_id }) => room_id),
          lists,
        ),
      );
      for (const { room_id, session_id } of own) {
        const sessionId = this.seatOf(userId, room_id)?.sessionId;
        if (sessionId !== session_id) faults.push(`${userId} sits in ${room_id} as ${session_id}, not ${sessionId}`);
      }
    }
    for (const [userId, status] of seen.presence) {
      const person = this.#person(userId);
      const { connections, heardAt, goneAt } = person;
      const allowed = this.#statuses(person, { from, to }, settled);
      const why = `${connections} connections, heard ${to - heardAt} ms ago, gone ${to - goneAt} ms ago`;
      if (!allowed.includes(status)) faults.push(`${userId} is ${status}, not ${allowed.join(' or ')} (${why})`);
    }
    return faults;
  }

  #statuses({ connections, heardAt, goneAt }: Person, { from, to }: Span, settled: boolean): readonly string[] {
    const { awayAfter, presenceGrace } = this.times;
    if (heardAt === 0) return ['offline'];
    const mayBeAway = to >= heardAt + awayAfter;
    const mustBeAway = settled && from >= heardAt + awayAfter;
    if (connections > 0) return [...(mustBeAway ? [] : ['online']), ...(mayBeAway ? ['away'] : [])];
    const mayBeGone = to >= goneAt + presenceGrace;
    if (settled && mayBeGone) return ['offline'];
    return ['online', ...(mayBeAway ? ['away'] : []), ...(mayBeGone ? ['offline'] : [])];
  }

  #isHeld({ lostAt }: Seat, at: number): boolean {
    return lostAt === null || at < lostAt + this.times.grace;
  }

  /** Whether time alone ends the room. */
  isDoomed(room: ModelRoom, at: number): boolean {
    return connectedIn(room) === 0 || at >= room.touchedAt + this.times.ttl;
  }

  #room(roomId: string): ModelRoom {
    const room = this.rooms.get(roomId);
    if (!room) throw new Error(`the model knows no ${roomId}`);
    return room;
  }

  #person(userId: string): Person {
    const person = this.people.get(userId);
    if (!person) throw new Error(`the model knows no ${userId}`);
    return person;
  }
}

const connectedIn = (room: ModelRoom): number =>
  [...room.seats.values()].filter(({ lostAt }) => lostAt === null).length;

/** @param rooms the oldest first, as the model has them; a list has the newest first */
function faultsOfList(
  name: string,
  list: readonly string[],
  { must, may }: { must: readonly ModelRoom[]; may: readonly ModelRoom[] },
): string[] {
  const allowed = may.map(({ roomId }) => roomId).reverse();
  const faults = must.filter(({ roomId }) => !list.includes(roomId)).map(({ roomId }) => `${name} lack ${roomId}`);
  faults.push(...list.filter((roomId) => !allowed.includes(roomId)).map((roomId) => `${name} have ${roomId}`));
  const inOrder = allowed.filter((roomId) => list.includes(roomId));
  if (faults.length === 0 && inOrder.join() !== list.join()) faults.push(`${name} are out of order: ${list}`);
  return faults;
}
