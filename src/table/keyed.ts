import type { Event, EventOf } from '../game/events.ts';
import type { Room } from '../game/state.ts';
import type { Named, People } from './people.ts';

/** Events that name somebody, as they are stored. In a snapshot the keys stand where the user ids were. */
export interface Keyed {
  readonly room_opened: Omit<EventOf<'room_opened'>, 'ownerId'> & { owner: string; allowed: readonly string[] };
  readonly seat_reserved: Omit<EventOf<'seat_reserved'>, 'userId' | 'name'> & { person: string };
  readonly unkicked: Omit<EventOf<'unkicked'>, 'userId'> & { person: string };
  readonly owner_changed: Omit<EventOf<'owner_changed'>, 'ownerId'> & { owner: string };
  readonly person_erased: Omit<EventOf<'person_erased'>, 'userId'> & { person: string };
}

type StoredEvent = Keyed[keyof Keyed] | Exclude<Event, { type: keyof Keyed }>;

export function withKeys(event: Event, people: People): StoredEvent {
  switch (event.type) {
    case 'room_opened': {
      const { ownerId, settings, ...rest } = event;
      const allowed = settings.allowedUsers.map((userId) => people.keyOf(userId));
      return { ...rest, settings: { ...settings, allowedUsers: [] }, owner: people.keyOf(ownerId), allowed };
    }
    case 'seat_reserved': {
      const { userId, name, ...rest } = event;
      return { ...rest, person: people.keyOf(userId, name) };
    }
    case 'unkicked':
    case 'person_erased': {
      const { userId, ...rest } = event;
      return { ...rest, person: people.keyOf(userId) };
    }
    case 'owner_changed': {
      const { ownerId, ...rest } = event;
      return { ...rest, owner: people.keyOf(ownerId) };
    }
    case 'snapshot': {
      const key = ({ userId, name }: Named) => ({ userId: people.keyOf(userId, name), name: '' });
      return { ...event, room: named(event.room, key, (userId) => people.keyOf(userId)) };
    }
    default:
      return event;
  }
}

/** Whether somebody is named by a key there. Snapshots name nobody otherwise. */
export const isKeyed = (event: object): event is Keyed[keyof Keyed] => 'person' in event || 'owner' in event;

/** @throws RangeError it names somebody whom the journal doesn't know */
export function withNames(event: Event | StoredEvent, people: People): Event {
  const userOf = (key: string) => people.of(key).userId;
  if (event.type === 'snapshot')
    return { ...event, room: named(event.room, ({ userId }) => people.of(userId), userOf) };
  if (!isKeyed(event)) return event;
  switch (event.type) {
    case 'room_opened': {
      const { owner, allowed, settings, ...rest } = event;
      return { ...rest, settings: { ...settings, allowedUsers: allowed.map(userOf) }, ownerId: userOf(owner) };
    }
    case 'seat_reserved': {
      const { person, ...rest } = event;
      return { ...rest, ...people.of(person) };
    }
    case 'owner_changed': {
      const { owner, ...rest } = event;
      return { ...rest, ownerId: userOf(owner) };
    }
    default: {
      const { person, ...rest } = event;
      return { ...rest, userId: userOf(person) };
    }
  }
}

/** A room in which everybody is somebody else. Computer players have names and no ids, and stay who they are. */
function named(room: Room, who: (one: Named) => Named, id: (userId: string) => string): Room {
  const { ownerId, seats, kicked, comers, known, settings } = room;
  return {
    ...room,
    ownerId: id(ownerId),
    seats: seats.map((seat) => seat && (seat.userId === '' ? seat : { ...seat, ...who(seat) })),
    kicked: kicked.map(who),
    comers: comers.map((comer) => ({ ...comer, userId: id(comer.userId) })),
    known: known.map(id),
    settings: { ...settings, allowedUsers: settings.allowedUsers.map(id) },
  };
}
