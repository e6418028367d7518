import { beforeEach, expect, test } from 'vitest';
import { Drain } from '../../src/cluster/drain.ts';
import { createLog } from '../../src/ops/log.ts';

/** What a process takes, as its neighbours and its callers see it; and what fails of it. */
const takes = { calls: true, rooms: true, isListed: true };
let fails: Set<'release' | 'leave' | 'rejoin'>;
/** Whom it finds beside itself. */
let others: () => string[];
let drain: Drain;
beforeEach(() => {
  others = () => ['there'];
  Object.assign(takes, all(true));
  fails = new Set();
  drain = new Drain({
    self: () => 'here',
    backend: {
      othersAt: async () => others().map((address) => ({ address, key: '' })),
      retire: async () => set({ isListed: false }),
      rejoin: async () => {
        may('rejoin');
        set({ isListed: true });
      },
      leave: async () => may('leave'),
      follow: async () => {},
      presence: {} as never,
    },
    recovery: {
      leaveToOthers: async () => set({ rooms: false }),
      takeAgain: () => set({ rooms: true }),
    },
    listedAt: async () => undefined,
    isHeard: async () => true,
    takeCalls: async (calls) => set({ calls }),
    release: async () => {
      may('release');
      return ['room_1'];
    },
    log: createLog('silent'),
  });
});

function may(what: 'release' | 'leave' | 'rejoin'): void {
  if (fails.has(what)) throw new Error(`${what} has failed`);
}
function set(now: Partial<typeof takes>): void {
  Object.assign(takes, now);
}
const all = (serves: boolean) => ({ calls: serves, rooms: serves, isListed: serves });

test('a process that could not be drained serves on, and can be drained again', async () => {
  fails.add('release');
  await expect(drain.drain()).rejects.toThrow('release has failed');
  expect(drain.isDrained).toBe(false);
  expect(takes).toEqual(all(true));
  fails.clear();
  expect(await drain.drain()).toMatchObject({ state: 'drained' });
  expect(takes).toEqual(all(false));
});

test('one whose last neighbour was drained in the same moment serves on: nobody could take the rooms', async () => {
  others = () => (takes.isListed ? ['there'] : []);
  await expect(drain.drain()).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  expect(drain.isDrained).toBe(false);
  expect(takes).toEqual(all(true));
});

test('one that could not be taken back either is not ready, and both can be tried again', async () => {
  fails = new Set(['release', 'rejoin']);
  await expect(drain.drain()).rejects.toThrow('release has failed');
  expect(drain.isDrained).toBe(true);
  // It has its rooms still: that is not drained.
  await expect(drain.drain()).rejects.toThrow('release has failed');
  await expect(drain.undrain()).rejects.toThrow('rejoin has failed');
  fails.clear();
  expect(await drain.undrain()).toMatchObject({ state: 'serving' });
  expect(takes).toEqual(all(true));
});

test('one that has given its rooms away is drained, whether or not the others could be told', async () => {
  fails.add('leave');
  expect(await drain.drain()).toMatchObject({ state: 'drained' });
  expect(drain.isDrained).toBe(true);
  expect(takes).toEqual(all(false));
});
