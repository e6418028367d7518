import type { Journal, OpenJournal } from '../journal/journal.ts';
import {
  GivenUp,
  JournalUnavailable,
  LeaseHeld,
  NewerFormat,
  NoSuchRoom,
  Suspect,
  Unreadable,
} from '../journal/journal.ts';
import type { Clock } from '../ops/clock.ts';
import type { Log } from '../ops/log.ts';
import { recoverySeconds, roomsOfNewerFormat, roomsSetAside } from '../ops/metrics.ts';
import { RecallError } from '../protocol/errors.ts';
import { Turns } from './turns.ts';

/** Where a room lives: in this process, in another one that is alive (its name in the journal), or nowhere any more. */
export type Whereabouts = 'here' | 'nowhere' | { readonly owner: string };

export interface RecoveryOptions {
  readonly journal: Journal;
  readonly clock: Pick<Clock, 'elapsed' | 'now' | 'at'>;
  readonly log: Log;
  readonly isHere: (roomId: string) => boolean;
  /** Where a room is closing here: when it is here no more. */
  readonly closing: (roomId: string) => Promise<unknown> | undefined;
  /** Makes a room of a claim on its journal; the claim is the room's from then on. @throws Unreadable it can't */
  readonly revive: (claim: OpenJournal) => Promise<void>;
}

/** Whatever else a client asks for is not worth a look into the journal. */
const roomIdForm = /^room_[0-9a-f-]{36}$/;

/** So many rooms come back at a time: players who ask for theirs are not kept waiting by the rest. */
const atATime = 8;

/** So long a room that can't be read is not tried again, ms: it will hardly be another until there is another version. */
const asideMs = 60_000;
/** So long a room that waits for a newer version is passed over, ms, where nobody asks for it. */
const waitsMs = 5_000;

/** So often, and after so long (ms), a claim is given up that could not be. */
const releaseTries = 120;
const releaseAgainMs = 1_000;

interface PassedOver {
  readonly why: 'unreadable' | 'newer';
  /** When it is tried again, by the clock's `elapsed`. */
  readonly until: number;
}

