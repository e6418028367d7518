import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** So many uses of a key within a time, in this process. */
export interface Limit {
  /**
   * Uses `key` once.
   * @returns null, or how long to wait, in ms, when it is used up; such a use counts for nothing.
   */
  use(key: string): Promise<number | null>;
  /** Takes one use back. */
  giveBack(key: string): Promise<void>;
}

/**
 * @param uses how many
 * @param windowMs the time that they are counted over, from a key's first use
 */
export function createLimit(uses: number, windowMs: number): Limit {
  const limiter = new RateLimiterMemory({ points: uses, duration: windowMs / 1000 });
  const giveBack = async (key: string) => {
    await limiter.reward(key);
  };
  return {
    async use(key) {
      try {
        await limiter.consume(key);
        return null;
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        await giveBack(key);
        return Math.max(1, Math.ceil(refusal.msBeforeNext));
      }
    },
    giveBack,
  };
}
