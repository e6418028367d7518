import type { Config } from '../config.ts';
import { addressKey } from './address.ts';
import { growing, type Limit, type Limits } from './limit.ts';

type AttemptsConfig = Pick<
  Config,
  'rateLimitWindowMs' | 'rateLimitPasswordsUser' | 'rateLimitPasswordsAddress' | 'rateLimitPasswordsRoom'
>;

/** Who tries a password, from where, at which room. */
export interface Attempt {
  readonly userId: string;
  readonly guest: boolean;
  readonly address: string | undefined;
  readonly roomId: string;
  /** They have sat in that room before. */
  readonly known: boolean;
}

/** Limits wrong passwords; once a limit is reached, the right one is refused too. */
export interface Attempts {
  /**
   * Counts an attempt as a wrong one, before the password is looked at: else many at once would all get through.
   * @returns how to take that back where it was right; or how long to wait: such a refusal counts for nothing.
   */
  begin(attempt: Attempt): Promise<{ takeBack(): Promise<void> } | { retryAfterMs: number }>;
}

/**
 * Each user has a few wrong passwords for a room, then waits, longer each time. Strangers share more: all those at one
 * address, and all of the room. So what strangers guess at one room concerns no other room, nor who has sat in this one.
 *
 * The room's own limit must not shut out a friend who comes for the first time: once it is used up, each address still has
 * a try of its own. Who guesses from many addresses then has as many guesses as addresses, and each of them waits longer.
 */
export function createAttempts(config: AttemptsConfig, make: Limits): Attempts {
  const { rateLimitWindowMs: windowMs } = config;
  const users = growing(make, 'passwords_user', config.rateLimitPasswordsUser, windowMs);
  const addresses = growing(make, 'passwords_address', config.rateLimitPasswordsAddress, windowMs);
  const rooms = make('passwords_room', config.rateLimitPasswordsRoom, windowMs);
  const lastTries = growing(make, 'passwords_last', 1, windowMs);

  return {
    async begin({ userId, guest, address, roomId, known }) {
      const there = `${roomId} ${addressKey(guest, address)}`;
      const counts: Count[] = [[[users, `${roomId} ${userId}`]]];
      if (!known)
        counts.push(
          [[addresses, there]],
          [
            [rooms, roomId],
            [lastTries, there],
          ],
        );

      const used: Use[] = [];
      const takeBack = async () => {
        for (const [limit, key] of used) await limit.giveBack(key);
      };
      for (const count of counts) {
        const retryAfterMs = await useOneOf(count, used);
        if (retryAfterMs === null) continue;
        // Who is refused must not use up what others have: one user could close a room to all.
        await takeBack();
        return { retryAfterMs };
      }
      return { takeBack };
    },
  };
}

type Use = readonly [limit: Limit, key: string];
/** Limits of which one must let it pass. */
type Count = readonly Use[];

/** @param used is added the one that let it pass. @returns null, or how long none of them does. */
async function useOneOf(count: Count, used: Use[]): Promise<number | null> {
  let shortest: number | null = null;
  for (const use of count) {
    const [limit, key] = use;
    const wait = await limit.use(key);
    if (wait === null) {
      used.push(use);
      return null;
    }
    shortest = Math.min(wait, shortest ?? wait);
  }
  return shortest;
}
