import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { type Attempt, createAttempts } from '../../src/people/attempts.ts';
import { localLimits } from '../../src/people/limit.ts';

const byDefault = () => createAttempts(readConfig({}), localLimits);
const attempt = (userId: string, address = '192.0.2.1', roomId = 'room_1'): Attempt => ({ userId, address, roomId });
const refused = { retryAfterMs: expect.toSatisfy((ms: number) => ms > 59_000 && ms <= 60_000) };

test('after five wrong passwords for a room a user has to wait, at that room alone', async () => {
  const attempts = byDefault();
  for (let i = 0; i < 5; i++) expect(await attempts.begin(attempt('ann'))).toBeNull();
  expect(await attempts.begin(attempt('ann'))).toEqual(refused);
  expect(await attempts.begin(attempt('ann', '192.0.2.2'))).toEqual(refused);
  expect(await attempts.begin(attempt('ann', '192.0.2.1', 'room_2'))).toBeNull();
  expect(await attempts.begin(attempt('bob'))).toBeNull();
});

test('after fifty from one address everybody there has to wait', async () => {
  const attempts = byDefault();
  for (let i = 0; i < 50; i++) expect(await attempts.begin(attempt(`user${i}`, '192.0.2.1', `room_${i}`))).toBeNull();
  expect(await attempts.begin(attempt('ann', '192.0.2.1', 'room_a'))).toEqual(refused);
  expect(await attempts.begin(attempt('ann', '192.0.2.2', 'room_a'))).toBeNull();
});

test('an IPv6 address counts as the network that it is one of', async () => {
  const attempts = byDefault();
  for (let i = 0; i < 50; i++) await attempts.begin(attempt(`user${i}`, `2001:db8::${i}`, `room_${i}`));
  expect(await attempts.begin(attempt('ann', '2001:db8:0:0:ffff::1'))).toEqual(refused);
  expect(await attempts.begin(attempt('ann', '2001:db8:0:1::1'))).toBeNull();
});

test('after two hundred for one room nobody may try that room', async () => {
  const attempts = byDefault();
  for (let i = 0; i < 200; i++) expect(await attempts.begin(attempt(`user${i}`, `192.0.2.${i}`))).toBeNull();
  expect(await attempts.begin(attempt('ann', '198.51.100.1'))).toEqual(refused);
  expect(await attempts.begin(attempt('ann', '198.51.100.1', 'room_2'))).toBeNull();
});

test('who goes on trying while refused closes the room to nobody else', async () => {
  const attempts = byDefault();
  for (let i = 0; i < 1000; i++) await attempts.begin(attempt('ann'));
  expect(await attempts.begin(attempt('bob'))).toBeNull();
});

test('of many tries in the same instant only five are looked at', async () => {
  const attempts = byDefault();
  const answers = await Promise.all(Array.from({ length: 100 }, () => attempts.begin(attempt('ann'))));
  expect(answers.filter((answer) => answer === null)).toHaveLength(5);
});

test('the right password counts for nothing', async () => {
  const attempts = byDefault();
  for (let i = 0; i < 300; i++) {
    expect(await attempts.begin(attempt('ann'))).toBeNull();
    await attempts.succeeded(attempt('ann'));
  }
});

test('when the time is over, a user may try again', async () => {
  const attempts = createAttempts(readConfig({ RATE_LIMIT_WINDOW_S: '0.05' }), localLimits);
  for (let i = 0; i < 5; i++) await attempts.begin(attempt('ann'));
  const refusal = await attempts.begin(attempt('ann'));
  expect(refusal?.retryAfterMs).toBeLessThanOrEqual(50);
  await setTimeout(refusal?.retryAfterMs);
  await expect.poll(() => attempts.begin(attempt('ann')), { interval: 5 }).toBeNull();
});
