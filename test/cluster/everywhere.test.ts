import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { everywhereInRedis, type Forget } from '../../src/cluster/everywhere.ts';

/** Processes that hear each other; some of which live without hearing anything, as those of an older version do. */
function site(living: Set<string>) {
  const channels = new EventEmitter();
  return async (self: string, forget: Forget) => {
    living.add(self);
    const everywhere = everywhereInRedis({
      follow: async (channel, told) => void channels.on(channel, (message) => told(JSON.parse(message))),
      publish: async (channel, message) => channels.emit(channel, message),
      self: () => self,
      living: async () => living,
      leaseMs: 50,
    });
    await everywhere.follow(forget);
    return everywhere;
  };
}

test('it is done when every process that lives has said so, in so many rooms of all of them', async () => {
  const living = new Set(['of an older version']);
  const join = site(living);
  const asked: string[] = [];
  const forgets = (rooms: number) => async (userId: string) => {
    asked.push(userId);
    return rooms;
  };
  const [first] = [await join('first', forgets(2)), await join('second', forgets(1))];
  await expect(first.forget('ann')).rejects.toThrow('not every process');
  const again = first.forget('bob');
  living.delete('of an older version');
  expect(await again).toBe(3);
  expect(asked).toEqual(['ann', 'ann', 'bob', 'bob']);
});

test('where one of them can not do it, it is not done', async () => {
  const join = site(new Set());
  const first = await join('first', async () => 0);
  expect(await first.forget('ann')).toBe(0);
  await join('second', () => Promise.reject(new Error('its journal is away')));
  await expect(first.forget('ann')).rejects.toThrow('could not do it');
});
