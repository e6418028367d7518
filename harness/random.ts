/** Draws numbers that are the same for the same seed. */
export interface Random {
  /** From 0 up to, but without, 1. */
  number(): number;
  /** Whether something of this probability happens. */
  chance(probability: number): boolean;
  /** One of them, or undefined of none. */
  oneOf<T>(items: readonly T[]): T | undefined;
}

/** Mulberry32. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const number = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    number,
    chance: (probability) => number() < probability,
    oneOf: (items) => items[Math.floor(number() * items.length)],
  };
}

/** For a run whose seed nobody says. */
export const anySeed = (): number => 1 + Math.floor(Math.random() * 1_000_000);
