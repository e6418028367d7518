import { describe, expect, it } from 'vitest';
import {
  GivenUp,
  type Journal,
  knownFormat,
  NewerFormat,
  type OpenJournal,
  Suspect,
} from '../../src/journal/journal.ts';
import { newRoom, twoProcessesOn } from './processes.ts';
import type { JournalStore } from './store.ts';

const TTL_MS = 1_000_000;

/** What every implementation of the journal promises of what is stored beside entries, and of rooms that nobody brings back. */
export function alongContract(name: string, makeStore: () => Promise<JournalStore>): void {
  describe(`what goes along with entries: ${name}`, () => {
    let store: JournalStore;
    let first: Journal;
    let second: Journal;
    let roomId: string;

    twoProcessesOn(makeStore, (made) => {
      ({ store, first, second, roomId } = made);
    });

    it('has a snapshot stand for the entries up to its number, and drops those', async () => {
      const room = await first.create(roomId, ['1', '2', '3'], TTL_MS);
      await room.append(['4', '5', '6'], { snapshot: { n: 4, entry: 'up to 4' } });
      expect(await room.read()).toEqual(['up to 4', '5', '6']);
      expect(await room.read(0, 1)).toEqual(['up to 4']);
      expect(await room.read(0, 2)).toEqual(['up to 4', '5']);
      expect(await room.read(4, 1)).toEqual(['5']);
      expect(await room.read(4)).toEqual(['5', '6']);
      expect(await room.read(6)).toEqual([]);
      await room.append(['7']);
      expect(await room.read(5, 9)).toEqual(['6', '7']);
      // Of all that there are, of nothing new, and again.
      await room.append([], { snapshot: { n: 7, entry: 'up to 7' } });
      await room.append(['8', '9'], { snapshot: { n: 7, entry: 'up to 7' } });
      expect(await room.read()).toEqual(['up to 7', '8', '9']);
      await store.lose(first);
      const taken = await second.open(roomId);
      await taken.append(['10'], { snapshot: { n: 10, entry: 'up to 10' } });
      expect([await taken.read(), await taken.read(10)]).toEqual([['up to 10'], []]);
      await taken.append(['11']);
      expect(await taken.read()).toEqual(['up to 10', '11']);
    });

    it('knows the latest format that entries have needed', async () => {
      const newer = await store.start({ format: knownFormat + 1 });
      const room = await newer.create(roomId, ['a'], TTL_MS, { format: knownFormat });
      await room.append(['b']);
      await room.release();
      const old = await first.open(roomId);
      await old.append(['c']);
      await old.release();
      await (await newer.open(roomId)).append(['d'], { format: knownFormat + 1 });
      await store.lose(newer);
      for (const journal of [first, second])
        await expect(journal.open(roomId)).rejects.toThrow(new NewerFormat(roomId, knownFormat + 1));
      await newer.close();
    });

    it('keeps who is named for as long as a room or a replay names them', async () => {
      const [ann, ben] = [
        { key: 'p1', userId: 'ann', name: 'Ann ♥' },
        { key: 'p2', userId: 'ben', name: '' },
      ];
      const room = await first.create(roomId, ['a'], TTL_MS, { people: [ann] });
      const replay = { matchNumber: 1, record: 'match 1', ttlMs: TTL_MS * 3 };
      await room.append(['b'], { people: [ben], replay });
      expect(await second.people(roomId)).toEqual([ann, ben]);
      await room.forget();
      expect(await first.people(roomId)).toEqual([ann, ben]);
      await store.pass(TTL_MS * 4);
      await first.sweep();
      await expect.poll(() => first.people(roomId)).toEqual([]);

      const another = newRoom();
      await (await first.create(another, ['a'], TTL_MS, { people: [ann] })).forget();
      expect(await first.people(another)).toEqual([]);
    });

    it('drops who is named no more', async () => {
      const people = ['p1', 'p2', 'p3'].map((key) => ({ key, userId: `user of ${key}`, name: '' }));
      const room = await first.create(roomId, ['a'], TTL_MS, { people });
      await room.append(['b'], { nameless: ['p1', 'p3', 'p9'], snapshot: { n: 1, entry: 'up to 1' } });
      expect((await second.people(roomId)).map(({ key }) => key)).toEqual(['p2']);
    });

    it('takes any number of people', async () => {
      const people = Array.from({ length: 3_001 }, (_, i) => ({ key: `p${i}`, userId: `user ${i}`, name: '' }));
      await first.create(roomId, ['a'], TTL_MS, { people });
      expect(await first.people(roomId)).toHaveLength(people.length);
    });

    it('erases a person from every room and replay, and nobody else', async () => {
      const ids = [roomId, newRoom(), newRoom()] as const;
      const ben = { key: 'p2', userId: 'ben', name: 'Ben' };
      const ann = (key: string, name: string) => ({ key, userId: 'ann', name });
      await first.create(ids[0], ['a'], TTL_MS, { people: [ann('p1', 'Ann'), ben, ann('p3', 'Anna')] });
      await second.create(ids[1], ['a'], TTL_MS, { people: [ann('p1', 'Ann')] });
      await second.create(ids[2], ['a'], TTL_MS, { people: [ben] });
      expect([await second.erase('nobody'), await second.erase('ann'), await second.erase('ann')]).toEqual([0, 3, 0]);
      const nobody = (key: string) => ({ key, userId: '', name: '' });
      const of = async (id: string) => new Map((await first.people(id)).map((person) => [person.key, person]));
      expect([...(await of(ids[0])).values()].sort((a, b) => a.key.localeCompare(b.key))).toEqual([
        ...[nobody('p1'), ben, nobody('p3')],
      ]);
      expect((await of(ids[1])).get('p1')).toEqual(nobody('p1'));
      expect((await of(ids[2])).get('p2')).toEqual(ben);
    });

    it('has a room that its claims have not brought back read alone, and after two such tries by nobody', async () => {
      await first.create(roomId, ['a'], TTL_MS);
      await store.lose(first);
      /** The process that claims it ends. */
      const fails = async (how: { alone?: boolean }) => {
        const process = await store.start();
        await process.open(roomId, how);
        await store.lose(process);
      };
      await fails({});
      await expect(second.open(roomId)).rejects.toThrow(new Suspect(roomId));
      await fails({ alone: true });
      await fails({ alone: true });
      for (const alone of [true, false])
        await expect(second.open(roomId, { alone })).rejects.toThrow(new GivenUp(roomId));
      // Another build may be able to, and what it has brought back is as good as any.
      const another = await store.start({ build: 'another' });
      const room = await another.open(roomId);
      await room.append(['b']);
      await store.lose(another);
      expect(await (await second.open(roomId)).read()).toEqual(['a', 'b']);
    });

    it('takes a process that lives for no victim of the room that it could not keep', async () => {
      await first.create(roomId, ['a'], TTL_MS);
      await store.lose(first);
      const claims: OpenJournal[] = [];
      for (let tries = 0; tries < 6; tries++) {
        const process = await store.start();
        const claim = await process.open(roomId, { alone: tries > 0 });
        await store.lose(process);
        if (tries > 0) await claims[0]?.release();
        claims.unshift(claim);
      }
      await claims[0]?.release();
      await (await second.open(roomId)).append(['b']);
    });

    it('takes no room for suspect that was let go', async () => {
      await (await first.create(roomId, ['a'], TTL_MS)).release();
      for (let tries = 0; tries < 5; tries++) await (await second.open(roomId)).release();
      await (await second.open(roomId)).release(true);
      await expect(second.open(roomId)).rejects.toThrow(Suspect);
      const room = await second.open(roomId, { alone: true });
      await room.append([]);
      await room.release();
      await (await second.open(roomId)).release();
    });
  });
}
