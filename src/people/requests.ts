import type { Config } from '../config.ts';
import { tooMany } from '../protocol/errors.ts';
import type { Limits } from './limit.ts';

/**
 * Counts what a user asks for: by HTTP and by messages together, over however many connections.
 * @throws RecallError TOO_MANY_REQUESTS when it is used up.
 */
export type CountRequest = (userId: string) => Promise<void>;

export function countRequests(
  { rateLimitRequestsUser, rateLimitWindowMs }: Pick<Config, 'rateLimitRequestsUser' | 'rateLimitWindowMs'>,
  limits: Limits,
): CountRequest {
  const users = limits('requests_user', rateLimitRequestsUser, rateLimitWindowMs);
  return async (userId) => {
    const retryAfterMs = await users.use(userId);
    if (retryAfterMs !== null) throw tooMany('TOO_MANY_REQUESTS', retryAfterMs, 'too many requests');
  };
}
