import { erasedName } from '../game/erasing.ts';
import type { Event, EventOf } from '../game/events.ts';
import type { Room } from '../game/state.ts';
import type { Person } from '../journal/journal.ts';

/**
 * Whom the journal of a room names. Entries hold keys, and the journal keeps beside them who that is, so that somebody can
 * be erased and no entry is rewritten. One person may have several keys: one for each name that they came by.
 */
export class People {
  readonly #byKey = new Map<string, Person>();
  readonly #keys = new Map<string, string>();
  /** By the user id alone. */
  readonly #anyKeys = new Map<string, string>();
  #unstored: Person[] = [];
  #last = 0;
  /** The keys that were first given here, of people whom no replay names. */
  readonly #passing = new Set<string>();
  #named = new Set<string>();

  /** @param known what the journal has; those who were erased too, whose keys are never given again */
  constructor(known: readonly Person[] = []) {
    for (const person of known) this.#add(person);
  }

  /** Those who are named for the first time since `stored`. */
  get unstored(): readonly Person[] {
    return this.#unstored;
  }

  /** The journal has all of them. */
  stored(): void {
    this.#unstored = [];
  }

  /** @throws RangeError nobody has that key */
  of(key: string): Pick<Person, 'userId' | 'name'> {
    if (key === '') return nobody;
    const person = this.#byKey.get(key);
    if (!person) throw new RangeError('it names somebody who is not among the people of the room');
    return person.userId === '' ? erased : pick(person);
  }

  /** The key of somebody; nobody's is empty. @param name where it matters */
  keyOf(userId: string, name?: string): string {
    if (userId === '') return '';
    const known = name === undefined ? this.#anyKeys.get(userId) : this.#keys.get(nameKey(userId, name));
    const key = known ?? `p${this.#last + 1}`;
    this.#named.add(key);
    if (known) return known;
    const person = { key, userId, name: name ?? '' };
    this.#add(person);
    this.#unstored.push(person);
    this.#passing.add(key);
    return key;
  }

  /** The same for a replay, which outlives what is written beside it. */
  keyForReplay(userId: string, name: string): string {
    const key = this.keyOf(userId, name);
    this.#passing.delete(key);
    return key;
  }

  /** What is left of the journal is written anew: who is named from here on is among those whom it names. */
  beginAnew(): void {
    this.#named = new Set();
  }

  /** Of those who came here, whom nothing has named since `beginAnew`, and no replay ever. */
  get nameless(): readonly string[] {
    return [...this.#passing].filter((key) => !this.#named.has(key));
  }

  /** The journal has them no more. */
  drop(keys: readonly string[]): void {
    for (const key of keys) {
      const { userId = '', name = '' } = this.#byKey.get(key) ?? {};
      this.#byKey.delete(key);
      this.#passing.delete(key);
      this.#keys.delete(nameKey(userId, name));
      if (this.#anyKeys.get(userId) !== key) continue;
      const another = [...this.#byKey.values()].find((one) => one.userId === userId);
      if (another && userId !== '') this.#anyKeys.set(userId, another.key);
      else this.#anyKeys.delete(userId);
    }
  }

  /** Somebody was erased: their keys are nobody's, and whoever comes back gets another. */
  forget(userId: string): void {
    for (const person of [...this.#byKey.values()]) {
      if (person.userId !== userId) continue;
      this.#keys.delete(nameKey(userId, person.name));
      this.#byKey.set(person.key, { key: person.key, userId: '', name: '' });
    }
    this.#anyKeys.delete(userId);
  }

  #add(person: Person): void {
    const { key, userId, name } = person;
    this.#last = Math.max(this.#last, Number(key.slice(1)) || 0);
    this.#byKey.set(key, person);
    if (userId === '') return;
    this.#keys.set(nameKey(userId, name), key);
    this.#anyKeys.set(userId, key);
  }
}

const nameKey = (userId: string, name: string): string => JSON.stringify([userId, name]);
const nobody = { userId: '', name: '' };
const erased = { userId: '', name: erasedName };

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

type Named = Pick<Person, 'userId' | 'name'>;
const pick = ({ userId, name }: Named): Named => ({ userId, name });

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
