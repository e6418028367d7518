import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { RedisServer } from '../../harness/redis.ts';
import { realClock } from '../../src/ops/clock.ts';
import { createLog } from '../../src/ops/log.ts';
import type { PresenceStore } from '../../src/people/presence.ts';
import { PresenceKeeper } from '../../src/people/presenceKeeper.ts';
import { redisPresence } from '../../src/people/redisPresence.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.dispose());

const leaseMs = 300;
const open = (self: string) =>
  redisPresence(
    server.client(),
    async () => {},
    () => self,
    leaseMs,
  );
const keep = (store: PresenceStore, seen: Map<string, number> = new Map()) =>
  new PresenceKeeper({
    store,
    sessions: { seen: async (userId, atMs) => void seen.set(userId, atMs) },
    clock: realClock,
    log: createLog('silent'),
    ...{ awayAfterMs: 60_000, presenceGraceMs: 100, leaseMs, sessionTtlMs: 60_000 },
  });

test('who was taken over by a sign of life whose answer was lost is offline in the end', async () => {
  const dead = open('dead');
  await dead.beat(false);
  await dead.put('ann', { status: 'online' }, Date.now());
  const living = open('living');
  let lost = 0;
  const keeper = keep({
    ...living,
    async beat(isInDoubt) {
      const answer = await living.beat(isInDoubt);
      if (answer.adopted.size > 0 && lost++ === 0) throw new Error('the connection broke');
      return answer;
    },
  });
  await keeper.start();
  keeper.connected('ben');
  await vi.waitFor(() => expect(lost).toBeGreaterThan(1));
  await vi.waitFor(async () => expect([...(await living.of(['ann', 'ben'])).keys()]).toEqual(['ben']));
  await keeper.stop();
});

test('a process that ends writes down when its users were there', async () => {
  const seen = new Map<string, number>();
  const keeper = keep(open('ending'), seen);
  await keeper.start();
  keeper.connected('ann');
  await vi.waitFor(() => expect(seen.has('ann')).toBe(true));
  const cameAt = seen.get('ann') as number;
  await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(cameAt + 100));
  await keeper.stop();
  expect(seen.get('ann')).toBeGreaterThan(cameAt + 50);
});

test('that somebody is gone is told when it is stored when they were there, and not before', async () => {
  const store = open('slow');
  const stored = Promise.withResolvers<void>();
  let calls = 0;
  const seen = async () => {
    calls++;
    if (calls > 1) await stored.promise;
  };
  const keeper = new PresenceKeeper({
    store,
    sessions: { seen },
    clock: realClock,
    log: createLog('silent'),
    ...{ awayAfterMs: 50, presenceGraceMs: 100, leaseMs, sessionTtlMs: 60_000 },
  });
  await keeper.start();
  keeper.connected('cyd');
  await vi.waitFor(async () => expect((await store.of(['cyd'])).has('cyd')).toBe(true));
  keeper.disconnected('cyd');
  await vi.waitFor(() => expect(calls).toBe(2));
  expect((await store.of(['cyd'])).has('cyd')).toBe(true);
  stored.resolve();
  await vi.waitFor(async () => expect((await store.of(['cyd'])).has('cyd')).toBe(false));
  await keeper.stop();
});
