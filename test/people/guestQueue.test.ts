import { createSecretKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RedisServer } from '../../harness/redis.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/ops/log.ts';
import { type Buckets, localBuckets, redisBuckets } from '../../src/people/bucket.ts';
import { createGuestQueue, TooManyGuests } from '../../src/people/guestQueue.ts';
import { localLimits } from '../../src/people/limit.ts';

let redis: RedisServer;
beforeAll(async () => {
  redis = await RedisServer.start();
});
afterAll(() => redis.dispose());

const kinds: Record<string, () => Buckets> = {
  'in one process': () => localBuckets,
  'in Redis': () => redisBuckets(redis.client(), createLog('silent')),
};

const secret = createSecretKey('a secret of more than thirty-two characters', 'utf8');

/** 40 guests in 50 minutes, ten of them for who has waited: as good as nothing comes back while a test runs. */
function queueOf(make: () => Buckets) {
  let passedMs = 0;
  const config = readConfig({ RATE_LIMIT_GUESTS: '40', RATE_LIMIT_WINDOW_S: '3000' });
  const now = () => 1_700_000_000_000 + passedMs;
  const queue = createGuestQueue(config, secret, { buckets: make(), limits: localLimits, now });
  /** @returns 'in', or the place that they were given. */
  const enter = async (place?: string) => {
    try {
      await queue.enter('192.0.2.1', place);
      return 'in';
    } catch (error) {
      if (error instanceof TooManyGuests) return error.body.place ?? '';
      throw error;
    }
  };
  const pass = (seconds: number) => {
    passedMs += seconds * 1000;
  };
  return { enter, pass };
}

describe.each(Object.entries(kinds))('of guests who arrive at once, counted %s,', (kind, make) => {
  test('those who wait come in in the order of their waiting, before all who have just come', async () => {
    if (kind === 'in Redis') await redis.client().flushall();
    const { enter, pass } = queueOf(make);
    for (let i = 0; i < 30; i++) expect(await enter()).toBe('in');
    const first = [await enter(), await enter(), await enter()];
    expect(first).not.toContain('in');
    pass(750);
    const later = await enter();
    pass(750);

    // Ten are left: who has waited half of the time may leave five, who has waited a quarter seven and a half.
    expect(await enter()).not.toBe('in');
    expect(await enter(first[0])).toBe('in');
    expect(await enter(first[1])).toBe('in');
    expect(await enter(later)).not.toBe('in');
    expect(await enter(first[2])).toBe('in');
    expect(await enter(first[2])).not.toBe('in');
  });

  test('a place lets one in, however many come with it at once', async () => {
    if (kind === 'in Redis') await redis.client().flushall();
    const { enter, pass } = queueOf(make);
    for (let i = 0; i < 30; i++) expect(await enter()).toBe('in');
    const place = await enter();
    pass(3000);
    const came = await Promise.all([enter(place), enter(place), enter(place)]);
    expect(came.filter((answer) => answer === 'in')).toHaveLength(1);
  });
});
