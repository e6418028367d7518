import type { Event } from '../game/events.ts';
import type { Room } from '../game/state.ts';
import type { Along, Entry, Journal, OpenJournal } from '../journal/journal.ts';
import { writtenFormat } from '../journal/journal.ts';
import { asEntry } from './entries.ts';
import { People } from './people.ts';
import type { ReadRoom } from './reading.ts';
import { nothingPlayed, type Played, playedWith, replayIn } from './replay.ts';
import { snapshotIn } from './snapshots.ts';
import type { Step } from './steps.ts';

export interface RecorderOptions {
  /** How long a finished match is kept, ms. */
  readonly replayTtlMs: number;
  /** The format in which it writes: that of this version. */
  readonly format?: number;
}

/** What steps leave in the journal, in one piece that may be stored more than once. */
export interface Recording {
  readonly steps: readonly Step[];
  readonly entries: readonly Entry[];
  readonly along: Along;
}

/**
 * Writes a room's journal: the entries of its steps, and what goes along with them. A match that begins has a snapshot take
 * the place of all that was before it, and one that ends leaves its replay.
 */
export class Recorder {
  readonly #journal: OpenJournal;
  readonly #options: RecorderOptions;
  readonly #people: People;
  #played: Played;

  /** Creates the journal of a new room. @throws JournalUnavailable */
  static async create(
    journal: Journal,
    { roomId, settings }: Room,
    events: readonly Event[],
    options: RecorderOptions,
  ): Promise<Recorder> {
    const { format = writtenFormat } = options;
    const people = new People();
    const entries = events.map((event) => asEntry(event, format, people));
    const claim = await journal.create(roomId, entries, settings.ttlMs, { format, people: people.unstored });
    people.stored();
    return new Recorder(claim, { people, played: nothingPlayed }, options);
  }

  /** @param read of that journal */
  constructor(journal: OpenJournal, { people, played }: Pick<ReadRoom, 'people' | 'played'>, options: RecorderOptions) {
    this.#journal = journal;
    this.#options = options;
    this.#people = people;
    this.#played = played;
  }

  /** The events of the match that runs, or was the last one. */
  get played(): Played {
    return this.#played;
  }

  record(steps: readonly Step[]): Recording {
    const { format = writtenFormat, replayTtlMs } = this.#options;
    const entry = (event: Event) => asEntry(event, format, this.#people);
    this.#people.beginAnew();
    const entries = steps.map(({ event }) => entry(event));
    const replay = replayIn(steps, this.#played, replayTtlMs, format < 2 ? null : this.#people);
    const room = format < 2 ? undefined : snapshotIn(steps);
    const snapshot = room && { n: room.n, entry: entry({ type: 'snapshot', room, at: room.touchedAt }) };
    const people = this.#people.unstored;
    const dropped = snapshot && { snapshot, nameless: this.#people.nameless };
    return { steps, entries, along: { format, people, ...(replay && { replay }), ...dropped } };
  }

  /**
   * Stores it; again, where that is in doubt.
   * @returns the room after it
   * @throws as `OpenJournal.append` does
   */
  async append({ steps, entries, along }: Recording): Promise<Room> {
    await this.#journal.append(entries, along);
    this.#people.stored();
    this.#people.drop(along.nameless ?? []);
    for (const { event } of steps) if (event.type === 'person_erased') this.#people.forget(event.userId);
    this.#played = playedWith(this.#played, steps);
    const { after } = steps.at(-1) as Step;
    return along.snapshot ? { ...after, base: along.snapshot.n } : after;
  }

  /** Whether the journal can be reached, and the room is still ours. @throws as `OpenJournal.append` does */
  async reach(): Promise<void> {
    await this.#journal.append([]);
  }

  async release(): Promise<void> {
    await this.#journal.release();
  }

  async forget(): Promise<void> {
    await this.#journal.forget();
  }
}
