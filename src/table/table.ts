import type { Chance } from '../game/chance.ts';
import type { Command, CommandOf } from '../game/commands.ts';
import type { Event } from '../game/events.ts';
import { evolve, initial } from '../game/evolve.ts';
import { isRefusal } from '../game/refusal.ts';
import { nextDueAt } from '../game/room.ts';
import type { Room } from '../game/state.ts';
import { type Journal, JournalUnavailable, type OpenJournal } from '../journal/journal.ts';
import type { Clock } from '../ops/clock.ts';
import type { Log } from '../ops/log.ts';
import { bound } from '../ops/trace.ts';
import { decide } from './deciding.ts';
import type { ReadRoom } from './reading.ts';
import { Recorder, type RecorderOptions, type Recording } from './recorder.ts';
import { gone, type Refused, unavailable } from './refused.ts';
import type { Played } from './replay.ts';
import { RoomStatus } from './roomStatus.ts';
import { RoomTime } from './roomTime.ts';
import { type Step, stepsOf } from './steps.ts';

/** What came of a command: why it was refused, or its events (none where there was nothing to do) and the room then. */
export type Outcome = Refused | { readonly events: readonly Event[]; readonly room: Room };

export const isRefused = (outcome: Outcome): outcome is Refused => 'refused' in outcome;

export interface TableOptions extends RecorderOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  /** Called when the events of a command are durable, before who sent it is answered. */
  readonly onStep: (steps: readonly Step[]) => void;
  /** The journal can't be reached: the room stands still until it is back. */
  readonly onPause: (paused: boolean) => void;
  /** The room is not this process' any more, or expired under it (`NoSuchRoom`): nothing may be said for it. */
  readonly onLost: (error: unknown) => void;
}

interface Job {
  readonly run: () => Promise<Outcome>;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

/** So many commands of players wait at most. */
const maxWaiting = 256;
/** After the journal could not be reached. */
const retryMs = 1000;
/** A room that is over and could not be forgotten would have to wait until somebody comes across it. */
const forgetTries = 3;
/** An answer that takes longer has cost the players time. */
const lateMs = 1000;

/**
 * A room at work, without Colyseus: takes commands one after another, in the order in which they come, and lets time pass
 * for it. A command is decided, its events are made durable, the room is folded on, and only then anything of it is seen.
 */
export class Table {
  readonly #options: TableOptions;
  readonly #recorder: Recorder;
  readonly #time: RoomTime;
  readonly #queue: Job[] = [];
  #room: Room;
  #busy = false;
  readonly #status = new RoomStatus();
  /** Whether the last append was stored, or not, without its first answer saying so. A slow answer is none in doubt. */
  #wasInDoubt = false;
  #dueAt: number | null = null;
  #callOff = () => {};

  /**
   * Opens a new room.
   * @throws JournalUnavailable nothing was opened: take another room id.
   */
  static async open(command: CommandOf<'open'>, options: TableOptions): Promise<Table> {
    const events = decide(initial, command, options.clock.now(), options.chance);
    if (isRefusal(events)) throw new TypeError(events.message);
    const time = new RoomTime(options.clock);
    const room = events.reduce(evolve, initial);
    const opened = Recorder.create(options.journal, room, events, options);
    opened.catch(time.stop);
    const table = new Table(await opened, room, options, time);
    table.#wait();
    time.onJump();
    return table;
  }

  /**
   * Goes on with a room whose process is gone. Its time stands still until the command `recover`.
   * @param read by `readLiving`
   */
  static resume(journal: OpenJournal, read: ReadRoom, options: TableOptions): Table {
    return new Table(new Recorder(journal, read, options), read.room, options, new RoomTime(options.clock));
  }

  private constructor(recorder: Recorder, room: Room, options: TableOptions, time: RoomTime) {
    this.#options = options;
    this.#recorder = recorder;
    this.#room = room;
    this.#time = time;
    time.onJump = () => void this.#first(() => this.#followClock());
  }

  /** The room as it is now, hidden cards included. */
  get room(): Room {
    return this.#room;
  }

  /** What players were told of the match that runs, or was the last one. */
  get played(): Played {
    return this.#recorder.played;
  }

  /** There was nothing to do. */
  get #nothing(): Outcome {
    return { events: [], room: this.#room };
  }

