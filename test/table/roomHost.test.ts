import { afterEach, beforeEach, expect, test } from 'vitest';
import { fairness } from '../../src/fairness/fairness.ts';
import type { Event } from '../../src/game/events.ts';
import { seatBySession } from '../../src/game/room.ts';
import { JournalUnavailable } from '../../src/journal/journal.ts';
import { createLog } from '../../src/ops/log.ts';
import { closeCodes } from '../../src/protocol/errors.ts';
import type { Ticket } from '../../src/table/passes.ts';
import { RoomHost } from '../../src/table/roomHost.ts';
import type { Connection } from '../../src/table/seating.ts';
import { defaults, entrant } from '../game/kit.ts';
import { SqliteStore } from '../journal/sqliteStore.ts';
import { type ManualClock, manualClock } from '../support/clock.ts';
import { withAppend } from '../support/withAppend.ts';

let store: SqliteStore;
let clock: ManualClock;
/** The codes that connections were closed with, by what they are called. */
let closed: [name: string, code: number][];
let happened: Event[];
let host: RoomHost<Wire>;
/** What becomes of each append. */
let append: (stock: () => Promise<void>) => Promise<void>;

class Wire implements Connection {
  readonly sessionId: string;
  readonly name: string;
  reconnectionToken = '';

  constructor(name: string, sessionId: string) {
    this.name = name;
    this.sessionId = sessionId;
  }
}

beforeEach(async () => {
  store = new SqliteStore();
  clock = manualClock();
  const stock = await store.start({ now: clock.now });
  append = (stored) => stored();
  const journal = withAppend(stock, (stored) => append(stored));
  closed = [];
  happened = [];
  host = await RoomHost.open<Wire>(
    { type: 'open', roomId: 'room_1', settings: defaults, owner: entrant('ann'), bots: 0 },
    {
      carrier: {
        show() {},
        broadcast() {},
        send() {},
        close: ({ name }, code) => void closed.push([name, code]),
        closeAll: async () => {},
      },
      journal,
      clock,
      chance: fairness,
      hooks: { on: () => () => {}, emit: () => {} },
      log: createLog('silent'),
      replayTtlMs: 3_600_000,
      botDelayMs: [1, 1],
      onStep: (steps) => void happened.push(...steps.map(({ event }) => event)),
      onLost() {},
    },
  );
  await host.submit({ type: 'enter', who: entrant('ben'), roles: [], password: 'none', random: false });
});
afterEach(() => store.dispose());

const sessionOf = (userId: string) => `session of ${userId}`;
const ticket = (userId: string, wayIn: Ticket['wayIn']): Ticket => ({
  sessionId: sessionOf(userId),
  user: { id: userId, name: userId, roles: [], guest: true, generation: 0, tokenHash: '', expiresAt: undefined },
  wayIn,
});

/** Somebody sits down by a new connection of that name. */
async function sits(userId: string, name: string, wayIn: Ticket['wayIn'] = 'joined') {
  const wire = new Wire(name, sessionOf(userId));
  return { wire, refused: await host.sitDown(wire, ticket(userId, wayIn)) };
}

const attendanceOf = (userId: string) => seatBySession(host.room, sessionOf(userId))?.attendance ?? null;

/** Somebody parts while nothing can be stored. Then the room goes on again, and that has not been tried again. */
async function whileAway<T>(part: () => Promise<T>): Promise<{ parting: Promise<T> }> {
  append = () => Promise.reject(new JournalUnavailable('away'));
  await host.submit({ type: 'close', reason: 'closed' });
  await clock.advance(500);
  const parting = part();
  append = (stock) => stock();
  for (let ms = 0; ms < 900; ms += 100) await clock.advance(100);
  return { parting };
}

test('who leaves while nothing can be stored, and is back before it was, keeps their seat', async () => {
  const { wire } = await sits('ben', 'old');
  const { parting: left } = await whileAway(() => host.left(wire));
  expect((await sits('ben', 'new', 'already')).refused).toBeNull();
  await clock.advance(5_000);
  expect(await left).toBe(false);
  expect([attendanceOf('ben'), closed]).toEqual(['connected', []]);
});

test('who could not sit down after all leaves nobody connected behind', async () => {
  const { wire } = await sits('ben', 'first');
  const { parting: dropped } = await whileAway(() => host.dropped(wire));
  // It is about to sit down just when it is tried again to say that the other one has gone.
  const refusal = Promise.withResolvers<void>();
  append = () => refusal.promise;
  const second = sits('ben', 'second', 'back');
  await clock.advance(200);
  await dropped;
  append = (stock) => stock();
  refusal.reject(new JournalUnavailable('away'));
  await second;
  await clock.advance(5_000);
  expect(attendanceOf('ben')).toBe('held');
});

test.each([
  ['kicked', closeCodes.kicked],
  ['signed_out', closeCodes.signedOut],
  ['dropped', closeCodes.seatGone],
  ['lapsed', closeCodes.seatGone],
  ['left', closeCodes.seatGone],
] as const)('who sits in a seat that is given up (%s) hears code %i', async (reason, code) => {
  await sits('ben', 'the connection');
  await host.submit({ type: 'leave', sessionId: sessionOf('ben'), reason });
  expect(closed).toEqual([['the connection', code]]);
});

test('a computer player whose move was refused in a pause makes it when that is over', async () => {
  for (const userId of ['ann', 'ben']) await sits(userId, userId);
  await host.submit({ type: 'request', seat: 0, request: { type: 'add_bot' } });
  // The start is in doubt, and stored at last; how long that took can't be stored at first.
  let appends = 0;
  append = async (stock) => {
    appends++;
    if (appends === 1) throw new JournalUnavailable('who knows', { inDoubt: true });
    if (appends === 3) throw new JournalUnavailable('away');
    await stock();
  };
  const started = host.submit({ type: 'request', seat: 0, request: { type: 'start_match' } });
  const peeked = () => happened.some((event) => event.type === 'peeked' && event.seat === 2);
  for (let ms = 0; ms < 1_500; ms += 100) await clock.advance(100);
  await started;
  expect([appends, peeked()]).toEqual([3, false]);
  for (let ms = 0; ms < 1_000; ms += 100) await clock.advance(100);
  expect(peeked()).toBe(true);
});
