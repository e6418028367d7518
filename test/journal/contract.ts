import { describe, expect, it } from 'vitest';
import {
  type ExpiredRoom,
  Fenced,
  type Journal,
  JournalUnavailable,
  knownFormat,
  LeaseHeld,
  NewerFormat,
  NoSuchRoom,
  type OpenJournal,
  RoomExists,
} from '../../src/journal/journal.ts';
import { newRoom, twoProcessesOn } from './processes.ts';
import type { JournalStore } from './store.ts';

const TTL_MS = 1_000_000;

/**
 * What every implementation of the journal promises.
 * @param leases whether one process can tell that another one lives; an embedded journal takes all others for dead
 */
export function journalContract(
  name: string,
  makeStore: () => Promise<JournalStore>,
  { leases }: { leases: boolean },
): void {
  describe(`the journal contract: ${name}`, () => {
    let store: JournalStore;
    let first: Journal;
    let second: Journal;
    let roomId: string;

    twoProcessesOn(makeStore, (made) => {
      ({ store, first, second, roomId } = made);
    });

    const replayOf = (record: string, ttlMs = TTL_MS) => ({ replay: { matchNumber: 1, record, ttlMs } });

    /** What the room is for a process that takes it over. */
    async function readBy(journal: Journal, id = roomId): Promise<readonly string[]> {
      return (await journal.open(id)).read();
    }

    it('gives a room back as it was, in order, after its process has died', async () => {
      const room = await first.create(roomId, ['a', 'b'], TTL_MS);
      await room.append(['c']);
      await room.append(['d', 'e']);
      await store.lose(first);
      expect(await readBy(second)).toEqual(['a', 'b', 'c', 'd', 'e']);
    });

    it('leaves a room of a newer format as it is, for a process that knows it', async () => {
      const [newer, another] = [
        await store.start({ format: knownFormat + 1 }),
        await store.start({ format: knownFormat + 1 }),
      ];
      await newer.create(roomId, ['a', 'b'], TTL_MS, { format: knownFormat + 1 });
      const old = newRoom();
      await first.create(old, ['c'], TTL_MS);
      await store.lose(newer);
      for (let tries = 0; tries < 2; tries++)
        await expect(second.open(roomId)).rejects.toThrow(new NewerFormat(roomId, knownFormat + 1));
      const room = await another.open(roomId);
      expect([room.token, await room.read()]).toEqual([2, ['a', 'b']]);
      // One of an older format is anybody's.
      await store.lose(first);
      expect(await readBy(another, old)).toEqual(['c']);
      await newer.close();
      await another.close();
    });

    it('reads on from an entry', async () => {
      const room = await first.create(roomId, ['a', 'b', 'c'], TTL_MS);
      expect(await room.read()).toEqual(['a', 'b', 'c']);
      expect(await room.read(2)).toEqual(['c']);
      expect(await room.read(3)).toEqual([]);
      expect(await room.read(0, 2)).toEqual(['a', 'b']);
      expect(await room.read(1, 1)).toEqual(['b']);
      expect(await room.read(1, 9)).toEqual(['b', 'c']);
      expect(await room.read(3, 9)).toEqual([]);
    });

    it('keeps any text as it is, for any match number and size', async () => {
      const texts = [
        '',
        '{"a":"\\u0000"}',
        'nul \u0000 end',
        'quotes \' " `',
        'line\r\nend',
        '🂡 ♥ é',
        'x'.repeat(300_000),
      ];
      const room = await first.create(roomId, texts, TTL_MS);
      await room.append(texts, { replay: { matchNumber: 4_000_000_000, record: texts.join(), ttlMs: TTL_MS } });
      expect(await room.read()).toEqual([...texts, ...texts]);
      expect(await first.replay(roomId, 4_000_000_000)).toBe(texts.join());
    });

    it('finds by one name what was stored by it, whoever asks (never again 31)', async () => {
      const room = await first.create(roomId, ['a'], TTL_MS);
      await room.append(['b'], replayOf('match 1'));
      await room.release();
      expect((await second.list()).map((listed) => listed.roomId)).toEqual([roomId]);
      expect(await second.replay(roomId, 1)).toBe('match 1');
      expect(await readBy(second)).toEqual(['a', 'b']);
    });

    it('lets nobody create a room that exists (never again 17)', async () => {
      await first.create(roomId, ['a'], TTL_MS);
      await expect(first.create(roomId, ['x'], TTL_MS)).rejects.toThrow(RoomExists);
      await expect(second.create(roomId, ['y'], TTL_MS)).rejects.toThrow(RoomExists);
      await store.lose(first);
      expect(await readBy(second)).toEqual(['a']);
    });

    it('creates a room once, however many want to at the same time (never again 35)', async () => {
      const outcomes = await Promise.allSettled(
        [first, second, first, second].map((journal, i) => journal.create(roomId, [`${i}`], TTL_MS)),
      );
      const created = outcomes.filter((outcome) => outcome.status === 'fulfilled').map((outcome) => outcome.value);
      expect(created).toHaveLength(1);
      expect(await created[0]?.read()).toHaveLength(1);
    });

    it('knows no room that was never created', async () => {
      await expect(first.open(roomId)).rejects.toThrow(NoSuchRoom);
      expect(await first.replay(roomId, 1)).toBeNull();
      expect(await first.list()).toEqual([]);
    });

    it('raises the fencing token with each claim', async () => {
      const tokens: number[] = [];
      let room = await first.create(roomId, [], TTL_MS);
      for (const journal of [second, first, first, second]) {
        tokens.push(room.token);
        await room.release();
        room = await journal.open(roomId);
      }
      expect([...tokens, room.token]).toEqual([1, 2, 3, 4, 5]);
      expect(room.roomId).toBe(roomId);
    });

    it('refuses a room that a living owner holds', async () => {
      await first.create(roomId, [], TTL_MS);
      await expect(first.open(roomId)).rejects.toThrow(LeaseHeld);
      await store.lose(first);
      await second.open(roomId);
      await expect(second.open(roomId)).rejects.toThrow(LeaseHeld);
    });

    it('tells a stalled process at its next append that its room has moved, and stores nothing of it', async () => {
      const stale = await first.create(roomId, ['a'], TTL_MS);
      await store.lose(first);
      const room = await second.open(roomId);
      await expect(stale.append(['x'], replayOf('x'))).rejects.toThrow(Fenced);
      await expect(stale.append([])).rejects.toThrow(Fenced);
      await expect(stale.read()).rejects.toThrow(Fenced);
      await room.append(['b']);
      expect(await room.read()).toEqual(['a', 'b']);
      expect(await first.replay(roomId, 1)).toBeNull();
    });

    it('lets a stalled process neither free nor forget a room that has moved', async () => {
      const stale = await first.create(roomId, ['a'], TTL_MS);
      await store.lose(first);
      const room = await second.open(roomId);
      await stale.release();
      await expect(stale.forget()).rejects.toThrow(Fenced);
      await expect(second.open(roomId)).rejects.toThrow(LeaseHeld);
      await room.append(['b']);
      expect(await room.read()).toEqual(['a', 'b']);
    });

    it('tells claims of one process apart', async () => {
      const old = await first.create(roomId, ['a'], TTL_MS);
      await old.release();
      const room = await first.open(roomId);
      await expect(old.append(['x'])).rejects.toThrow(Fenced);
      await old.release();
      await expect(first.open(roomId)).rejects.toThrow(LeaseHeld);
      await room.append(['b']);
      expect(await room.read()).toEqual(['a', 'b']);
    });

    it('hands a released room over at once, while its last owner lives', async () => {
      const room = await first.create(roomId, ['a'], TTL_MS);
      await Promise.all([room.append(['b']), room.release()]);
      await expect(room.append(['x'])).rejects.toThrow(Fenced);
      await room.release();
      expect(await readBy(second)).toEqual(['a', 'b']);
    });

    it('keeps nothing of a room that is forgotten, but its replays', async () => {
      const room = await first.create(roomId, ['a'], TTL_MS);
      await room.append(['b'], replayOf('match 1'));
      await room.forget();
      await room.forget();
      await room.release();
      await expect(room.append(['x'])).rejects.toThrow(NoSuchRoom);
      await expect(room.read()).rejects.toThrow(NoSuchRoom);
      await expect(first.open(roomId)).rejects.toThrow(NoSuchRoom);
      expect(await first.list()).toEqual([]);
      expect(await second.replay(roomId, 1)).toBe('match 1');
      await store.pass(TTL_MS * 2);
      expect(await first.sweep()).toEqual([]);
    });

    it('tells when the rooms expire that are alive', async () => {
      await first.create(roomId, ['a'], TTL_MS);
      const [{ expiresAt } = { expiresAt: 0 }] = await first.list();
      expect(await second.expiriesOf([newRoom(), roomId])).toEqual(new Map([[roomId, expiresAt]]));
      await store.pass(TTL_MS * 2);
      expect(await second.expiriesOf([roomId])).toEqual(new Map());
    });

    it('lets a room expire that nothing happens in, and only such a room', async () => {
      const room = await first.create(roomId, ['a'], TTL_MS);
      await store.pass(TTL_MS * 0.7);
      await room.append(['b']);
      await store.pass(TTL_MS * 0.7);
      await room.append([]);
      await store.pass(TTL_MS * 0.7);
      expect(await room.read()).toEqual(['a', 'b']);
      await store.pass(TTL_MS * 0.7);
      await expect(room.append(['x'])).rejects.toThrow(NoSuchRoom);
      await expect(room.read()).rejects.toThrow(NoSuchRoom);
      await expect(first.open(roomId)).rejects.toThrow(NoSuchRoom);
      expect(await first.list()).toEqual([]);
      await room.release();
      await room.forget();
    });

    it('does not renew the time of a room that is only recovered', async () => {
      await (await first.create(roomId, [], TTL_MS)).release();
      await store.pass(TTL_MS * 0.7);
      await (await second.open(roomId)).release();
      await store.pass(TTL_MS * 0.7);
      await expect(first.open(roomId)).rejects.toThrow(NoSuchRoom);
    });

    it('tells of each expired room exactly once, whoever sweeps (never again 32)', async () => {
      const expired = Array.from({ length: 35 }, newRoom);
      for (const id of expired) await first.create(id, ['a'], TTL_MS);
      const alive = await second.create(roomId, ['a'], TTL_MS * 3);
      expect(await first.sweep()).toEqual([]);
      await store.pass(TTL_MS * 1.3);
      const told = await Promise.all([first.sweep(), second.sweep(), first.sweep()]);
      expect(idsOf(told.flat()).sort()).toEqual([...expired].sort());
      expect(await second.sweep()).toEqual([]);
      expect(await alive.read()).toEqual(['a']);
    });

    it('says what had happened last in a room that has expired', async () => {
      const other = newRoom();
      await first.create(other, [], TTL_MS);
      const room = await first.create(roomId, ['a'], TTL_MS);
      await room.append(['b', 'c']);
      await store.pass(TTL_MS * 2);
      const told = (await second.sweep()).map(({ roomId, last }) => [roomId, last]);
      expect(new Map(told as [string, string | null][])).toEqual(
        new Map<string, string | null>([
          [other, null],
          [roomId, 'c'],
        ]),
      );
    });

    it('either stores what happens at the deadline, and the room lives on, or the room has expired', async () => {
      const ids = Array.from({ length: 40 }, newRoom);
      const rooms = await Promise.all(ids.map((id) => first.create(id, ['a'], TTL_MS)));
      await store.pass(TTL_MS - 2_000);
      const told: string[] = [];
      const stored: string[] = [];
      const sweep = async (journal: Journal) => void told.push(...idsOf(await journal.sweep()));
      const append = async (room: OpenJournal) => {
        const outcome = await room.append(['b']).catch((error: unknown) => error);
        if (outcome === undefined) stored.push(room.roomId);
        else expect(outcome).toBeInstanceOf(NoSuchRoom);
      };
      for (const room of rooms) {
        await Promise.all([sweep(first), append(room), sweep(second)]);
        await store.pass(100);
      }
      await sweep(second);
      expect([...told, ...stored].sort()).toEqual([...ids].sort());
      expect([told.length > 0, stored.length > 0]).toEqual([true, true]);
      for (const room of rooms.filter((room) => stored.includes(room.roomId))) {
        expect(await room.read()).toEqual(['a', 'b']);
      }
    });

    it('lists what is alive, the oldest first, and who holds it', async () => {
      const ids = [newRoom(), newRoom(), newRoom(), newRoom()] as const;
      const rooms: OpenJournal[] = [];
      for (const id of ids) rooms.push(await first.create(id, [], TTL_MS));
      await rooms[0]?.append(['a']);
      await rooms[1]?.release();
      await rooms[2]?.forget();
      const [a, b, d, ...others] = await first.list();
      expect([a?.roomId, b?.roomId, d?.roomId, others.length]).toEqual([ids[0], ids[1], ids[3], 0]);
      expect([a?.owner !== null, b?.owner, d?.owner]).toEqual([true, null, a?.owner]);
      const leftOfFirst = async () => ((await first.list())[0]?.expiresAt ?? 0) - store.now();
      expect((await leftOfFirst()) / TTL_MS).toBeCloseTo(1);
      await store.pass(TTL_MS * 0.5);
      expect((await leftOfFirst()) / TTL_MS).toBeCloseTo(0.5);
      await rooms[0]?.append(['b']);
      expect((await leftOfFirst()) / TTL_MS).toBeCloseTo(1);
    });

    it.runIf(leases)('leaves a room to its owner while that process lives, and says who it is', async () => {
      await first.create(roomId, ['a'], TTL_MS);
      const [listed] = await second.list();
      await expect(second.open(roomId)).rejects.toMatchObject({ name: 'LeaseHeld', owner: listed?.owner });
      expect((await first.list())[0]?.owner).toBe(listed?.owner);
      await store.lose(first);
      expect((await second.list())[0]?.owner).toBeNull();
      expect(await readBy(second)).toEqual(['a']);
    });

    it.runIf(leases)('gives the room of a dead process to one of many that want it at the same time', async () => {
      const stale = await first.create(roomId, ['a'], TTL_MS);
      const third = await store.start();
      await store.lose(first);
      const outcomes = await Promise.allSettled([second, third, second, third].map((journal) => journal.open(roomId)));
      const opened = outcomes.filter((outcome) => outcome.status === 'fulfilled').map(({ value }) => value);
      const refused = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason);
      expect([opened.length, opened[0]?.token]).toEqual([1, 2]);
      for (const error of refused) expect(error).toBeInstanceOf(LeaseHeld);
      await opened[0]?.append(['b']);
      await expect(stale.append(['x'])).rejects.toThrow(Fenced);
      expect(await opened[0]?.read()).toEqual(['a', 'b']);
      await third.close();
    });

    it.runIf(leases)('lets a process that was taken for dead keep what nobody has taken', async () => {
      const room = await first.create(roomId, ['a'], TTL_MS);
      await store.lose(first);
      await room.append(['b']);
      await first.create(newRoom(), [], TTL_MS);
      await expect(second.open(roomId)).rejects.toThrow(LeaseHeld);
      await room.append(['c']);
      expect(await room.read()).toEqual(['a', 'b', 'c']);
    });

    it.runIf(leases)('frees the rooms of a process at once when its journal is closed', async () => {
      await first.create(roomId, ['a'], TTL_MS);
      await first.close();
      expect(await readBy(second)).toEqual(['a']);
    });

    it('keeps a replay for its own time, whatever becomes of the room', async () => {
      const room = await first.create(roomId, [], TTL_MS);
      await room.append(['ended'], replayOf('match 1', TTL_MS * 2));
      await room.append(['ended'], { replay: { matchNumber: 2, record: 'match 2', ttlMs: TTL_MS * 0.5 } });
      await store.pass(TTL_MS * 1.3);
      expect(idsOf(await first.sweep())).toEqual([roomId]);
      expect(await second.replay(roomId, 1)).toBe('match 1');
      expect(await second.replay(roomId, 2)).toBeNull();
      await store.pass(TTL_MS);
      expect(await second.replay(roomId, 1)).toBeNull();
      expect(await first.sweep()).toEqual([]);
    });

    it('does the appends of many rooms side by side, and one that is refused harms no other', async () => {
      const ids = Array.from({ length: 50 }, newRoom);
      const rooms = await Promise.all(ids.map((id) => first.create(id, ['0'], TTL_MS)));
      await rooms[7]?.release();
      const turn = () => Promise.allSettled(rooms.map((room) => room.append(['1', '2'])));
      const refused = (await turn())
        .map((outcome, i) => (outcome.status === 'rejected' ? i : -1))
        .filter((i) => i >= 0);
      expect(refused).toEqual([7]);
      for (const [i, room] of rooms.entries()) if (i !== 7) expect(await room.read()).toEqual(['0', '1', '2']);
      expect(await readBy(second, ids[7])).toEqual(['0']);
    });

    it('says so when it is out of reach, acknowledges nothing, and stores a repeated append once', async () => {
      const room = await first.create(roomId, ['a'], TTL_MS * 10);
      await store.breakDown();
      const other = newRoom();
      await expect(first.create(other, ['x'], TTL_MS)).rejects.toThrow(JournalUnavailable);
      await expect(room.append(['b', 'c'], replayOf('match 1', TTL_MS * 10))).rejects.toThrow(JournalUnavailable);
      await expect(room.append(['b', 'c'], replayOf('match 1', TTL_MS * 10))).rejects.toThrow(JournalUnavailable);
      await store.repair();
      await room.append(['b', 'c'], replayOf('match 1', TTL_MS * 10));
      await room.append(['d']);
      expect(await room.read()).toEqual(['a', 'b', 'c', 'd']);
      expect(await first.replay(roomId, 1)).toBe('match 1');
    });

    it('finishes what was asked before it is closed, and takes nothing after it', async () => {
      const room = await first.create(roomId, ['a'], TTL_MS);
      const last = Promise.all([room.append(['b']), room.release()]);
      await first.close();
      await last;
      await expect(room.append(['x'])).rejects.toThrow(JournalUnavailable);
      await expect(room.read()).rejects.toThrow(JournalUnavailable);
      await expect(first.open(roomId)).rejects.toThrow(JournalUnavailable);
      expect(await readBy(second)).toEqual(['a', 'b']);
    });
  });
}

const idsOf = (rooms: readonly ExpiredRoom[]): string[] => rooms.map(({ roomId }) => roomId);
