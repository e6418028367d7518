import type { Event } from '../game/events.ts';
import type { Entry, ExpiredRoom } from '../journal/journal.ts';
import type { Services } from '../services.ts';

/** What `Expiry` needs of a room that lives in this process. */
interface HereRoom {
  readonly roomId: string;
  /** Finds out whether it is still this process'. */
  confirm(): void;
}

type Needs = Pick<
  Services,
  'journal' | 'index' | 'userRooms' | 'tellOfUserRooms' | 'hooks' | 'clock' | 'config' | 'log'
>;

/** So often the rooms of that time to live are looked through, ms: in time for who waits in one, and no oftener. */
const everyMs = (ttlMs: number): number => Math.min(60_000, Math.max(50, ttlMs / 20));

/**
 * Ends the rooms in which nothing has happened for their time, whether their process lives, has died, or there is none.
 * Every process looks, and the journal gives each room to one of them: that one tells the hooks, and frees what the
 * cluster keeps of the room. (A room that notices first closes by its own event, as rooms do, and is not found here.)
 */
export class Expiry {
  readonly #services: Needs;
  readonly #here: Iterable<HereRoom>;
  /** Rooms that are over, and may be listed still. */
  readonly #listed = new Set<string>();
  #running = Promise.resolve();
  #stopped = false;
  #callOff = () => {};

  /** @param here the rooms of this process, as they are when it looks */
  constructor(services: Needs, here: Iterable<HereRoom>) {
    this.#services = services;
    this.#here = here;
  }

  /** Looks at once, and from then on until `stop`. */
  start(): void {
    this.#running = this.#look().finally(() => {
      if (this.#stopped) return;
      const { clock, config } = this.#services;
      this.#callOff = clock.at(clock.now() + everyMs(config.roomTtlMs), () => this.start());
    });
  }

  /** @returns when a look that was under way is over. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#callOff();
    await this.#running;
  }

  async #look(): Promise<void> {
    const { journal, log } = this.#services;
    try {
      for (const room of await journal.sweep()) this.#tell(room);
    } catch (err) {
      log.warn({ err }, 'removing what has expired failed');
    }
    if (this.#listed.size === 0) return;
    for (const room of this.#here) if (this.#listed.has(room.roomId)) room.confirm();
    await Promise.all([...this.#listed].map((roomId) => this.#delist(roomId)));
  }

  /** The journal tells of a room once. So each is told by itself, whatever is wrong with another. */
  #tell({ roomId, last }: ExpiredRoom): void {
    const { hooks, log } = this.#services;
    let hadClosed = false;
    try {
      hadClosed = isClosing(last);
    } catch (err) {
      log.warn({ err, roomId }, 'the last entry of an expired room can not be read');
    }
    log.info({ roomId, reason: 'expired' }, 'a room is over');
    if (!hadClosed) hooks.emit('room_closed', { room_id: roomId, reason: 'expired' });
    this.#listed.add(roomId);
  }

  async #delist(roomId: string): Promise<void> {
    const { index, userRooms, tellOfUserRooms, log } = this.#services;
    try {
      await index.remove(roomId, '');
      const changed = await userRooms.seat(roomId, new Map(), 1);
      if (changed.length > 0) tellOfUserRooms(changed);
      this.#listed.delete(roomId);
    } catch (err) {
      log.debug({ err, roomId }, 'an expired room could not be delisted; it is tried again');
    }
  }
}

/**
 * Such a room has closed by its own event, and its process has died before it could forget it. As a rule it had told the
 * hooks by then. One that died between the two has told nobody, and nobody else does, since the journal shows no difference.
 */
const isClosing = (last: Entry | null): boolean => last !== null && (JSON.parse(last) as Event).type === 'room_closed';
