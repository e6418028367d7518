import { expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { openingOf } from '../../src/matchmaking/opening.ts';
import { createOptions } from '../../src/protocol/schemas/options.ts';

const owner = { userId: 'ann', name: 'Ann', dealNonce: '', sessionId: 'a' };

test('the initial peek takes INITIAL_PEEK_S or half of the time for a turn, whichever is longer, and 60 s at most', async () => {
  const peekS = async (turn_time_limit: number, INITIAL_PEEK_S: string) => {
    const options = createOptions(1).parse({ turn_time_limit });
    const { settings } = await openingOf(options, owner, readConfig({ DATA_DIR: '.', INITIAL_PEEK_S }), '');
    return settings.initialPeekMs / 1000;
  };
  expect(await peekS(5, '15')).toBe(15);
  expect(await peekS(30, '15')).toBe(15);
  expect(await peekS(60, '15')).toBe(30);
  expect(await peekS(300, '15')).toBe(60);
  expect(await peekS(300, '90')).toBe(90);
});
