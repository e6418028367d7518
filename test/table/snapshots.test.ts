import fc from 'fast-check';
import { expect, test } from 'vitest';
import { indexOfFirst, journalOf } from '../../harness/remembered.ts';
import { ModelJournal } from '../../simulation/modelJournal.ts';
import { ModelStore } from '../../simulation/modelStore.ts';
import type { Event } from '../../src/game/events.ts';
import { isRefusal } from '../../src/game/refusal.ts';
import type { Room, Seat } from '../../src/game/state.ts';
import { type Entry, type Person, Unreadable } from '../../src/journal/journal.ts';
import { MissedEvents } from '../../src/table/missedEvents.ts';
import { readRoom } from '../../src/table/reading.ts';
import { Recorder } from '../../src/table/recorder.ts';
import { stepsOf } from '../../src/table/steps.ts';
import { defaults, entering, entrant, TestTable } from '../game/kit.ts';
import { playRoom } from '../game/randomMatch.ts';
import { type Plan, plans } from '../game/randomPlan.ts';

interface Lived {
  readonly before: Room;
  readonly events: readonly Event[];
  readonly after: Room;
}

/** What each command of a random life makes happen, and the room then. */
function livesOf(plan: Plan): Lived[] {
  const life: Lived[] = [];
  playRoom(plan, ({ before, answer, after }) => {
    if (!isRefusal(answer) && answer.length > 0) life.push({ before, events: answer, after });
  });
  return life;
}

/** A journal that keeps no one waiting. */
function journalIn(store: ModelStore): ModelJournal {
  return new ModelJournal('p1', { ask: async (_, step) => step(store), look: async (at) => at(store) });
}

const options = { replayTtlMs: 1000 };
const comparable = (room: Room) => JSON.parse(JSON.stringify({ ...room, base: 0 }));

test('the same room comes of a snapshot and what follows as of all that has happened, whatever that was', async () => {
  let [snapshots, compared] = [0, 0];
  await fc.assert(
    fc.asyncProperty(plans, fc.integer({ min: 5, max: 40 }), async (plan, each) => {
      const store = new ModelStore({ now: () => 0, leaseMs: 1000 });
      const journal = journalIn(store);
      const [opening, ...life] = livesOf(plan);
      if (!opening) return;
      const { roomId } = opening.after;
      let recorder = await Recorder.create(journal, opening.after, opening.events, { ...options, format: 2 });
      for (const [i, { before, events, after }] of life.entries()) {
        const recording = recorder.record(stepsOf({ ...before, base: baseOf(store, roomId) }, events));
        if (recording.along.snapshot) snapshots++;
        const room = await recorder.append(recording);
        if (i % each !== 0) continue;
        // The next process, which may be of the release before, and writes without keys and snapshots.
        store.endLease('p1');
        await recorder.release();
        const claim = await journal.open(roomId);
        const read = await readRoom(claim);
        expect(comparable(read.room)).toEqual(comparable(after));
        expect(read.room.base).toBe(room.base);
        expect(read.played).toEqual(recorder.played);
        recorder = new Recorder(claim, read, { ...options, format: compared++ % 4 === 0 ? 1 : 2 });
      }
    }),
    { numRuns: 40, seed: 7 },
  );
  expect(snapshots).toBeGreaterThan(20);
  expect(compared).toBeGreaterThan(200);
});

const baseOf = (store: ModelStore, roomId: string): number => {
  const { type, room } = JSON.parse(store.entriesOf(roomId)?.[0] ?? '{}');
  return type === 'snapshot' ? room.n : 0;
};

/** A random life that comes to such a room, and who records it: until now, that it was opened. */
async function lifeTo(store: ModelStore, comesTo: (room: Room) => boolean) {
  const lives = fc.sample(plans, { numRuns: 50, seed: 3 }).values().map(livesOf);
  const found = lives.find((one) => one.some(({ after }) => comesTo(after)));
  const [opening, ...life] = found as [Lived, ...Lived[]];
  const recorder = await Recorder.create(journalIn(store), opening.after, opening.events, { ...options, format: 2 });
  return { roomId: opening.after.roomId, life, recorder };
}

/** A room in its second match, of whose journal a snapshot is the first entry. */
async function snapshotted(): Promise<{ roomId: string; entries: readonly Entry[]; people: readonly Person[] }> {
  const store = new ModelStore({ now: () => 0, leaseMs: 1000 });
  const { roomId, life, recorder } = await lifeTo(store, ({ match }) => match !== null);
  for (const { before, events } of life) await recorder.append(recorder.record(stepsOf(before, events)));
  return { roomId, entries: store.entriesOf(roomId) ?? [], people: store.people(roomId) };
}

