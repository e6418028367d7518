import type { Log } from '../../ops/log.ts';
import type { Here, PresenceStore } from '../../people/presence.ts';
import type { Sessions } from '../../people/sessions.ts';
import type { Clock } from '../clock.ts';

export interface PresenceKeeperOptions {
  readonly store: PresenceStore;
  readonly sessions: Pick<Sessions, 'seen'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Who says nothing for as long is away, ms. */
  readonly awayAfterMs: number;
  /** Whose last connection is gone for as long is offline, ms. */
  readonly presenceGraceMs: number;
  /** A process that gives no sign of life for as long counts as dead, ms. */
  readonly leaseMs: number;
  /** How long a session is kept that nobody renews, ms. */
  readonly sessionTtlMs: number;
}

const beatsPerLease = 3;
/** In the life of a session, at most. */
const renewals = 4;

/** A user with a connection to this process, or whose grace hasn't ended. */
interface Person {
  isConnected: boolean;
  /** When they last said something, or were last connected, Unix ms. */
  lastSeenAt: number;
  renewedAt: number;
  status: Here['status'];
  callOff: () => void;
}

/**
 * How the users of this process are, by their connections and messages; the store is told of each change, and of nothing
 * else but that this process is alive. A write that fails is repeated with the next sign of life, with what is true then.
 */
export class PresenceKeeper {
  readonly #options: PresenceKeeperOptions;
  readonly #people = new Map<string, Person>();
  /** By user id, when they were last seen. */
  readonly #unwritten = new Map<string, number>();
  #stopped = false;
  #callOff = () => {};

  constructor(options: PresenceKeeperOptions) {
    this.#options = options;
  }

  /** Before anybody is let in. */
  async start(): Promise<void> {
    await this.#beat();
  }

  /** The next process to notice holds the users' places, for as long as they have to come back. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#callOff();
    for (const { callOff } of this.#people.values()) callOff();
    await this.#options.store.leave().catch((err) => this.#options.log.debug({ err }, 'presence was not handed over'));
  }

  /** A user's first connection to this process is open. */
  connected(userId: string): void {
    const known = this.#people.get(userId);
    const person = known ?? this.#add(userId, { status: 'online' });
    person.isConnected = true;
    person.lastSeenAt = this.#now();
    this.#renew(userId, person);
    this.#isOnline(userId, person, !known);
    this.#awayLater(userId, person);
  }

  /** A user's last connection to this process is gone. */
  disconnected(userId: string): void {
    const person = this.#people.get(userId);
    if (!person) return;
    person.isConnected = false;
    person.lastSeenAt = this.#now();
    this.#endLater(userId, person);
  }

  /** A message has come from a user. */
  active(userId: string): void {
    const person = this.#people.get(userId);
    if (!person?.isConnected) return;
    person.lastSeenAt = this.#now();
    if (person.lastSeenAt - person.renewedAt >= this.#options.sessionTtlMs / renewals) this.#renew(userId, person);
    if (person.status === 'away') this.#awayLater(userId, person);
    this.#isOnline(userId, person);
  }

  #add(userId: string, here: Here): Person {
    const lastSeenAt = here.status === 'away' ? here.lastSeenAt : this.#now();
    const person = { isConnected: false, lastSeenAt, renewedAt: 0, status: here.status, callOff: () => {} };
    this.#people.set(userId, person);
    return person;
  }

  #isOnline(userId: string, person: Person, isNew = false): void {
    if (person.status === 'online' && !isNew) return;
    person.status = 'online';
    this.#write(userId, person.lastSeenAt);
  }

  #awayLater(userId: string, person: Person): void {
    this.#wait(person, person.lastSeenAt + this.#options.awayAfterMs, () => {
      if (this.#now() < person.lastSeenAt + this.#options.awayAfterMs) return this.#awayLater(userId, person);
      person.status = 'away';
      this.#write(userId, person.lastSeenAt);
    });
  }

  #endLater(userId: string, person: Person): void {
    this.#wait(person, this.#now() + this.#options.presenceGraceMs, () => {
      this.#people.delete(userId);
      this.#renew(userId, person);
      this.#write(userId, person.lastSeenAt);
    });
  }

  #wait(person: Person, until: number, then: () => void): void {
    person.callOff();
    if (!this.#stopped) person.callOff = this.#options.clock.at(until, then);
  }

  #renew(userId: string, person: Person): void {
    const { sessions, log } = this.#options;
    person.renewedAt = this.#now();
    sessions.seen(userId, person.lastSeenAt).catch((err) => log.debug({ err, userId }, 'a session was not renewed'));
  }

  #write(userId: string, lastSeenAt: number): void {
    if (this.#stopped) return;
    const { store, log } = this.#options;
    const person = this.#people.get(userId);
    this.#unwritten.delete(userId);
    store.put(userId, person ? hereOf(person) : null, lastSeenAt).catch((err) => {
      this.#unwritten.set(userId, lastSeenAt);
      log.debug({ err, userId }, 'how somebody is there was not written down; it is tried again');
    });
  }

  async #beat(): Promise<void> {
    const { store, clock, log, leaseMs } = this.#options;
    try {
      const { isNew, adopted } = await store.beat();
      if (this.#stopped) return;
      for (const [userId, here] of adopted) this.#adopt(userId, here);
      for (const [userId, lastSeenAt] of [...this.#unwritten]) this.#write(userId, lastSeenAt);
      if (isNew) for (const [userId, { lastSeenAt }] of this.#people) this.#write(userId, lastSeenAt);
    } catch (err) {
      log.debug({ err }, 'the other processes could not be told that this one is alive');
    }
    if (!this.#stopped) this.#callOff = clock.at(clock.now() + leaseMs / beatsPerLease, () => void this.#beat());
  }

  /** As if their connection to this process had been lost just now. */
  #adopt(userId: string, here: Here): void {
    if (this.#people.has(userId)) return;
    this.#endLater(userId, this.#add(userId, here));
  }

  #now(): number {
    return this.#options.clock.now();
  }
}

const hereOf = ({ status, lastSeenAt }: Person): Here =>
  status === 'online' ? { status } : { status: 'away', lastSeenAt };
