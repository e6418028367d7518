import { erasedName } from '../game/erasing.ts';
import type { Person } from '../journal/journal.ts';

/** Who somebody is, without their key. */
export type Named = Pick<Person, 'userId' | 'name'>;

/**
 * Whom the journal of a room names. Entries hold keys, and the journal keeps beside them who that is, so that somebody can
 * be erased and no entry is rewritten. One person may have several keys: one for each name that they came by.
 */
export class People {
  readonly #byKey = new Map<string, Person>();
  /** By user id and name, the last one last. */
  readonly #keys = new Map<string, Map<string, string>>();
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
  of(key: string): Named {
    if (key === '') return nobody;
    const person = this.#byKey.get(key);
    if (!person) throw new RangeError('it names somebody who is not among the people of the room');
    return person.userId === '' ? erased : { userId: person.userId, name: person.name };
  }

  /** The key of somebody; nobody's is empty. @param name where it matters */
  keyOf(userId: string, name?: string): string {
    if (userId === '') return '';
    const keys = this.#keys.get(userId);
    const known = name === undefined ? [...(keys?.values() ?? [])].at(-1) : keys?.get(name);
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
      const others = this.#keys.get(userId);
      others?.delete(name);
      if (others?.size === 0) this.#keys.delete(userId);
    }
  }

  /** Somebody was erased: their keys are nobody's, and whoever comes back gets another. */
  forget(userId: string): void {
    for (const key of this.#keys.get(userId)?.values() ?? []) this.#byKey.set(key, { key, userId: '', name: '' });
    this.#keys.delete(userId);
  }

  #add(person: Person): void {
    const { key, userId, name } = person;
    this.#last = Math.max(this.#last, Number(key.slice(1)) || 0);
    this.#byKey.set(key, person);
    if (userId === '') return;
    const keys = this.#keys.get(userId) ?? new Map<string, string>();
    this.#keys.set(userId, keys.set(name, key));
  }
}

const nobody = { userId: '', name: '' };
const erased = { userId: '', name: erasedName };