  /**
   * Carries a command out when those before it are done.
   * @returns when it is durable and its effects are out. A refusal has changed nothing: `UNAVAILABLE` while the journal
   *   can't be reached, `TOO_MANY_REQUESTS` when too many are waiting.
   * @throws whatever went wrong inside; nothing has changed then either.
   */
  submit(command: Command): Promise<Outcome> {
    if (this.#queue.length >= maxWaiting && canWait(command)) {
      return Promise.resolve({ refused: 'TOO_MANY_REQUESTS', message: 'This room is busy: try again in a moment.' });
    }
    return this.#enqueue(
      () => this.#inTime(command),
      (job) => this.#queue.push(job),
    );
  }

  /**
   * Submits what has happened already, such as a lost connection: as long as the journal can't be reached, again and again.
   * @param stillTrue asked before each try
   * @returns whether it was carried out.
   */
  async retry(command: Command, stillTrue = () => true): Promise<boolean> {
    while (stillTrue()) {
      const outcome = await this.submit(command);
      if (!isRefused(outcome)) return true;
      if (outcome.refused !== 'UNAVAILABLE' || this.#status.hasEnded) return false;
      await this.#backOff();
    }
    return false;
  }

  /** Time stands still for the room, and nothing is moved, until the journal can be reached. */
  pause(): void {
    if (!this.#status.pause(this.#options.clock.elapsed())) return;
    this.#wait();
    this.#options.onPause(true);
    void this.#comeBack();
  }

  /** Finds out whether the room is still this process'; after it was stalled, say. */
  async confirm(): Promise<void> {
    // What is under way finds out itself.
    if (!this.#busy && !this.#status.hasEnded) await this.#reach();
  }

  /** Gives the room up as it is: another process, or a later start, may open it. What still waits is refused. */
  async release(): Promise<void> {
    this.#end();
    await this.#recorder.release();
  }

  /** The room is over: nothing of it stays but its replays. Where that can't be stored now, who opens it next does it. */
  async forget(): Promise<void> {
    this.#end();
    for (let tries = 1; ; tries++) {
      try {
        return await this.#recorder.forget();
      } catch (error) {
        if (error instanceof JournalUnavailable && tries < forgetTries) await this.#backOff();
        else {
          await this.#recorder.release().catch(() => {});
          throw error;
        }
      }
    }
  }

  #enqueue(run: Job['run'], put: (job: Job) => void): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      put({ run: bound(run), resolve, reject });
      if (!this.#busy) void this.#work();
    });
  }

  /** Before all that waits. */
  #first(run: Job['run']): Promise<Outcome> {
    return this.#enqueue(run, (job) => this.#queue.unshift(job));
  }

