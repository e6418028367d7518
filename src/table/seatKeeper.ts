import { persons } from '../game/room.ts';
import type { Room } from '../game/state.ts';
import type { Clock } from '../ops/clock.ts';
import type { Log } from '../ops/log.ts';
import { changedUsers, type Seats, type UserRooms } from '../people/userRooms.ts';
import type { Step } from './steps.ts';

export interface SeatKeeperOptions {
  readonly roomId: string;
  readonly userRooms: UserRooms;
  readonly clock: Clock;
  readonly log: Log;
  /** How long the room lives without anything happening, ms. */
  readonly ttlMs: number;
  /** Told at once who sits there now, and who did. */
  readonly onMove: (before: Seats, after: Seats) => void;
  /** Told of the users whose list of rooms has changed. */
  readonly onChange: (userIds: readonly string[]) => void;
}

const retryMs = 1000;

/**
 * Keeps the lists of users (`UserRooms`) in step with who sits in one room: one write at a time, always of how it is by
 * then, and again until it is done.
 */
export class SeatKeeper {
  readonly #options: SeatKeeperOptions;
  #seats: Seats = new Map();
  /** As the lists have it. */
  #written: Seats = new Map();
  /** Whose lists may have changed without their hearing of it, since an answer was lost. */
  readonly #untold = new Set<string>();
  #isWritten = true;
  #isWriting = false;
  #stopped = false;
  #callOff = () => {};

  constructor(options: SeatKeeperOptions) {
    this.#options = options;
  }

  /** This is who sits there, after a crash too, when the lists may say otherwise. */
  begin(room: Room): void {
    this.#keep(seatsIn(room));
  }

  /** Sees what has happened. */
  follow(steps: readonly Step[]): void {
    const [before, room] = [steps[0]?.before, steps.at(-1)?.after];
    if (!before || !room || (room.seats === before.seats && room.closed === before.closed)) return;
    const seats = seatsIn(room);
    if (changedUsers(this.#seats, seats).length > 0) this.#keep(seats);
  }

  /** The room is over, whatever it was like. */
  clear(): void {
    if (this.#seats.size > 0) this.#keep(new Map());
  }

  /** The room is here no more. What is still to be written of its end is written. */
  stop(): void {
    if (this.#seats.size === 0) return;
    this.#options.onMove(this.#seats, new Map());
    this.#stopped = true;
    this.#callOff();
  }

  #keep(seats: Seats): void {
    this.#options.onMove(this.#seats, seats);
    this.#seats = seats;
    this.#isWritten = false;
    void this.#write();
  }

  async #write(): Promise<void> {
    if (this.#isWriting || this.#stopped) return;
    const { roomId, userRooms, ttlMs, onChange, log } = this.#options;
    this.#callOff();
    this.#isWriting = true;
    let seats = this.#seats;
    try {
      while (!this.#isWritten && !this.#stopped) {
        this.#isWritten = true;
        seats = this.#seats;
        // Twice the room's own time, renewed after half of it: it never ends before the room.
        const changed = await userRooms.seat(roomId, seats, 2 * ttlMs);
        const told = new Set([...changed, ...this.#untold]);
        this.#written = seats;
        this.#untold.clear();
        if (told.size > 0) onChange([...told]);
      }
      if (this.#seats.size > 0) this.#later(ttlMs / 2);
    } catch (err) {
      log.debug({ err, roomId }, 'who sits in a room could not be written down; it is tried again');
      for (const userId of changedUsers(this.#written, seats)) this.#untold.add(userId);
      this.#isWritten = false;
      this.#later(retryMs);
    } finally {
      this.#isWriting = false;
    }
  }

  #later(ms: number): void {
    if (this.#stopped) return;
    const { clock } = this.#options;
    this.#callOff = clock.at(clock.now() + ms, () => {
      this.#isWritten = false;
      void this.#write();
    });
  }
}

const seatsIn = (room: Room): Seats =>
  new Map(room.closed ? [] : persons(room).map(({ userId, sessionId }) => [userId, sessionId]));
