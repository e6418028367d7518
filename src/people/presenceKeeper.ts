import type { Clock } from '../ops/clock.ts';
import type { Log } from '../ops/log.ts';
import type { Here, PresenceStore, Seen } from './presence.ts';
import type { Sessions } from './sessions.ts';
import { hashOfUser } from './user.ts';

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
/** How often a session is renewed by who goes on doing things, ms: as exact is its last moment after a crash. */
const renewEveryMs = 300_000;
/** And in its life, at least. */
const renewals = 4;

/** A user with a connection to this process, or whose grace hasn't ended, or who was active here until a while ago. */
interface Person {
  isConnected: boolean;
  /** When they last did something: said it, or came. By the clock's `elapsed`, as all times here. */
  activeAt: number;
  /** When they last did something or were connected. */
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
  /** The answer to the last sign of life was lost. */
  #isInDoubt = false;
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
    const { store, log } = this.#options;
    await Promise.all([...this.#people].map(([userId, person]) => this.#part(userId, person)));
    await store.leave().catch((err) => log.debug({ err }, 'presence was not handed over'));
  }

  /** A connection of a user to this process is open. */
  connected(userId: string): void {
    const known = this.#people.get(userId);
    const person = known ?? this.#add(userId, { status: 'online' });
    person.isConnected = true;
    this.#acts(person);
    this.#renewIfDue(userId, person);
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
    this.#acts(person);
    this.#renewIfDue(userId, person);
    if (person.status === 'away') this.#awayLater(userId, person);
    this.#isOnline(userId, person);
  }

  /** They are erased: from now on nothing is known of them here, and nothing written. */
  forget(userId: string): void {
    const person = this.#people.get(userId);
    if (!person) return;
    person.callOff();
    this.#people.delete(userId);
    this.#write(userId, this.#now());
  }

  #add(userId: string, here: Seen): Person {
    const { clock } = this.#options;
    const agoMs = here.status === 'away' ? Math.max(0, clock.now() - here.lastSeenAt) : 0;
    const activeAt = this.#now() - agoMs;
    const { status } = here;
    const person = {
      isConnected: false,
      activeAt,
      lastSeenAt: activeAt,
      renewedAt: Number.NEGATIVE_INFINITY,
      status,
      callOff: () => {},
    };
    this.#people.set(userId, person);
    return person;
  }

  #acts(person: Person): void {
    person.activeAt = this.#now();
    person.lastSeenAt = person.activeAt;
  }

  #isOnline(userId: string, person: Person, isNew = false): void {
    if (person.status === 'online' && !isNew) return;
    person.status = 'online';
    this.#write(userId, person.activeAt);
  }

  #awayLater(userId: string, person: Person): void {
    this.#wait(person, this.#awayAt(person), () => {
      if (this.#now() < this.#awayAt(person)) return this.#awayLater(userId, person);
      person.status = 'away';
      this.#write(userId, person.activeAt);
    });
  }

  #endLater(userId: string, person: Person): void {
    this.#wait(person, this.#now() + this.#options.presenceGraceMs, () => void this.#end(userId, person));
  }

  async #end(userId: string, person: Person): Promise<void> {
    const { callOff, lastSeenAt } = person;
    // Said once: between two looks at the wall clock it may be another millisecond.
    const seenAt = this.#wall(lastSeenAt);
    // First when they were seen last: whoever hears that they are gone may ask for that.
    await this.#renew(userId, person, seenAt);
    if (this.#stopped || person.isConnected || person.callOff !== callOff) return;
    const isActive = person.status === 'online' && this.#now() < this.#awayAt(person);
    person.status = 'gone';
    if (!isActive) this.#people.delete(userId);
    this.#write(userId, lastSeenAt, seenAt);
  }

  /** They may be connected to another process, and away there: what they did here counts as long as anywhere. */
  #forgetLater(userId: string, person: Person): void {
    this.#wait(person, this.#awayAt(person), () => {
      this.#people.delete(userId);
      this.#write(userId, person.activeAt);
    });
  }

  #awayAt({ activeAt }: Person): number {
    return activeAt + this.#options.awayAfterMs;
  }

  #wait(person: Person, until: number, then: () => void): void {
    person.callOff();
    const { clock } = this.#options;
    if (!this.#stopped) person.callOff = clock.at(clock.now() + until - this.#now(), then);
  }

  #renewIfDue(userId: string, person: Person): void {
    const due = Math.min(renewEveryMs, this.#options.sessionTtlMs / renewals);
    if (this.#now() - person.renewedAt >= due) void this.#renew(userId, person);
  }

  #renew(userId: string, person: Person, seenAt = this.#wall(person.lastSeenAt)): Promise<void> {
    const { sessions, log } = this.#options;
    person.renewedAt = this.#now();
    return sessions
      .seen(userId, seenAt)
      .catch((err) => log.debug({ err, user: hashOfUser(userId) }, 'a session was not renewed'));
  }

  /** This process ends: somebody has still to say when the user was here. */
  async #part(userId: string, person: Person): Promise<void> {
    person.callOff();
    if (person.isConnected) person.lastSeenAt = this.#now();
    if (person.status !== 'gone') await this.#renew(userId, person);
  }

  #write(userId: string, lastSeenAt: number, seenAt = this.#wall(lastSeenAt)): void {
    if (this.#stopped) return;
    const { store, log } = this.#options;
    const person = this.#people.get(userId);
    this.#unwritten.delete(userId);
    store.put(userId, person ? this.#hereOf(person) : null, seenAt).then(
      (isSaid) => {
        if (person?.status !== 'gone' || this.#people.get(userId) !== person) return;
        if (isSaid) this.#forgetLater(userId, person);
        else this.#people.delete(userId);
      },
      (err) => {
        this.#unwritten.set(userId, lastSeenAt);
        log.debug({ err, user: hashOfUser(userId) }, 'how somebody is there was not written down; it is tried again');
      },
    );
  }

  async #beat(): Promise<void> {
    const { store, clock, log, leaseMs } = this.#options;
    try {
      const { isNew, adopted } = await store.beat(this.#isInDoubt);
      if (this.#stopped) return;
      for (const [userId, seen] of adopted) {
        const person = this.#isInDoubt && this.#people.get(userId);
        if (person) this.#write(userId, person.lastSeenAt);
        else this.#adopt(userId, seen);
      }
      this.#isInDoubt = false;
      for (const [userId, lastSeenAt] of [...this.#unwritten]) this.#write(userId, lastSeenAt);
      if (isNew) for (const [userId, { lastSeenAt }] of this.#people) this.#write(userId, lastSeenAt);
    } catch (err) {
      this.#isInDoubt = true;
      log.debug({ err }, 'the other processes could not be told that this one is alive');
    }
    if (!this.#stopped) this.#callOff = clock.at(clock.now() + leaseMs / beatsPerLease, () => void this.#beat());
  }

  /** As if another connection of theirs, to this process, had been lost just now. */
  #adopt(userId: string, seen: Seen): void {
    const person = this.#people.get(userId) ?? this.#add(userId, seen);
    if (seen.status === 'online') {
      person.status = 'online';
      this.#acts(person);
    }
    if (person.isConnected) this.#awayLater(userId, person);
    else this.#endLater(userId, person);
  }

  #hereOf({ status, activeAt }: Person): Here {
    return status === 'away' ? { status, lastSeenAt: this.#wall(activeAt) } : { status };
  }

  #now(): number {
    return this.#options.clock.elapsed();
  }

  /** @returns that moment, Unix ms, as the wall clock has it by now. */
  #wall(at: number): number {
    return Math.round(this.#options.clock.now() + at - this.#now());
  }
}
