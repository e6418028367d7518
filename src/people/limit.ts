import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** So many uses of a key within a time. */
export interface Limit {
  /**
   * Uses `key` once.
   * @returns null, or how long to wait, in ms, when it is used up; such a use counts for nothing.
   */
  use(key: string): Promise<number | null>;
  /** Takes one use back, where there is one. */
  giveBack(key: string): Promise<void>;
}

/**
 * Makes a limit.
 * @param name of what is limited; two limits of one name count together
 * @param uses how many
 * @param windowMs the time that they are counted over, from a key's first use
 */
export type Limits = (name: string, uses: number, windowMs: number) => Limit;

/** For one process: each limit counts by itself. */
export const localLimits: Limits = (_name, uses, windowMs) => {
  const limiter = new RateLimiterMemory({ points: uses, duration: windowMs / 1000 });
  const giveBack = async (key: string) => {
    const used = await limiter.get(key);
    if (used && used.consumedPoints > 0) await limiter.reward(key);
  };
  return {
    async use(key) {
      const retryAfterMs = await waitFor(limiter.consume(key));
      if (retryAfterMs !== null) await giveBack(key);
      return retryAfterMs;
    },
    giveBack,
  };
};

/** @returns null where the limiter lets it pass, else for how long it doesn't, ms. */
export async function waitFor(consumed: Promise<RateLimiterRes>): Promise<number | null> {
  try {
    await consumed;
    return null;
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    return Math.max(1, Math.ceil(refusal.msBeforeNext));
  }
}
