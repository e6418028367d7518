import type { Journal, OpenJournal } from '../journal/journal.ts';
import { JournalUnavailable, LeaseHeld, NoSuchRoom } from '../journal/journal.ts';
import type { Log } from '../ops/log.ts';

/** Where a room lives: in this process, in another one that is alive (its name in the journal), or nowhere any more. */
export type Whereabouts = 'here' | 'nowhere' | { readonly owner: string };

export interface RecoveryOptions {
  readonly journal: Journal;
  readonly log: Log;
  readonly isHere: (roomId: string) => boolean;
  /** Where a room is closing here: when it is here no more. */
  readonly closing: (roomId: string) => Promise<unknown> | undefined;
  /** Makes a room of a claim on its journal; the claim is the room's from then on. */
  readonly revive: (claim: OpenJournal) => Promise<void>;
}

/** Whatever else a client asks for is not worth a look into the journal. */
const roomIdForm = /^room_[0-9a-f-]{36}$/;

/** So many rooms come back at a time: players who ask for theirs are not kept waiting by the rest. */
const atATime = 8;

/** Rooms outlive their process: whoever opens the journal of one goes on with it. */
export class Recovery {
  readonly #options: RecoveryOptions;
  readonly #underWay = new Map<string, Promise<Whereabouts>>();
  #stopped = false;

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  /**
   * Brings a room here that no living process has.
   * @throws JournalUnavailable also when this process is ending
   */
  bring(roomId: string): Promise<Whereabouts> {
    if (!roomIdForm.test(roomId)) return Promise.resolve('nowhere');
    const { isHere, closing } = this.#options;
    if (isHere(roomId) && !closing(roomId)) return Promise.resolve('here');
    const known = this.#underWay.get(roomId);
    if (known) return known;
    const brought = this.#bring(roomId).finally(() => this.#underWay.delete(roomId));
    this.#underWay.set(roomId, brought);
    return brought;
  }

  /** Brings every room here that no living process has, a few at a time. One that fails is logged and left for later. */
  async bringAll(): Promise<void> {
    const rooms = await this.#options.journal.list();
    await this.bringEach(rooms.filter((room) => room.owner === null).map((room) => room.roomId));
  }

  /**
   * Brings these rooms here, a few at a time. One that fails is logged and left for later.
   * @param onGone told of each that is nowhere any more
   * @returns whether it is of no use to try again soon: none has failed since the journal can't be reached.
   */
  async bringEach(roomIds: readonly string[], onGone: (roomId: string) => unknown = () => {}): Promise<boolean> {
    const waiting = [...roomIds];
    let isDone = true;
    const work = async () => {
      for (let roomId = waiting.shift(); roomId && !this.#stopped; roomId = waiting.shift()) {
        try {
          if ((await this.bring(roomId)) === 'nowhere') await onGone(roomId);
        } catch (err) {
          if (err instanceof JournalUnavailable) isDone = false;
          this.#options.log.error({ err, roomId }, 'a room could not be recovered');
        }
      }
    };
    await Promise.all(Array.from({ length: atATime }, work));
    return isDone;
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
    let claim: OpenJournal;
    try {
      claim = await this.#options.journal.open(roomId);
    } catch (error) {
      if (error instanceof LeaseHeld) return { owner: error.owner };
      if (error instanceof NoSuchRoom) return 'nowhere';
      throw error;
    }
    try {
      await this.#options.revive(claim);
      if (this.#options.isHere(roomId)) return 'here';
    } catch (error) {
      await claim.release().catch(() => {});
      throw error;
    }
    // It was here, and is no more: over, or another process has taken it meanwhile. Whoever asks again will know.
    throw new JournalUnavailable('the room has moved on');
  }
}
