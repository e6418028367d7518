import type { Command } from '../game/commands.ts';
import { seatBySession } from '../game/room.ts';
import type { Room } from '../game/state.ts';
import { earlyEndsOf, refusePass } from '../game/window.ts';
import type { Clock } from '../ops/clock.ts';
import type { Answers } from '../protocol/answers.ts';
import { RecallError } from '../protocol/errors.ts';

export interface ShortWindowsOptions {
  readonly clock: Clock;
  /** The room as it is now. */
  readonly room: () => Room;
  /** Whether no computer player means to act still. */
  readonly settled: () => boolean;
  readonly submit: (command: Command) => void;
}

/**
 * Who has said that they have no card for the present same-rank window (rules.md 7), and its end where all have. Kept here
 * and in no journal: an event would tell everybody by its number that somebody had pressed. A crash loses the presses, and
 * that window takes its whole time unless they are made again.
 */
export class ShortWindows {
  readonly #options: ShortWindowsOptions;
  readonly #passed = new Set<number>();
  #window = '';
  #ends: readonly number[] = [];
  #callOffs: readonly (() => void)[] = [];

  constructor(options: ShortWindowsOptions) {
    this.#options = options;
  }

  /**
   * The message `pass_window`: the person in that seat has no card for the present window.
   * @returns the answer. It has no number: nothing has happened that others could notice.
   * @throws RecallError where that is of no use.
   */
  async pass(sessionId: string): Promise<Answers['pass_window']> {
    const room = this.#options.room();
    const seat = seatBySession(room, sessionId)?.seat ?? -1;
    const refused = refusePass(room, seat);
    if (refused) throw new RecallError(refused.refused, refused.message);
    this.#passed.add(seat);
    return {};
  }

  /** Sees what has become of the room. */
  follow(): void {
    const room = this.#options.room();
    // Called after each step of every room, of which few have them.
    if (!room.settings.shortWindows) return;
    const ends = earlyEndsOf(room);
    const window = ends.length > 0 ? `${room.match?.number} ${room.match?.turnNumber}` : '';
    if (window !== this.#window) this.#passed.clear();
    this.#window = window;
    // A pause moves them.
    if (ends.join() === this.#ends.join()) return;
    this.stop();
    this.#ends = ends;
    this.#callOffs = ends.map((at) => this.#options.clock.at(at, () => this.#look()));
  }

  /** No window ends early any more. */
  stop(): void {
    for (const callOff of this.#callOffs) callOff();
    this.#callOffs = [];
    this.#ends = [];
  }

  #look(): void {
    const { room, settled, submit } = this.#options;
    if (settled()) submit({ type: 'end_window', passed: new Set(this.#passed), n: room().n });
  }
}
