import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { type Attempts, createAttempts } from '../../src/people/attempts.ts';
import { localLimits } from '../../src/people/limit.ts';

const settings = { RATE_LIMIT_PASSWORDS_ADDRESS: '50' };
const fresh = () => createAttempts(readConfig(settings), localLimits);

/** Tries a password that is wrong. @returns null where it was looked at, else for how long none is, ms. */
async function fail(
  attempts: Attempts,
  userId: string,
  { guest = true, address = '192.0.2.1', roomId = 'room_1', known = false } = {},
): Promise<number | null> {
  const begun = await attempts.begin({ userId, guest, address, roomId, known });
  return 'retryAfterMs' in begun ? begun.retryAfterMs : null;
}
const aMinute = expect.toSatisfy((ms: number) => ms > 55_000 && ms <= 60_000);

test('after five wrong passwords for a room a user has to wait, at that room alone', async () => {
  const attempts = fresh();
  for (let i = 0; i < 5; i++) expect(await fail(attempts, 'ann')).toBeNull();
  expect(await fail(attempts, 'ann')).toEqual(aMinute);
  expect(await fail(attempts, 'ann', { address: '192.0.2.2' })).toEqual(aMinute);
  expect(await fail(attempts, 'ann', { roomId: 'room_2' })).toBeNull();
  expect(await fail(attempts, 'bob')).toBeNull();
});

test('after fifty from one address all strangers there have to wait, at that room alone', async () => {
  const attempts = fresh();
  for (let i = 0; i < 50; i++) expect(await fail(attempts, `user${i}`)).toBeNull();
  expect(await fail(attempts, 'ann')).toEqual(aMinute);
  expect(await fail(attempts, 'ann', { address: '192.0.2.2' })).toBeNull();
  expect(await fail(attempts, 'ann', { roomId: 'room_2' })).toBeNull();
  // Guests cost nothing: who has an account there is counted apart.
  expect(await fail(attempts, 'ann', { guest: false })).toBeNull();
});

test('who has sat in the room has wrong passwords of their own, whatever strangers guess', async () => {
  const attempts = fresh();
  for (let i = 0; i < 300; i++) await fail(attempts, `user${i}`, { address: `192.0.2.${i % 10}` });
  expect(await fail(attempts, 'eve')).not.toBeNull();
  for (let i = 0; i < 5; i++) expect(await fail(attempts, 'ann', { known: true })).toBeNull();
  expect(await fail(attempts, 'ann', { known: true })).toEqual(aMinute);
});

test('an IPv6 address counts as the network that it is one of', async () => {
  const attempts = fresh();
  for (let i = 0; i < 50; i++) await fail(attempts, `user${i}`, { address: `2001:db8::${i}` });
  expect(await fail(attempts, 'ann', { address: '2001:db8:0:0:ffff::1' })).toEqual(aMinute);
  expect(await fail(attempts, 'ann', { address: '2001:db8:0:1::1' })).toBeNull();
});

test('after two hundred for one room each address has one try more', async () => {
  const attempts = fresh();
  for (let i = 0; i < 200; i++) expect(await fail(attempts, `user${i}`, { address: `192.0.2.${i}` })).toBeNull();
  expect(await fail(attempts, 'ann', { address: '198.51.100.1' })).toBeNull();
  expect(await fail(attempts, 'ann', { address: '198.51.100.1' })).toEqual(aMinute);
  expect(await fail(attempts, 'bob', { address: '198.51.100.1' })).toEqual(aMinute);
  expect(await fail(attempts, 'bob', { address: '198.51.100.2' })).toBeNull();
  expect(await fail(attempts, 'ann', { address: '198.51.100.1', roomId: 'room_2' })).toBeNull();
});

test('who goes on trying while refused closes the room to nobody else', async () => {
  const attempts = fresh();
  for (let i = 0; i < 1000; i++) await fail(attempts, 'ann');
  expect(await fail(attempts, 'bob')).toBeNull();
});

test('of many tries in the same instant only five are looked at', async () => {
  const attempts = fresh();
  const answers = await Promise.all(Array.from({ length: 100 }, () => fail(attempts, 'ann')));
  expect(answers.filter((answer) => answer === null)).toHaveLength(5);
});

test('the right password counts for nothing', async () => {
  const attempts = fresh();
  for (let i = 0; i < 300; i++) {
    const begun = await attempts.begin({
      guest: true,
      userId: 'ann',
      address: '192.0.2.1',
      roomId: 'room_1',
      known: false,
    });
    if ('retryAfterMs' in begun) expect.fail('the right password was not looked at');
    await begun.takeBack();
  }
});

test('when the time is over a user may try again', async () => {
  const attempts = createAttempts(readConfig({ ...settings, RATE_LIMIT_WINDOW_S: '0.05' }), localLimits);
  for (let i = 0; i < 5; i++) await fail(attempts, 'ann');
  const wait = (await fail(attempts, 'ann')) ?? Number.NaN;
  expect(wait).toBeLessThanOrEqual(50);
  await setTimeout(wait);
  await expect.poll(() => fail(attempts, 'ann'), { interval: 5 }).toBeNull();
});
