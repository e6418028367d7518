import type { Config } from '../config.ts';
import { addressGroup } from './address.ts';
import type { Limit, Limits } from './limit.ts';

type AttemptsConfig = Pick<
  Config,
  'rateLimitWindowMs' | 'rateLimitPasswordsUser' | 'rateLimitPasswordsAddress' | 'rateLimitPasswordsRoom'
>;

/** Who tries a password, from where, at which room. */
export interface Attempt {
  readonly userId: string;
  readonly address: string | undefined;
  readonly roomId: string;
}

/** Limits wrong passwords; once a limit is reached, the right one is refused too. */
export interface Attempts {
  /**
   * Counts an attempt as a wrong one, before the password is looked at: else many at once would all get through.
   * @returns null when the password may be looked at, else how long to wait; such a refusal counts for nothing.
   */
  begin(attempt: Attempt): Promise<{ retryAfterMs: number } | null>;
  /** Takes back what `begin` counted, since the password was right. */
  succeeded(attempt: Attempt): Promise<void>;
}

/** Three limits: a user's wrong passwords in a room, an address', and all of a room. */
export function createAttempts(config: AttemptsConfig, make: Limits): Attempts {
  const limit = (of: string, uses: number) => make(`passwords_${of}`, uses, config.rateLimitWindowMs);
  const limits: { limit: Limit; keyOf: (attempt: Attempt) => string }[] = [
    { limit: limit('user', config.rateLimitPasswordsUser), keyOf: ({ roomId, userId }) => `${roomId} ${userId}` },
    { limit: limit('address', config.rateLimitPasswordsAddress), keyOf: ({ address }) => addressGroup(address) },
    { limit: limit('room', config.rateLimitPasswordsRoom), keyOf: ({ roomId }) => roomId },
  ];

  return {
    async begin(attempt) {
      for (const [i, { limit, keyOf }] of limits.entries()) {
        const retryAfterMs = await limit.use(keyOf(attempt));
        if (retryAfterMs === null) continue;
        // Who is refused must not use up what others have: one user could close a room to all.
        for (const { limit, keyOf } of limits.slice(0, i)) await limit.giveBack(keyOf(attempt));
        return { retryAfterMs };
      }
      return null;
    },
    async succeeded(attempt) {
      for (const { limit, keyOf } of limits) await limit.giveBack(keyOf(attempt));
    },
  };
}
