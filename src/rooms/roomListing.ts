import { isRunning } from '../game/room.ts';
import type { Clock } from '../ops/clock.ts';
import { pace } from '../ops/pace.ts';
import type { RoomFacts } from '../protocol/toClient.ts';
import { roomFacts } from '../table/projection.ts';
import type { Step } from '../table/steps.ts';

export interface RoomListingOptions {
  readonly clock: Clock;
  /** What is listed of the room; undefined where nothing is yet. */
  readonly listed: () => RoomFacts | undefined;
  /** Lists it anew; never rejects. */
  readonly list: (facts: RoomFacts) => Promise<void>;
}

/**
 * So often a list hears of how far a match is at most, ms. People make a step every few seconds: to tell lists of each would
 * cost as much as to tell the players.
 */
const onwardEveryMs = 5000;

/** Keeps what lists say of one room in step with it. */
export class RoomListing {
  readonly #options: RoomListingOptions;
  readonly #listOnward: (key: '') => Promise<void>;
  #facts: RoomFacts | undefined;

  constructor(options: RoomListingOptions) {
    this.#options = options;
    this.#listOnward = pace(() => this.#listLatest(), onwardEveryMs, options.clock);
  }

  /** Sees what has happened. */
  follow(steps: readonly Step[]): void {
    const [before, room] = [steps[0]?.before, steps.at(-1)?.after];
    if (!before || !room) return;
    const facts = roomFacts(room);
    this.#facts = facts;
    const listed = this.#options.listed();
    if (listed && isSame(facts, listed)) return;
    // Whoever chooses a room goes by whether a match runs, and not by how far it is.
    const isOnward =
      listed && isRunning(before) && isRunning(room) && isSame({ ...facts, phase: listed.phase }, listed);
    if (isOnward) void this.#listOnward('');
    else void this.#options.list(facts);
  }

  async #listLatest(): Promise<void> {
    if (this.#facts) await this.#options.list(this.#facts);
  }

  /** The room is here no more: nothing is listed of it that waited. */
  stop(): void {
    this.#facts = undefined;
  }
}

const isSame = (facts: RoomFacts, listed: RoomFacts): boolean =>
  Object.entries(facts).every(([fact, value]) => listed[fact as keyof RoomFacts] === value);
