import { parentPort, workerData } from 'node:worker_threads';
import { openDatabase, rewriteVersion } from '../journal/database.ts';
import type { Along, Entry } from '../journal/journal.ts';
import { scrubFile, vacuumIfDue } from '../journal/scrub.ts';
import type { ClaimId, SqliteJournal } from '../journal/sqlite.ts';
import { type Asked, answerCalls } from './calls.ts';
import type { Started, Told } from './file.ts';
import { keptInFile } from './kept.ts';

/**
 * The thread that owns the data file: nobody else waits for the disk. It goes by the clock of who asks, which comes with
 * what is asked.
 */

/** Nobody but who asks for something waits here, so it may be longer than elsewhere. */
const lockWaitMs = 500;

const { folder, replayTtlMs, sessionTtlMs, now: startedAt, ...rest } = workerData as Started;
const port = parentPort as NonNullable<typeof parentPort>;
const tell = (told: Told) => port.postMessage(told);

let asked = startedAt;
let onJump = (_byMs: number) => {};
const clock = {
  now: () => asked,
  elapsed: () => performance.now(),
  onJump(told: typeof onJump) {
    onJump = told;
  },
};
const log = {
  info: (text: string) => tell({ log: 'info', about: {}, text }),
  warn: (about: object, text: string) => tell({ log: 'warn', about, text }),
};

const database = openDatabase(folder, lockWaitMs);
const { commits, journal, sessions, revocations, audit } = keptInFile(
  database,
  { replayTtlMs, sessionTtlMs, ...rest },
  clock,
  log,
);
try {
  if (vacuumIfDue(database)) log.info('the data file was rewritten, without what was erased');
} catch (err) {
  log.warn({ err }, 'the data file may still have bytes of what was erased: it is rewritten by the next start');
}
await revocations.onSignOut((userId) => tell({ gone: userId }));

const idOf = async (claim: Promise<ClaimId>): Promise<ClaimId> => {
  const { roomId, room, token } = await claim;
  return { roomId, room, token };
};

const answer = answerCalls(port, {
  journal: {
    create: (...args: Parameters<SqliteJournal['create']>) => idOf(journal.create(...args)),
    open: (...args: Parameters<SqliteJournal['open']>) => idOf(journal.open(...args)),
    list: () => journal.list(),
    expiriesOf: (roomIds: readonly string[]) => journal.expiriesOf(roomIds),
    sweep: () => journal.sweep(),
    replay: (roomId: string, matchNumber: number) => journal.replay(roomId, matchNumber),
    people: (roomId: string) => journal.people(roomId),
    erase: (userId: string) => journal.erase(userId),
    close: () => journal.close(),
  },
  claim: {
    read: (id: ClaimId, from?: number, most?: number) => journal.claimed(id).read(from, most),
    append: (id: ClaimId, entries: readonly Entry[], along?: Along) => journal.claimed(id).append(entries, along),
    release: (id: ClaimId, failed?: boolean) => journal.claimed(id).release(failed),
    forget: (id: ClaimId) => journal.claimed(id).forget(),
  },
  sessions: { ...sessions },
  revocations: { ...revocations },
  audit: { ...audit },
  file: {
    answer: () => {},
    probe: () => commits.write(0, () => rewriteVersion(database)),
    scrub: () => scrubFile(database),
    jumped: (byMs: number) => onJump(byMs),
    async close() {
      await journal.close();
      commits.close();
      database.close();
      setImmediate(() => port.close());
    },
  },
});
port.on('message', (message: Asked) => {
  asked = message.now;
  answer(message);
});
