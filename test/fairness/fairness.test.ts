import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commitmentOf, fairness, seedOf, stream } from '../../src/fairness/fairness.ts';
import { freshDeck } from '../../src/game/cards.ts';
import { shuffled } from '../../src/game/chance.ts';

/** docs/fair-deal.md once more, by Node's own hashes: what a player would write to check a deal. */
function seedByNode(secret: string, roomId: string, matchNumber: number, nonces: readonly string[]): string {
  const lines = [secret, roomId, String(matchNumber), ...nonces].map((line) => `${line}\n`);
  return createHash('sha256').update(lines.join('')).digest('hex');
}

function numbersByNode(seed: string, label: string, count: number): number[] {
  const key = createHmac('sha256', Buffer.from(seed, 'hex')).update(label).digest();
  const bytes = Array.from({ length: Math.ceil(count / 8) }, (_, block) => {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(block);
    return createHmac('sha256', key).update(counter).digest();
  });
  const all = Buffer.concat(bytes);
  return Array.from({ length: count }, (_, i) => all.readUInt32BE(i * 4));
}

const hex32 = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'));

test('4 the published commitment is the SHA-256 of the secret', () => {
  fc.assert(
    fc.property(hex32, (secret) => {
      const expected = createHash('sha256').update(Buffer.from(secret, 'hex')).digest('hex');
      expect(commitmentOf(secret)).toBe(expected);
    }),
  );
});

test('4 the seed hangs on the secret, the room, the match and every nonce', () => {
  fc.assert(
    fc.property(
      hex32,
      fc.uuid(),
      fc.nat(),
      fc.array(fc.string({ unit: 'grapheme' })),
      (secret, room, match, nonces) => {
        expect(seedOf(secret, room, match, nonces)).toBe(seedByNode(secret, room, match, nonces));
      },
    ),
  );
  expect(seedOf('00', 'room', 1, ['ab', ''])).not.toBe(seedOf('00', 'room', 1, ['a', 'b']));
});

test('4 a stream gives the numbers that Node’s HMAC gives, over more than one block', () => {
  fc.assert(
    fc.property(hex32, fc.string(), (seed, label) => {
      const raw = stream(seed, label);
      // A power of two divides the range: no number is passed over.
      const got = Array.from({ length: 20 }, () => raw(2 ** 31));
      expect(got).toEqual(numbersByNode(seed, label, 20).map((number) => number % 2 ** 31));
    }),
  );
});

test('4 every number below the bound is as likely as the others, also where the bound does not divide the range', () => {
  const bound = 3 * 2 ** 30;
  const draw = stream('01'.repeat(32), 'bias');
  const thirds = [0, 0, 0];
  for (let i = 0; i < 3000; i++) {
    const third = Math.floor(draw(bound) / 2 ** 30);
    thirds[third] = (thirds[third] ?? 0) + 1;
  }
  for (const count of thirds) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

test('4 the streams of two uses have nothing in common', () => {
  const seed = 'ab'.repeat(32);
  expect(shuffled(freshDeck(4), stream(seed, 'deal'))).not.toEqual(shuffled(freshDeck(4), stream(seed, 'start')));
});

test('secrets and seat ids are never made twice', () => {
  const made = Array.from({ length: 1000 }, () => [fairness.freshSecret(), fairness.freshId()]).flat();
  expect(new Set(made).size).toBe(2000);
  expect(made[0]).toMatch(/^[0-9a-f]{64}$/);
});