  async #work(): Promise<void> {
    this.#busy = true;
    for (let job = this.#queue.shift(); job; job = this.#queue.shift()) {
      await job.run().then(job.resolve, job.reject);
    }
    this.#busy = false;
  }

  /** A step ends with its time: a command that came later finds it over, however late the timer is. */
  async #inTime(command: Command): Promise<Outcome> {
    if (this.#status.hasEnded) return gone;
    if (this.#status.is === 'paused') return this.#withoutStoring(command);
    const dueAt = nextDueAt(this.#room);
    if (command.type !== 'recover' && dueAt !== null && dueAt <= this.#time.now) {
      const outcome = await this.#carryOut({ type: 'time_passed' });
      if (command.type === 'time_passed') return outcome;
      // While that was in doubt, the room stood still.
      if (!isRefused(outcome)) await this.#giveBack();
      // It does so still. That its time is over could not be stored, and whoever asks for the same again may have been
      // answered before; anything else is judged when it could.
      if (this.#status.pausedSince !== null) {
        const known = this.#withoutStoring(command);
        return isRefused(known) ? unavailable : known;
      }
    }
    return this.#carryOut(command);
  }

  /** What changes nothing is answered in a pause too: a repeat of a move that was made must not hear that it was not. */
  #withoutStoring(command: Command): Outcome {
    const events = decide(this.#room, command, this.#time.now, this.#options.chance);
    if (isRefusal(events)) return events;
    return events.length === 0 ? this.#nothing : unavailable;
  }

  /**
   * The pause ends when it is durable how long it was: whatever runs has as long as it had before. While that itself was in
   * doubt, or this process stalled over it, more time has been lost. But a journal that is always late is no pause: for its
   * lateness that is done once.
   */
  async #giveBack(): Promise<Outcome> {
    const { clock, onPause } = this.#options;
    const status = this.#status;
    if (status.is !== 'paused') return this.#nothing;
    for (let isFirst = true; status.pausedSince !== null; isFirst = false) {
      const now = clock.elapsed();
      const outcome = await this.#carryOut({ type: 'time_lost', byMs: Math.round(now - status.pausedSince) });
      if (isRefused(outcome)) return outcome;
      const isLate = isFirst && clock.elapsed() - now > lateMs;
      status.gaveBack(now, !this.#wasInDoubt && !isLate);
    }
    this.#wait();
    onPause(false);
    return this.#followClock();
  }

  /** The clock was set: whatever runs has as long as it had before. In a pause, that comes after it. */
  async #followClock(): Promise<Outcome> {
    const { owedMs: byMs } = this.#time;
    if (this.#status.is === 'paused' || byMs === 0) return this.#nothing;
    return this.#carryOut({ type: 'clock_moved', byMs });
  }

  async #carryOut(command: Command): Promise<Outcome> {
    if (this.#status.hasEnded) return gone;
    const events = decide(this.#room, command, this.#time.now, this.#options.chance);
    if (isRefusal(events)) return events;
    if (events.length === 0) return this.#nothing;

    const steps = stepsOf(this.#room, events);
    let room: Room;
    try {
      room = await this.#append(this.#recorder.record(steps));
    } catch (error) {
      if (!(error instanceof JournalUnavailable)) this.#lose(error);
      else if (!error.inDoubt) {
        this.pause();
        return unavailable;
      }
      return gone;
    }
    this.#room = room;
    if (command.type === 'clock_moved') this.#time.moved(command.byMs);
    this.#wait();
    this.#show(steps);
    if (command.type !== 'time_lost') void this.#goOn();
    return { events, room: this.#room };
  }

  /**
   * While it is in doubt whether the entries are stored, nothing but the same append may follow; and that one which could
   * not even be sent says nothing of those before it.
   */
  async #append(recording: Recording): Promise<Room> {
    for (this.#wasInDoubt = false; ; ) {
      try {
        return await this.#recorder.append(recording);
      } catch (error) {
        if (!(error instanceof JournalUnavailable)) throw error;
        this.#wasInDoubt ||= error.inDoubt;
        if (!this.#wasInDoubt) throw error;
        if (this.#status.hasEnded)
          throw new JournalUnavailable('the room was given up', { inDoubt: true, cause: error });
        this.pause();
        await this.#backOff();
      }
    }
  }

  /** Waits until the journal is back. */
  async #comeBack(): Promise<void> {
    while (this.#status.is === 'paused') {
      await this.#backOff();
      // What is under way finds out itself.
      if (!this.#busy && (await this.#reach())) await this.#goOn();
    }
  }

  async #goOn(): Promise<void> {
    if (this.#status.is !== 'paused') return;
    await this.#first(() => this.#giveBack());
  }

  /** @returns whether the journal can be reached, and the room is still ours. */
  async #reach(): Promise<boolean> {
    this.#busy = true;
    try {
      await this.#recorder.reach();
      return true;
    } catch (error) {
      if (error instanceof JournalUnavailable) this.pause();
      else this.#lose(error);
      return false;
    } finally {
      this.#busy = false;
      if (this.#queue.length > 0) void this.#work();
    }
  }

  #lose(error: unknown): void {
    this.#end();
    this.#options.onLost(error);
  }

  /** What happened has happened, whatever becomes of telling it. */
  #show(steps: readonly Step[]): void {
    try {
      this.#options.onStep(steps);
    } catch (error) {
      this.#options.log.error({ err: error, roomId: this.#room.roomId }, 'telling of a step failed');
    }
  }

  /** One timer, on whatever is due next. */
  #wait(): void {
    const dueAt = this.#status.is === 'open' ? nextDueAt(this.#room) : null;
    if (dueAt === this.#dueAt) return;
    this.#callOff();
    this.#dueAt = dueAt;
    if (dueAt !== null) this.#callOff = this.#time.at(dueAt, () => void this.#timePassed());
  }

  async #timePassed(): Promise<void> {
    try {
      await this.retry({ type: 'time_passed' });
    } catch (error) {
      this.#options.log.error({ err: error, roomId: this.#room.roomId }, 'letting time pass failed');
      await this.#backOff();
    }
    this.#dueAt = null;
    this.#wait();
  }

  #backOff(): Promise<void> {
    const { clock } = this.#options;
    return new Promise((resolve) => clock.at(clock.now() + retryMs, resolve));
  }

  #end(): void {
    this.#status.end();
    this.#time.stop();
    this.#wait();
  }
}

/** What Colyseus and the clock report has happened already, and can't be refused for lack of room. */
const canWait = (command: Command): boolean =>
  command.type === 'move' || command.type === 'request' || command.type === 'enter';
