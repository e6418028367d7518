import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { FairQueue } from '../../src/people/fairQueue.ts';

/** A queue whose works end when the test says so, in the order in which they began. */
function queueOf(width: number, length: number, share = length) {
  const queue = new FairQueue({ width, length, share, workMs: 50 });
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const put = (key: string, name: string) =>
    queue.run(key, () => {
      begun.push(name);
      return new Promise<string>((resolve) => ends.push(() => resolve(name)));
    });
  const endOne = async () => {
    ends.shift()?.();
    await setImmediate();
  };
  return { begun, put, endOne };
}

test('so many are under way at once; who asked for much waits for it, and others come between', async () => {
  const { begun, put, endOne } = queueOf(2, 10);
  const works = ['eve 1', 'eve 2', 'eve 3', 'eve 4', 'eve 5'].map((name) => put('eve', name));
  works.push(put('ann', 'ann 1'), put('bob', 'bob 1'), put('ann', 'ann 2'));
  await setImmediate();
  expect(begun).toEqual(['eve 1', 'eve 2']);
  for (let i = 0; i < works.length; i++) await endOne();
  expect(begun).toEqual(['eve 1', 'eve 2', 'eve 3', 'ann 1', 'bob 1', 'eve 4', 'ann 2', 'eve 5']);
  expect(await Promise.all(works)).toHaveLength(8);
});

test('refuses what is more than may wait, and says how long that takes', async () => {
  const { begun, put, endOne } = queueOf(1, 20);
  const works = Array.from({ length: 21 }, (_, i) => put('eve', `eve ${i}`));
  await expect(put('ann', 'ann')).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS', retryAfterMs: 1000 });
  await endOne();
  works.push(put('ann', 'ann'));
  for (let i = 0; i < 21; i++) await endOne();
  expect(await Promise.all(works)).toHaveLength(22);
  expect(begun).toHaveLength(22);
});

test('who has a share of the places waiting gets no more of them, and others do', async () => {
  const { begun, put, endOne } = queueOf(1, 4, 2);
  const works = ['eve 1', 'eve 2', 'eve 3'].map((name) => put('eve', name));
  await expect(put('eve', 'eve 4')).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS', retryAfterMs: 100 });
  works.push(put('ann', 'ann'));
  for (let i = 0; i < 4; i++) await endOne();
  expect(await Promise.all(works)).toHaveLength(4);
  expect(begun).toEqual(['eve 1', 'eve 2', 'ann', 'eve 3']);
});

test('goes on after a work that failed', async () => {
  const queue = new FairQueue({ width: 1, length: 1, share: 1, workMs: 50 });
  const failing = queue.run('eve', () => Promise.reject(new Error('it failed')));
  const next = queue.run('ann', async () => 'done');
  await expect(failing).rejects.toThrow('it failed');
  expect(await next).toBe('done');
});
