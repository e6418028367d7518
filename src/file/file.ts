import { Worker } from 'node:worker_threads';
import type { SettableClock } from '../journal/databaseTime.ts';
import { type Journal, JournalUnavailable, type OpenJournal } from '../journal/journal.ts';
import { mostWaiting, sizeOf } from '../journal/sizes.ts';
import type { ClaimId } from '../journal/sqlite.ts';
import type { Log } from '../ops/log.ts';
import type { Audit } from '../people/audit.ts';
import type { Revocations } from '../people/revocations.ts';
import type { Sessions } from '../people/sessions.ts';
import { type Answered, Caller } from './calls.ts';

export interface FileOptions {
  /** `DATA_DIR` */
  readonly folder: string;
  /** How long what is kept is kept at most, ms. */
  readonly replayTtlMs: number;
  readonly sessionTtlMs: number;
  /** As those of `SqliteJournalOptions`. */
  readonly format?: number;
  readonly build?: string;
  /**
   * So often the thread is asked whether it answers, while it has something to do, ms: 2000 by default. A slow disk takes
   * half a second now and then, for which no room has to stand still.
   */
  readonly lookEveryMs?: number;
}

/** What the thread begins with. */
export interface Started extends Omit<FileOptions, 'lookEveryMs'> {
  /** Unix ms. */
  readonly now: number;
}

/** What the thread of the file says by itself. */
export type Told =
  | { readonly log: 'info' | 'warn'; readonly about: object; readonly text: string }
  /** A user who has signed out, is banned or is being erased. */
  | { readonly gone: string };

/** All that the embedded form keeps, in one file. */
export interface DataFile {
  readonly journal: Journal;
  readonly sessions: Sessions;
  readonly revocations: Revocations;
  readonly audit: Audit;
  /** When it is open. @throws Error where it can't be opened, or was written by a newer version */
  readonly opened: Promise<void>;
  /** @throws JournalUnavailable where it can't be written */
  probe(): Promise<void>;
  /** As `scrubFile`. */
  scrub(): Promise<void>;
  /** After the journal. */
  close(): Promise<void>;
}

/** What becomes of the thread. */
export interface FileEvents {
  /** It has failed, and nothing can be stored any more: this process is of no use. */
  readonly onDeath: (error: unknown) => void;
  /** It does not answer, and what is stored waits for the disk; told again and again. */
  readonly onStall: () => void;
}

/** How long after that what it has answered is waited for, ms. */
const hearingMs = 50;

/** Opens the file in a thread of its own, so that nothing here ever waits for the disk. */
export function openFile(
  { lookEveryMs = 2000, ...options }: FileOptions,
  clock: SettableClock,
  log: Log,
  { onDeath, onStall }: FileEvents,
): DataFile {
  const workerData: Started = { ...options, now: clock.now() };
  const worker = new Worker(new URL('./thread.ts', import.meta.url), { workerData, execArgv: [] });
  worker.unref();
  const caller = new Caller((asked) => worker.postMessage(asked), clock.now);
  const subscribers = new Set<(userId: string) => void>();
  worker.on('message', (message: Answered | Told) => {
    if ('answers' in message) caller.answered(message);
    else if ('gone' in message) for (const subscriber of subscribers) subscriber(message.gone);
    else log[message.log](message.about, message.text);
  });
  // What was asked before goes there with the time of now.
  clock.onJump((byMs) => void caller.callFirst('file', 'jumped', byMs).catch(() => {}));
  const exited = new Promise((resolve) => worker.on('exit', resolve));
  let isOpen = false;
  let isClosing = false;
  const opened = new Promise<void>((resolve, reject) => {
    worker.on('error', (cause) => {
      caller.end(new JournalUnavailable('its thread has failed', { inDoubt: true, cause }));
      if (isOpen) onDeath(cause);
      else reject(cause);
    });
    worker.on('exit', () => {
      caller.end(new JournalUnavailable('it is closed'));
      if (!isClosing) reject(new Error('the thread of the data file has ended'));
    });
    call('answer').then(() => {
      isOpen = true;
      resolve();
    }, reject);
  });
  let unwatch = () => {};
  // Whoever doesn't wait for it finds out at the first call.
  opened.then(
    () => {
      if (!isClosing) unwatch = watch(caller, lookEveryMs, log, onStall);
    },
    () => {},
  );

  function call(method: string): Promise<void> {
    return caller.call('file', method);
  }

  return {
    opened,
    journal: journalIn(caller),
    sessions: remote<Sessions>(caller, 'sessions', {
      ...{ of: true, remember: true, seen: true, lastSeen: true, end: true, sweep: true },
    }),
    revocations: {
      ...remote<Omit<Revocations, 'onSignOut'>>(caller, 'revocations', {
        ...{ revoke: true, look: true, refuses: true, erase: true, erasing: true, erased: true },
        ...{ ban: true, unban: true, bans: true },
      }),
      async onSignOut(subscriber) {
        subscribers.add(subscriber);
      },
    },
    audit: remote<Audit>(caller, 'audit', { write: true, read: true }),
    probe: () => call('probe'),
    scrub: () => call('scrub'),
    async close() {
      isClosing = true;
      unwatch();
      worker.ref();
      await call('close').catch(() => {});
      await exited;
    },
  };
}

