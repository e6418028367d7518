import { setTimeout as delay } from 'node:timers/promises';
import type { Journal } from '../journal/journal.ts';
import type { Clock } from '../ops/clock.ts';
import type { Log } from '../ops/log.ts';
import type { Leaving, Revocations } from '../people/revocations.ts';
import type { Sessions } from '../people/sessions.ts';
import { hashOfUser } from '../people/user.ts';
import { RecallError } from '../protocol/errors.ts';
import type { Everywhere } from './everywhere.ts';

/** Where a user stands beside the journal and the sessions, on what this site stands on. */
export interface Traces {
  /** @returns whether there were any. */
  forget(userId: string): Promise<boolean>;
  /** Has the bytes overwritten of what was erased: at once, or as soon as that keeps nobody waiting. */
  scrub(): Promise<void>;
}

export interface ErasingOptions {
  readonly revocations: Pick<Revocations, 'erase' | 'erasing' | 'erased' | 'look'>;
  readonly sessions: Pick<Sessions, 'of' | 'end'>;
  readonly journal: Pick<Journal, 'erase'>;
  readonly everywhere: Everywhere;
  readonly traces: Traces;
  readonly clock: Pick<Clock, 'now' | 'at'>;
  readonly log: Log;
}

/** So often it is looked for who is still to be erased: who was asked for by `npm run erase`, or by a process that has died. */
const lookEveryMs = 2000;
/** Calls that were let in before they were to be erased are over by then, ms. */
const settleMs = 300;
/** So long a process that ends waits for what it has begun, ms: another one goes on with it. */
const endWithinMs = 1000;
/** A room may come back from its journal just when that is erased: it is looked at again until nothing new is found. */
const mostRounds = 5;

/**
 * Erases users: from rooms, replays, sessions and lists, on every process. It is durable that somebody is to be erased
 * before anything is, and it goes on until it is done, whatever fails meanwhile; to do anything of it twice changes
 * nothing.
 */
export class Erasing {
  readonly #options: ErasingOptions;
  /** One after the other: each looks through all that there is. */
  #last: Promise<unknown> = Promise.resolve();
  #callOff = () => {};
  #stopped = false;

  constructor(options: ErasingOptions) {
    this.#options = options;
  }

  /** Goes on with those who are still to be erased, now and whenever there are some. */
  start(): void {
    const { clock } = this.#options;
    if (this.#stopped) return;
    this.#callOff = clock.at(clock.now() + lookEveryMs, () => void this.#goOn().then(() => this.start()));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#callOff();
    await Promise.race([this.#last, delay(endWithinMs)]);
  }

  /**
   * @param by who has asked for it, for the log
   * @returns whether anything was there, when nothing is any more.
   * @throws RecallError UNAVAILABLE: nothing has changed, or it goes on by itself; the message says which
   */
  async erase(user: Leaving, by: string): Promise<boolean> {
    const { revocations, log } = this.#options;
    await revocations.erase(user, by);
    try {
      return await this.#inTurn(user.id, by);
    } catch (err) {
      log.warn({ err, user: hashOfUser(user.id) }, 'a user is not erased yet: it goes on by itself');
      throw new RecallError('UNAVAILABLE', 'not everything is erased yet: it goes on by itself');
    }
  }

  async #goOn(): Promise<void> {
    const { revocations, log } = this.#options;
    const all = await revocations.erasing().catch(() => []);
    for (const { userId, by } of all) {
      if (this.#stopped) return;
      await this.#inTurn(userId, by).catch((err) =>
        log.debug({ err, user: hashOfUser(userId) }, 'a user could not be erased; it is tried again'),
      );
    }
  }

  #inTurn(userId: string, by: string): Promise<boolean> {
    const done = this.#last.then(() => this.#finish(userId, by));
    this.#last = done.catch(() => {});
    return done;
  }

  async #finish(userId: string, by: string): Promise<boolean> {
    const { revocations, sessions, journal, everywhere, traces, log } = this.#options;
    // It was asked for, and that was all that could be stored.
    if ((await revocations.look(userId, '')).erasedAt === 0)
      await revocations.erase({ id: userId, guest: false, expiresAt: undefined }, by);
    await delay(settleMs);
    let wasThere = false;
    for (let round = 1; round <= mostRounds; round++) {
      const rooms = await everywhere.forget(userId);
      const persons = await journal.erase(userId);
      if (rooms + persons === 0) break;
      wasThere = true;
    }
    wasThere = (await sessions.of(userId)) !== undefined || wasThere;
    await sessions.end(userId);
    wasThere = (await traces.forget(userId)) || wasThere;
    const isFirst = await revocations.erased(userId);
    await traces.scrub().catch((err) => log.warn({ err }, 'the bytes of what was erased may still be there'));
    if (isFirst) log.warn({ user: hashOfUser(userId), by, wasThere }, 'a user was erased');
    return wasThere;
  }
}
