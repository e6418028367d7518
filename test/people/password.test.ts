import { expect, test } from 'vitest';
import { hashPassword, verifyPassword } from '../../src/people/password.ts';

test('the right password opens, another does not', async () => {
  const hash = await hashPassword('hunter2', 'ann');
  expect(await verifyPassword('hunter2', hash, 'ann')).toBe(true);
  expect(await verifyPassword('hunter3', hash, 'ann')).toBe(false);
  expect(await verifyPassword('', hash, 'ann')).toBe(false);
});

test('the hash shows nothing of the password, and is another one each time (never again 9)', async () => {
  const hashes = await Promise.all([hashPassword('hunter2', 'ann'), hashPassword('hunter2', 'ann')]);
  expect(hashes[0]).not.toBe(hashes[1]);
  expect(hashes.join()).not.toContain('hunter2');
});

test('a password is the same however the keyboard composes its letters', async () => {
  expect(await verifyPassword('caf\u00e9', await hashPassword('cafe\u0301', 'ann'), 'ann')).toBe(true);
});

test('a hash made at another cost is still understood', async () => {
  const cheap = 'scrypt$1024$8$1$c2FsdHNhbHQ$EZ320jyoMvoQm-R3jQ2HUhOnO57l7Dh-7IGfRX67SIk';
  expect(await verifyPassword('hunter2', cheap, 'ann')).toBe(true);
  expect(await verifyPassword('hunter3', cheap, 'ann')).toBe(false);
});

test.each(['', 'hunter2', 'md5$1$1$1$a$b', 'scrypt$16384$8$1$salt'])('%j is no hash', async (hash) => {
  await expect(verifyPassword('hunter2', hash, 'ann')).rejects.toThrow();
});