/** Looks whether the thread answers. @returns a function that ends it */
function watch(caller: Caller, everyMs: number, log: Log, onStall: () => void): () => void {
  let isAnswered = true;
  let isTold = false;
  const look = () => {
    if (isAnswered) {
      isTold = false;
      if (!caller.isWaiting) return;
      isAnswered = false;
      const answered = () => {
        isAnswered = true;
      };
      caller.call('file', 'answer').then(answered, answered);
      return;
    }
    if (!isTold) log.warn('the disk of DATA_DIR does not answer: rooms stand still until it does');
    isTold = true;
    onStall();
  };
  // When what was asked is sent, and what was answered heard: it may be this thread that was busy.
  const looking = setInterval(() => setTimeout(look, hearingMs).unref(), everyMs).unref();
  return () => clearInterval(looking);
}

/** A service over there. @param methods all that it has: one that is left out doesn't compile */
const remote = <T extends object>(caller: Caller, service: string, methods: Record<keyof T & string, true>): T =>
  Object.fromEntries(
    Object.keys(methods).map((method) => [method, (...args: unknown[]) => caller.call(service, method, ...args)]),
  ) as T;

function journalIn(caller: Caller): Journal {
  const rest = remote<Omit<Journal, 'create' | 'open'>>(caller, 'journal', {
    ...{ list: true, expiriesOf: true, sweep: true, replay: true, people: true, erase: true, close: true },
  });
  let waiting = 0;
  /** @param size characters that it will store */
  async function bounded<T>(size: number, run: () => Promise<T>): Promise<T> {
    if (waiting + size > mostWaiting) throw new JournalUnavailable('too much waits to be written');
    waiting += size;
    try {
      return await run();
    } finally {
      waiting -= size;
    }
  }
  const claimed = ({ roomId, room, token }: ClaimId): OpenJournal => {
    const id: ClaimId = { roomId, room, token };
    return {
      roomId,
      token,
      read: (...range) => caller.call('claim', 'read', id, ...range),
      people: () => rest.people(roomId),
      append: (entries, along) =>
        bounded(sizeOf(entries, along), () => caller.call('claim', 'append', id, entries, along)),
      release: (failed) => caller.call('claim', 'release', id, failed),
      forget: () => caller.call('claim', 'forget', id),
    };
  };
  return {
    ...rest,
    create: (roomId, entries, ttlMs, along) =>
      bounded(sizeOf(entries), async () =>
        claimed(await caller.call('journal', 'create', roomId, entries, ttlMs, along)),
      ),
    open: async (...args) => claimed(await caller.call('journal', 'open', ...args)),
  };
}
