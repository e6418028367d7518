import { LocalPresence, requestFromIPC, subscribeIPC } from '@colyseus/core';
import { expect, test } from 'vitest';
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
