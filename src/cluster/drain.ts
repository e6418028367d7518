import type { Log } from '../ops/log.ts';
import type { ProcessFacts } from '../protocol/admin.ts';
import { RecallError } from '../protocol/errors.ts';
import type { Backend } from './backend.ts';
import type { Recovery } from './recovery.ts';

/** By which a process is told to drain, or to serve again. */
const channel = 'recall:drain';
interface Told {
  readonly to: string;
  readonly drain: boolean;
}

export interface DrainOptions {
  /** The id of this process. */
  readonly self: () => string;
  readonly backend: Pick<Backend, 'othersAt' | 'retire' | 'rejoin' | 'leave' | 'follow' | 'presence'>;
  readonly recovery: Pick<Recovery, 'leaveToOthers' | 'takeAgain'>;
  /** Where a room is listed; undefined where it is not. */
  readonly listedAt: (roomId: string) => Promise<string | undefined>;
  readonly isHeard: (processId: string) => Promise<boolean>;
  /** Whether this process takes calls for seats, or hands them on. @returns when none is under way any more */
  readonly takeCalls: (takes: boolean) => Promise<void>;
  /** Releases the rooms that are here. @returns which, when none is here any more */
  readonly release: () => Promise<readonly string[]>;
  readonly log: Log;
}

/**
 * A process gives its rooms to the others as when it ends, takes no new ones, and lives on: it says that it is not ready,
 * hands calls for seats on, and forwards connections. `undrain` takes it back. It forgets that when it is started again.
 */
export class Drain {
  readonly #options: DrainOptions;
  #state: 'serving' | 'drained' | 'between' = 'serving';
  /** One after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: DrainOptions) {
    this.#options = options;
  }

  /** From the first moment on. */
  get isDrained(): boolean {
    return this.#state !== 'serving';
  }

  /** Does what it is told by other processes from now on. */
  async start(): Promise<void> {
    const { backend, self, log } = this.#options;
    await backend.follow<Told>(
      channel,
      ({ to, drain }) => {
        if (to !== self()) return;
        this.#set(drain).catch((err) => log.warn({ err, drain }, 'draining, as another process asked for, has failed'));
      },
      () => {},
    );
  }

  /**
   * @param processId another process is told to, and does it by itself
   * @throws RecallError NOT_ALLOWED where nobody could take the rooms; NOT_FOUND where there is no such process; whatever
   *   else went wrong, and then this process serves on
   */
  drain(processId?: string): Promise<ProcessFacts> {
    return this.#ask(true, processId);
  }

  /** @param processId as above. @throws RecallError NOT_FOUND */
  undrain(processId?: string): Promise<ProcessFacts> {
    return this.#ask(false, processId);
  }

  async #ask(drain: boolean, processId = this.#options.self()): Promise<ProcessFacts> {
    const { self, backend, isHeard } = this.#options;
    if (processId === self()) {
      await this.#set(drain);
      return { process_id: processId, state: drain ? 'drained' : 'serving' };
    }
    if (!(await isHeard(processId))) throw new RecallError('NOT_FOUND', 'there is no such process (any more)');
    const told: Told = { to: processId, drain };
    await backend.presence.publish(channel, told);
    return { process_id: processId, state: 'asked' };
  }

  #set(drain: boolean): Promise<void> {
    const done = this.#last.then(() => {
      if (this.#state === (drain ? 'drained' : 'serving')) return undefined;
      return drain ? this.#drain() : this.#undrain();
    });
    this.#last = done.catch(() => {});
    return done;
  }

  async #drain(): Promise<void> {
    const { backend, log } = this.#options;
    await this.#needOthers();
    this.#state = 'between';
    try {
      const released = await this.#giveAway();
      // Without that the others come across them, a little later.
      await backend.leave(released).catch((err) => log.warn({ err }, 'handing rooms over failed'));
      this.#state = 'drained';
      log.info({ rooms: released.length }, 'this process is drained: its rooms are the others’');
    } catch (error) {
      await this.#undrain().catch((err) =>
        log.warn({ err }, 'this process is half drained: drain it, or take it back'),
      );
      throw error;
    }
  }

  /** @throws RecallError NOT_ALLOWED where nobody could take the rooms */
  async #needOthers(): Promise<void> {
    if ((await this.#options.backend.othersAt()).length === 0)
      throw new RecallError('NOT_ALLOWED', 'there is no other process that could take the rooms');
  }

  async #giveAway(): Promise<readonly string[]> {
    const { backend, recovery, listedAt, takeCalls, release } = this.#options;
    await takeCalls(false);
    await backend.retire();
    // Again: of those that are drained at once, each found the others before any had said that it goes.
    await this.#needOthers();
    await recovery.leaveToOthers(listedAt);
    return release();
  }

  async #undrain(): Promise<void> {
    const { backend, recovery, takeCalls, log } = this.#options;
    this.#state = 'between';
    recovery.takeAgain();
    await backend.rejoin();
    await takeCalls(true);
    this.#state = 'serving';
    log.info('this process serves again');
  }
}
