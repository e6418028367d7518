import type { Chance, Stream } from '../../src/game/chance.ts';

/**
 * Randomness for simulations: the same seed gives the same matches, fast, and with no secrecy at all. A stream is
 * xoshiro128** (Blackman and Vigna), whose state splitmix32 fills from a hash of the stream's seed and label.
 */
export function seededChance(seed: string): Chance {
  let secrets = 0;
  let ids = 0;
  return {
    stream: (of, label) => streamOf(`${of}|${label}`),
    seedOf: (secret, roomId, matchNumber, nonces) => [secret, roomId, matchNumber, ...nonces].join('|'),
    seedOfParts: (secret, roomId, matchNumber, parts) =>
      [secret, roomId, matchNumber, ...parts.flatMap(({ sessionId, nonce }) => [sessionId, nonce])].join('|'),
    partCommitmentOf: (nonce, roomId, matchNumber, sessionId) =>
      `part ${fnv1a([nonce, roomId, matchNumber, sessionId].join('|')).toString(16)}`,
    commitmentOf: (secret) => `commitment of ${secret}`,
    freshSecret: () => `${seed}|${++secrets}`,
    freshId: () => `seat ${++ids}`,
  };
}

/** An unbiased stream that is a function of `text` alone. */
function streamOf(text: string): Stream {
  let fill = fnv1a(text);
  const next = () => {
    fill = (fill + 0x9e3779b9) | 0;
    let z = Math.imul(fill ^ (fill >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
  let [a, b, c, d] = [next(), next(), next(), next()];

  const bits32 = () => {
    const five = Math.imul(b, 5);
    const result = Math.imul((five << 7) | (five >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result;
  };

  return (below) => {
    // The highest numbers, which would favour the low results, are drawn again.
    const fair = 2 ** 32 - (2 ** 32 % below);
    let bits = bits32();
    while (bits >= fair) bits = bits32();
    return bits % below;
  };
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}
