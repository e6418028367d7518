import { LocalPresence, requestFromIPC, subscribeIPC } from '@colyseus/core';
import { expect, onTestFinished, test } from 'vitest';
import { RedisServer } from '../../harness/redis.ts';
import { JournalUnavailable } from '../../src/journal/journal.ts';
import { asCreationError, asMatchmakingError, asRecallError } from '../../src/matchmaking/errors.ts';
import { createLog } from '../../src/ops/log.ts';

test('a room that another process could not store is unavailable, not an internal error', async () => {
  const presence = new LocalPresence();
  await subscribeIPC(presence, 'p:other', async () => {
    throw asCreationError(new JournalUnavailable('Redis has not answered'));
  });
  const error = await requestFromIPC(presence, 'p:other', undefined, []).catch((error) => error);
  expect(asMatchmakingError(asRecallError(error, createLog('silent')))).toMatchObject({
    code: 503,
    message: 'UNAVAILABLE: the room could not be stored: try again',
  });
});

test('what went wrong inside is not told', () => {
  const told = asMatchmakingError(asRecallError(new Error('OOPS: the seed is 42'), createLog('silent')));
  expect(told.code).toBe(500);
  expect(told.message).toMatch(/^INTERNAL: something went wrong; the log has it as [\da-f-]{36}$/);
});

test('what Redis refuses while it fails over is unavailable, not an internal error', async () => {
  const servers = await Promise.all([
    // A node of a cluster that has lost who had the key; and a primary without replicas.
    RedisServer.start({ 'cluster-enabled': 'yes' }),
    RedisServer.start({ 'min-replicas-to-write': '1' }),
  ]);
  onTestFinished(async () => void (await Promise.all(servers.map((one) => one.dispose()))));
  const refusals = await Promise.all(
    servers.map((one) =>
      one
        .client()
        .set('key', 'value')
        .catch((error) => error),
    ),
  );
  expect(refusals.map(({ message }) => message.split(' ')[0])).toEqual(['CLUSTERDOWN', 'NOREPLICAS']);
  for (const refusal of refusals) expect(asRecallError(refusal, createLog('silent')).code).toBe('UNAVAILABLE');
});
