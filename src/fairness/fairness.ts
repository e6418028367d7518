import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes, randomBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Chance, SeedPart, Stream } from '../game/chance.ts';

/**
 * The deal's randomness, as rules.md 4 publishes it; docs/fair-deal.md tells a player how to check it. Nothing here needs
 * Node, so that a page verifies a deal with the very code that made it.
 */

/**
 * Whether a text is 32 bytes in the one way to write them: 64 hex digits in lower case. The same bytes in other letters have
 * the same commitment and give another seed, so that whoever may choose the letters may choose the deal.
 */
export const isHex32 = (text: unknown): text is string => typeof text === 'string' && /^[0-9a-f]{64}$/.test(text);

/** The SHA-256 of a secret's 32 bytes, in hex: published before anybody can start the match that uses it. */
export const commitmentOf = (secret: string): string => bytesToHex(sha256(hexToBytes(secret)));

const hashOf = (lines: readonly (string | number)[]): string =>
  bytesToHex(sha256(utf8ToBytes(lines.map((line) => `${line}\n`).join(''))));

/**
 * The seed of a match in which nobody takes part, in hex, the first formula: SHA-256 over the UTF-8 of the secret (hex), the room id, the match number and the nonces
 * in seat order, each followed by a line feed. No nonce has a line feed in it, so that no two inputs read the same.
 */
export function seedOf(secret: string, roomId: string, matchNumber: number, nonces: readonly string[]): string {
  return hashOf([secret, roomId, matchNumber, ...nonces]);
}

/**
 * What a player publishes of a nonce (hex) before it may be revealed: bound to one room, one match and one seat, so that
 * nobody can take it for their own, nor use it again.
 */
export const partCommitmentOf = (nonce: string, roomId: string, matchNumber: number, sessionId: string): string =>
  hashOf(['recall deal part', roomId, matchNumber, sessionId, nonce]);

/** What stands in the seed for the nonce of a seat that takes no part, or was left out. */
const noPart = 'none';
const leftOut = 'left out';

/**
 * The seed of a match in which somebody takes part, in hex: the second formula. Each line ends with a line feed, and no
 * text in it has one, so that no two inputs read the same.
 */
export function seedOfParts(secret: string, roomId: string, matchNumber: number, parts: readonly SeedPart[]): string {
  const lines = parts.flatMap(({ seat, sessionId, dealNonce, commitment, nonce }) => {
    return [seat, sessionId, dealNonce, commitment === '' ? noPart : nonce || leftOut];
  });
  return hashOf(['recall deal 2', secret, roomId, matchNumber, ...lines]);
}

const bytesInBlock = 32;
const numbers = 2 ** 32;

/**
 * The stream of one use. Its key is HMAC-SHA-256(seed, label); block i is HMAC-SHA-256(key, i as 4 bytes, big-endian); each
 * 4 bytes are one big-endian number. A number in the last, incomplete range of `below` numbers is passed over, so that
 * every outcome is equally likely.
 */
export function stream(seed: string, label: string): Stream {
  const key = hmac(sha256, hexToBytes(seed), utf8ToBytes(label));
  const counter = new DataView(new ArrayBuffer(4));
  let block = new DataView(new ArrayBuffer(0));
  let blocks = 0;
  let at = 0;
  const next = (): number => {
    if (at === block.byteLength) {
      counter.setUint32(0, blocks++);
      block = new DataView(hmac(sha256, key, new Uint8Array(counter.buffer)).buffer, 0, bytesInBlock);
      at = 0;
    }
    const number = block.getUint32(at);
    at += 4;
    return number;
  };
  return (below) => {
    const limit = numbers - (numbers % below);
    let number = next();
    while (number >= limit) number = next();
    return number % below;
  };
}

/** Session ids of seats: 128 random bits. */
const freshId = (): string => bytesToHex(randomBytes(16));

const freshSecret = (): string => bytesToHex(randomBytes(32));

export const fairness: Chance = {
  stream,
  seedOf,
  seedOfParts,
  commitmentOf,
  partCommitmentOf,
  freshSecret,
  freshId,
};