/** Rooms outlive their process: whoever opens the journal of one goes on with it. */
export class Recovery {
  readonly #options: RecoveryOptions;
  readonly #underWay = new Map<string, Promise<Whereabouts>>();
  /** Rooms that can't be read, or that a process of a newer version is to have. Their journals are kept as they are. */
  readonly #passedOver = new Map<string, PassedOver>();
  readonly #turns = new Turns();
  #stopped = false;
  /** Where a room is listed, while this process takes none. */
  #listedAt: ((roomId: string) => Promise<string | undefined>) | undefined;

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  /**
   * Brings a room here that no living process has.
   * @throws JournalUnavailable also when this process is ending; RecallError UNAVAILABLE the room was set aside, since it
   *   can't be read, or waits for a newer version
   */
  bring(roomId: string): Promise<Whereabouts> {
    if (!roomIdForm.test(roomId)) return Promise.resolve('nowhere');
    const { isHere, closing } = this.#options;
    if (isHere(roomId) && !closing(roomId)) return Promise.resolve('here');
    const known = this.#underWay.get(roomId);
    if (known) return known;
    if (this.#listedAt) return this.#lookFor(roomId, this.#listedAt);
    if (this.#isPassedOver(roomId, 'unreadable')) return Promise.reject(setAside());
    const brought = this.#bring(roomId).finally(() => this.#underWay.delete(roomId));
    this.#underWay.set(roomId, brought);
    return brought;
  }

  /**
   * Brings every room here that no living process has, a few at a time. One that fails is logged and left for later; one
   * that was set aside, or waits for a newer version, is passed over.
   */
  async bringAll(): Promise<void> {
    const rooms = await this.#options.journal.list();
    await this.bringEach(rooms.filter((room) => room.owner === null).map((room) => room.roomId));
  }

  /**
   * Brings these rooms here, a few at a time. One that fails is logged and left for later.
   * @param onGone told of each that is nowhere any more
   * @returns false where some have failed since the journal can't be reached, so that it may help to try again soon.
   */
  async bringEach(roomIds: readonly string[], onGone: (roomId: string) => unknown = () => {}): Promise<boolean> {
    const waiting = [...roomIds];
    let unreachable = 0;
    const work = async () => {
      for (let roomId = waiting.shift(); roomId && !this.#stopped; roomId = waiting.shift()) {
        if (this.#isPassedOver(roomId)) continue;
        try {
          if ((await this.bring(roomId)) === 'nowhere') await onGone(roomId);
        } catch (err) {
          if (err instanceof JournalUnavailable) unreachable++;
          // Of these it was said already.
          else if (!this.#isPassedOver(roomId))
            this.#options.log.error({ err, roomId }, 'a room could not be recovered');
        }
      }
    };
    await Promise.all(Array.from({ length: atATime }, work));
    if (unreachable > 0)
      this.#options.log.warn(
        { rooms: unreachable },
        'rooms wait until the journal can be reached, or their owner is known',
      );
    return unreachable === 0;
  }

  /**
   * Until `takeAgain` no more rooms come here: `bring` says where they are.
   * @param listedAt the process that a room is listed by; undefined where it is on its way, or nowhere
   * @returns when those that were on their way have come.
   */
  async leaveToOthers(listedAt: (roomId: string) => Promise<string | undefined>): Promise<void> {
    this.#listedAt = listedAt;
    await Promise.allSettled(this.#underWay.values());
  }

  takeAgain(): void {
    this.#listedAt = undefined;
  }

  async #lookFor(roomId: string, listedAt: (roomId: string) => Promise<string | undefined>): Promise<Whereabouts> {
    const owner = await listedAt(roomId);
    if (owner !== undefined) return { owner };
    if ((await this.#options.journal.expiriesOf([roomId])).has(roomId))
      throw new JournalUnavailable('the room is on its way to another process');
    return 'nowhere';
  }

  /** No more rooms come here. @returns when those that were on their way have come. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.allSettled(this.#underWay.values());
  }

  async #bring(roomId: string): Promise<Whereabouts> {
    // Not 'nowhere': who hears that gives up, and another process has the room, or will have it.
    if (this.#stopped) throw new JournalUnavailable('this process is ending');
    await this.#options.closing(roomId);
    try {
      return await this.#turns.withOthers(() => this.#open(roomId, false));
    } catch (error) {
      if (!(error instanceof Suspect)) throw error;
      return this.#turns.alone(() => this.#open(roomId, true));
    }
  }

  /**
   * @param alone no other room is brought meanwhile: if this process ends now, it is by this room
   * @throws Suspect it has to be alone
   */
  async #open(roomId: string, alone: boolean): Promise<Whereabouts> {
    // What was known of it is found out anew.
    const known = this.#passedOver.get(roomId);
    const began = performance.now();
    let claim: OpenJournal;
    try {
      claim = await this.#options.journal.open(roomId, { alone });
      this.#passedOver.delete(roomId);
    } catch (error) {
      if (error instanceof Suspect) throw error;
      this.#passedOver.delete(roomId);
      if (error instanceof GivenUp) {
        this.#putAside(roomId, { fault: 'given_up', reason: 'processes that read it have ended, or failed' }, known);
        throw setAside();
      }
      if (error instanceof NewerFormat) {
        this.#waits(roomId, error, known);
        throw new RecallError(
          'UNAVAILABLE',
          'this room waits for a newer version of the server: try again in a moment',
        );
      }
      if (error instanceof LeaseHeld) return { owner: error.owner };
      if (error instanceof NoSuchRoom) return 'nowhere';
      throw error;
    }
    try {
      await this.#options.revive(claim);
      const ms = performance.now() - began;
      recoverySeconds.observe(ms / 1000);
      if (this.#options.isHere(roomId)) {
        this.#options.log.info({ roomId, claim: claim.token, ms: Math.round(ms) }, 'a room was brought here');
        return 'here';
      }
    } catch (error) {
      const isUnreadable = error instanceof Unreadable;
      await this.#letGo(claim, isUnreadable);
      // It was over, and its process has died before it could say so.
      if (error instanceof NoSuchRoom) return 'nowhere';
      if (!isUnreadable) throw error;
      this.#putAside(roomId, error, known);
      throw setAside();
    }
    // It was here, and is no more: over, or another process has taken it meanwhile. Whoever asks again will know.
    throw new JournalUnavailable('the room has moved on');
  }

  /**
   * Where the journal is away, it is told as soon as it is back: this process has not ended by the room.
   * @returns after the first try
   */
  async #letGo(claim: OpenJournal, failed: boolean, tries = 1): Promise<void> {
    try {
      await claim.release(failed);
    } catch (error) {
      const { clock } = this.#options;
      if (!(error instanceof JournalUnavailable) || this.#stopped || tries === releaseTries) return;
      clock.at(clock.now() + releaseAgainMs, () => void this.#letGo(claim, failed, tries + 1));
    }
  }

  /** @param why for any reason, if nothing is said */
  #isPassedOver(roomId: string, why?: PassedOver['why']): boolean {
    const known = this.#passedOver.get(roomId);
    if (!known || known.until <= this.#options.clock.elapsed()) return false;
    return why === undefined || known.why === why;
  }

  #waits(roomId: string, { format }: NewerFormat, known: PassedOver | undefined): void {
    const { clock, log } = this.#options;
    roomsOfNewerFormat.inc();
    if (known?.why !== 'newer')
      log.warn({ roomId, format }, 'a room of a newer format waits for a process that knows it');
    this.#passedOver.set(roomId, { why: 'newer', until: clock.elapsed() + waitsMs });
  }

  #putAside(
    roomId: string,
    { entry, fault, reason }: Pick<Unreadable, 'fault' | 'reason'> & { readonly entry?: number },
    known: PassedOver | undefined,
  ): void {
    const { clock, log } = this.#options;
    this.#passedOver.set(roomId, { why: 'unreadable', until: clock.elapsed() + asideMs });
    if (known?.why === 'unreadable') return;
    roomsSetAside.inc({ reason: fault });
    log.error({ roomId, entry, reason }, 'a room is set aside: its journal can not be read, and is kept as it is');
  }
}

const setAside = (): RecallError =>
  new RecallError('UNAVAILABLE', 'this room can not be opened for now, and is kept: try again later');
