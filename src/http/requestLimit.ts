import type { RequestHandler } from 'express';
import type { Config } from '../config.ts';
import { addressGroup, addressOf } from '../people/address.ts';
import type { Identity } from '../people/identity.ts';
import type { Limit, Limits } from '../people/limit.ts';
import { tooMany } from '../protocol/errors.ts';
import { signedIn } from './signedIn.ts';

/** Limits how much one address asks for, and one user: the address first, since it costs less than to check a token. */
export function limitRequests(config: Config, identity: Identity, limits: Limits): RequestHandler {
  const { rateLimitRequestsAddress, rateLimitRequestsUser, rateLimitWindowMs, trustProxy } = config;
  const addresses = limits('requests_address', rateLimitRequestsAddress, rateLimitWindowMs);
  const users = limits('requests_user', rateLimitRequestsUser, rateLimitWindowMs);

  return async (request, response, next) => {
    await use(addresses, addressGroup(addressOf(request, trustProxy)));
    // A token that is not good is refused where one is needed.
    const user = await signedIn(identity, response).catch(() => undefined);
    if (user) await use(users, user.id);
    next();
  };
}

/** @throws RecallError TOO_MANY_REQUESTS when it is used up. */
async function use(limit: Limit, key: string): Promise<void> {
  const retryAfterMs = await limit.use(key);
  if (retryAfterMs !== null) throw tooMany('TOO_MANY_REQUESTS', retryAfterMs, 'too many requests');
}