const changes: [what: string, change: (room: string) => string, reason: RegExp][] = [
  ['whose checksum is wrong', (entry) => entry.replace(/"sum":"../, '"sum":"zz'), /its checksum is wrong/],
  ['that was changed', (entry) => entry.replace(/"openedAt":\d/, '"openedAt":7'), /its checksum is wrong/],
  ['that is cut in half', (entry) => entry.slice(0, entry.length / 2), /it is torn/],
  [
    'without a field',
    (entry) => entry.replace(/"botSeed":"[^"]*",/, ''),
    /it is no snapshot that this version knows: room.botSeed/,
  ],
  ['with a field of tomorrow', (entry) => entry.replace('"botSeed"', '"aura":1,"botSeed"'), /knows: room.aura/],
];

test.each(changes)('a room with a snapshot %s can not be read, and it is said why', async (_, change, reason) => {
  const { roomId, entries, people } = await snapshotted();
  const [first = '', ...rest] = entries;
  expect(change(first)).not.toBe(first);
  const all = [change(first), ...rest];
  const error = await readRoom(journalOf(roomId, all, people, indexOfFirst(entries))).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(Unreadable);
  expect(error).toMatchObject({ entry: 1, reason: expect.stringMatching(reason) });
  // Nothing of what stands in it is said.
  expect((error as Error).message).not.toContain(JSON.parse(first).room.secret);
});

test('a snapshot that stands where another should, of another room, or amid others is none', async () => {
  const { roomId, entries, people } = await snapshotted();
  const n = JSON.parse(entries[0] as string).room.n as number;
  const read = (all: readonly Entry[], from: number, id = roomId, who = people) =>
    readRoom(journalOf(id, all, who, from));
  await expect(read(entries, n - 1)).resolves.toMatchObject({ room: { base: n } });
  for (const from of [0, n - 2, n, n + 3])
    await expect(read(entries, from)).rejects.toThrow('not of as many as it says');
  await expect(read(entries, n - 1, 'room_another')).rejects.toThrow('it is of another room');
  await expect(read([...entries, entries[0] as string], n - 1)).rejects.toThrow('something is before it');
  await expect(read(entries, n - 1, roomId, [])).rejects.toThrow('not among the people');
});

test('whoever was away while a waiting room dropped its last match from the journal is told that there is a gap', async () => {
  const store = new ModelStore({ now: () => 0, leaseMs: 1000 });
  const isOver = ({ match }: Room) => match?.phase === 'finished';
  const { life, recorder } = await lifeTo(store, isOver);
  const end = life.findIndex(({ after }) => isOver(after));
  for (const { before, events } of life.slice(0, end + 1))
    await recorder.append(recorder.record(stepsOf(before, events)));
  let room = life[end]?.after as Room;
  const seat = room.seats.find((one) => one && !one.isBot && one.attendance !== 'left') as Seat;
  const { told } = room;
  for (let i = 0; i < 1100; i++) {
    const [at, until, token] = [room.touchedAt, 0, ''];
    const back: Event[] = [
      { type: 'seat_dropped', seat: seat.seat, until, at },
      { type: 'seat_connected', seat: seat.seat, token, at },
    ];
    room = await recorder.append(recorder.record(stepsOf(room, back)));
  }
  expect(room.base).toBeGreaterThan(told);

  store.endLease('p1');
  await recorder.release();
  const read = await readRoom(await journalIn(store).open(room.roomId));
  expect(read.room.told).toBe(told);
  const missed = new MissedEvents(() => read);
  expect(missed.since(seat, told - 1)).toEqual({ n: room.n, gap: true, events: [] });
  expect(missed.since(seat, told)).toEqual({ n: room.n, gap: false, events: [] });
  missed.confirm(seat.sessionId, told - 1, 'n');
  expect(missed.of(seat, room.n)).toEqual({ since: told, events: [] });
  missed.confirm(seat.sessionId, told, 'n');
  expect(missed.of(seat, room.n)).toBeNull();
});

test('who has come and gone, and is in no replay, is among the people of a room until its next match alone', async () => {
  const store = new ModelStore({ now: () => 0, leaseMs: 1000 });
  const journal = journalIn(store);
  const t = new TestTable();
  const settings = { ...defaults, maxPlayers: 4 };
  t.send({ type: 'open', roomId: 'room_1', settings, owner: entrant('owner'), bots: 1 });
  t.send({ type: 'connect', sessionId: 'session of owner', token: 'token of owner' });
  const recorder = await Recorder.create(journal, t.room, t.journal, { ...options, format: 2 });
  let before = t.room;
  const keep = async (events: readonly Event[]) => {
    before = await recorder.append(recorder.record(stepsOf(before, events)));
  };
  for (let i = 0; i < 150; i++) {
    const who = entrant(`passer ${i}`);
    await keep(t.send(entering(who)));
    await keep(t.send({ type: 'leave', sessionId: who.sessionId, reason: 'left' }));
    t.now += 10_000;
  }
  const names = () => store.people(t.room.roomId).map(({ userId }) => userId);
  expect(names().length).toBeGreaterThan(150);
  await keep(t.asks(0, { type: 'start_match' }));
  // Those are left whom the room still counts.
  expect(names().length).toBeLessThan(80);
  expect(names()).toContain(t.room.ownerId);
  await recorder.release();
  const { room } = await readRoom(await journal.open(t.room.roomId));
  expect(comparable(room)).toEqual(comparable(t.room));
});
