import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { FairQueue } from './fairQueue.ts';

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** 16 MB and some 40 ms a password, off the main thread. Each hash says its own, so that they can be raised. */
const cost = { N: 16_384, r: 8, p: 1 };
const keyLength = 32;

/** Few of the threads that Node has for such work, so that neither kind ever waits for the other. */
const queues = {
  hash: new FairQueue({ width: 1, length: 1000, share: 100, workMs: 50 }),
  verify: new FairQueue({ width: 2, length: 1000, share: 100, workMs: 50 }),
};

/**
 * A salted hash of a room's password: `scrypt$N$r$p$salt$hash`, in base64url.
 * @param from who asks: those who wait take turns by it
 * @throws RecallError TOO_MANY_REQUESTS while too many are being made.
 */
export async function hashPassword(password: string, from: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await queues.hash.run(from, () => derive(password.normalize(), salt, keyLength, cost));
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/**
 * Whether `password` is the one that `hash` was made of; compared in constant time.
 * @param from who asks: those who wait take turns by it
 * @throws RecallError TOO_MANY_REQUESTS while too many are being compared; Error when `hash` is none of `hashPassword`.
 */
export async function verifyPassword(password: string, hash: string, from: string): Promise<boolean> {
  const [scheme, N, r, p, salt, key, ...rest] = hash.split('$');
  if (scheme !== 'scrypt' || !salt || !key || rest.length > 0) throw new Error('not a password hash');
  const expected = Buffer.from(key, 'base64url');
  const options = { N: Number(N), r: Number(r), p: Number(p) };
  const actual = await queues.verify.run(from, () =>
    derive(password.normalize(), Buffer.from(salt, 'base64url'), expected.length, options),
  );
  return timingSafeEqual(actual, expected);
}
