import { RateLimiterRes } from 'rate-limiter-flexible';

/** So many uses of a key within a time. */
export interface Limit {
  /**
   * Uses `key` once.
   * @returns null, or how long to wait, in ms, when it is used up; such a use counts for nothing.
   */
  use(key: string): Promise<number | null>;
  /** What `use` would answer, without using it. */
  peek(key: string): Promise<number | null>;
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

/**
 * For one process: each limit counts by itself. Not the library's: that one reckons by the wall clock, and when this was
 * set back by ten minutes, people were told to wait for as long.
 */
export const localLimits: Limits = (_name, uses, windowMs) => {
  /** In the order in which they end, since all last as long. */
  const windows = new Map<string, { used: number; endsAt: number }>();
  const find = (key: string) => {
    for (const [old, { endsAt }] of windows) {
      if (endsAt > performance.now()) break;
      windows.delete(old);
    }
    return windows.get(key);
  };
  const wait = (key: string): number | null => {
    const window = find(key);
    return window && window.used >= uses ? Math.max(1, Math.ceil(window.endsAt - performance.now())) : null;
  };
  return {
    async use(key) {
      const retryAfterMs = wait(key);
      if (retryAfterMs !== null) return retryAfterMs;
      const window = find(key) ?? { used: 0, endsAt: performance.now() + windowMs };
      window.used += 1;
      windows.set(key, window);
      return null;
    },
    peek: async (key) => wait(key),
    async giveBack(key) {
      const window = find(key);
      // Nothing is kept of what was given back.
      if (window && --window.used <= 0) windows.delete(key);
    },
  };
};

/** The same for what is only looked at. @param found of the limiter; null where nothing is used */
export function waitLeft(found: RateLimiterRes | null, uses: number): number | null {
  return found && found.consumedPoints >= uses ? Math.max(1, Math.ceil(found.msBeforeNext)) : null;
}

/** A limit whose wait grows for who goes on. */
export interface GrowingLimit extends Limit {
  /** Counts something that has happened already, however much of it there was. */
  add(key: string): Promise<void>;
}

/** How many times as many uses each further step lets through, within how many times the time. */
const growth = { uses: 2, window: 4, steps: 4 };

/**
 * So many uses within the window, only twice as many within four times as long, and so on for four steps: who stops has
 * waited for one window at most, who goes on waits longer and longer.
 * @param make makes the limit of each step
 */
export function growing(make: Limits, name: string, uses: number, windowMs: number): GrowingLimit {
  const steps = Array.from({ length: growth.steps }, (_, i) =>
    make(i === 0 ? name : `${name}_${i}`, uses * growth.uses ** i, windowMs * growth.window ** i),
  );
  return {
    async use(key) {
      const waits = await Promise.all(steps.map((step) => step.use(key)));
      const retryAfterMs = longest(waits);
      if (retryAfterMs === null) return null;
      await Promise.all(steps.filter((_, i) => waits[i] === null).map((step) => step.giveBack(key)));
      return retryAfterMs;
    },
    peek: async (key) => longest(await Promise.all(steps.map((step) => step.peek(key)))),
    async giveBack(key) {
      await Promise.all(steps.map((step) => step.giveBack(key)));
    },
    async add(key) {
      await Promise.all(steps.map((step) => step.use(key)));
    },
  };
}

/** The longest of some waits, or null where there is none. */
export function longest(waits: readonly (number | null)[]): number | null {
  const known = waits.filter((wait) => wait !== null);
  return known.length > 0 ? Math.max(...known) : null;
}

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
