import { DatabaseSync } from 'node:sqlite';
import { expect, test, vi } from 'vitest';
import { sqliteRevocations } from '../../src/people/revocations.ts';
import type { User } from '../../src/people/user.ts';

const hour = 3_600_000;
const noon = Date.UTC(2030, 0, 1, 12);

function user(id: string, tokenIssuedAt: number, expiresAt = noon + hour): User {
  return { id, name: undefined, roles: [], guest: false, tokenIssuedAt, expiresAt };
}

function open(database = new DatabaseSync(':memory:')) {
  return sqliteRevocations(database, hour);
}

test('who signs out is refused with every token issued until then, and let in with a later one', () => {
  const revocations = open();
  const ann = user('ann', noon);
  expect(revocations.refuses(ann)).toBe(false);
  revocations.revoke(ann, noon + 5_000);
  expect(revocations.refuses(ann)).toBe(true);
  expect(revocations.refuses(user('ann', 0))).toBe(true);
  expect(revocations.refuses(user('ann', noon + 5_000))).toBe(true);
  expect(revocations.refuses(user('ann', noon + 6_000))).toBe(false);
  expect(revocations.refuses(user('bob', noon))).toBe(false);
});

test('an older sign-out that arrives late takes nothing back', () => {
  const revocations = open();
  revocations.revoke(user('ann', noon), noon + 2_000);
  revocations.revoke(user('ann', noon), noon + 1_000);
  expect(revocations.refuses(user('ann', noon + 2_000))).toBe(true);
});

test('a sign-out outlives a restart', () => {
  const database = new DatabaseSync(':memory:');
  open(database).revoke(user('ann', noon), noon);
  expect(open(database).refuses(user('ann', noon))).toBe(true);
});

test('a sign-out is forgotten when the last token that it refuses has expired, not before', () => {
  const database = new DatabaseSync(':memory:');
  const revocations = open(database);
  const remembered = () =>
    database
      .prepare('SELECT user_id FROM sign_outs')
      .all()
      .map(({ user_id }) => user_id);
  revocations.revoke(user('for a minute', noon, noon + 60_000), noon);
  revocations.revoke(user('for two hours', noon - hour, noon + hour), noon);
  revocations.revoke({ ...user('for ever', noon), expiresAt: undefined }, noon);
  revocations.revoke(user('for as long as numbers go', noon, 1e300), noon);

  // An hour is what a session lasts: another token of the same user may have been younger.
  revocations.revoke(user('someone else', noon + hour - 1), noon + hour - 1);
  expect(remembered()).toHaveLength(5);
  revocations.revoke(user('someone else', noon + hour), noon + hour);
  expect(remembered()).not.toContain('for a minute');
  expect(remembered()).toContain('for two hours');
  revocations.revoke(user('someone else', noon + 2 * hour), noon + 2 * hour);
  expect(remembered()).toEqual(['for as long as numbers go', 'for ever', 'someone else']);
});

test('who asked to know hears of each sign-out, until they ask no more', () => {
  const revocations = open();
  const subscriber = vi.fn();
  const unsubscribe = revocations.onSignOut(subscriber);
  revocations.revoke(user('ann', noon), noon);
  unsubscribe();
  revocations.revoke(user('bob', noon), noon);
  expect(subscriber.mock.calls).toEqual([['ann']]);
});

test('a sign-out that can’t be kept is refused, and nobody is told of it', () => {
  const database = new DatabaseSync(':memory:');
  const revocations = open(database);
  const subscriber = vi.fn();
  revocations.onSignOut(subscriber);
  database.exec('PRAGMA query_only = ON');
  expect(() => revocations.revoke(user('ann', noon), noon)).toThrow(expect.objectContaining({ code: 'UNAVAILABLE' }));
  expect(subscriber).not.toHaveBeenCalled();
});
