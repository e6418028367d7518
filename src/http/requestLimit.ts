import type { RequestHandler } from 'express';
import type { Config } from '../config.ts';
import { addressGroup, addressOf } from '../people/address.ts';
import type { Identity } from '../people/identity.ts';
import type { Limits } from '../people/limit.ts';
import type { CountRequest } from '../people/requests.ts';
import { tooMany } from '../protocol/errors.ts';
import { signedIn } from './signedIn.ts';

/** Limits how much one address asks for, and one user: the address first, since it costs less than to check a token. */
export function limitRequests(
  config: Config,
  identity: Identity,
  limits: Limits,
  countRequest: CountRequest,
): RequestHandler {
  const { rateLimitRequestsAddress, rateLimitWindowMs, trustProxy } = config;
  const addresses = limits('requests_address', rateLimitRequestsAddress, rateLimitWindowMs);

  return async (request, response, next) => {
    const retryAfterMs = await addresses.use(addressGroup(addressOf(request, trustProxy)));
    if (retryAfterMs !== null) throw tooMany('TOO_MANY_REQUESTS', retryAfterMs, 'too many requests');
    // A token that is not good is refused where one is needed.
    const user = await signedIn(identity, response).catch(() => undefined);
    if (user) await countRequest(user.id);
    next();
  };
}
