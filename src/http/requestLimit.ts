import type { RequestHandler } from 'express';
import type { Config } from '../config.ts';
import { addressGroup, addressOf } from '../people/address.ts';
import type { Identity } from '../people/identity.ts';
import type { Limits } from '../people/limit.ts';
import type { CountRequest } from '../people/requests.ts';
import type { User } from '../people/user.ts';
import { tooMany } from '../protocol/errors.ts';
import { signedIn } from './signedIn.ts';

/** Of one user, within the time of a rate limit. A user has a token on each device. */
const signOuts = 20;

/**
 * Limits how much one address asks for, and one user. At an address guests, users with an account and those without a good
 * token are counted apart: none of them can shut the others out. So the token is looked at first, which costs some 0.1 ms.
 */
export function limitRequests(
  config: Config,
  identity: Identity,
  limits: Limits,
  countRequest: CountRequest,
): RequestHandler {
  const { rateLimitRequestsAddress, rateLimitWindowMs, trustProxy } = config;
  const addresses = limits('requests_address', rateLimitRequestsAddress, rateLimitWindowMs);

  return async (request, response, next) => {
    // A token that is not good is refused where one is needed.
    const user = await signedIn(identity, response).catch(() => undefined);
    const address = addressGroup(addressOf(request, trustProxy));
    const retryAfterMs = await addresses.use(`${kindOf(user)} ${address}`);
    if (retryAfterMs !== null) throw tooMany('TOO_MANY_REQUESTS', retryAfterMs, 'too many requests');
    if (user) await countRequest(user.id);
    next();
  };
}

/**
 * Limits how often one user signs out, by nothing else: others at the address, and what they asked for themselves, must not
 * keep anybody signed in. Who has no good token counts at their address, as with all requests.
 * @param limited stands before who has none
 */
export function limitSignOuts(
  config: Config,
  identity: Identity,
  limits: Limits,
  limited: RequestHandler,
): RequestHandler {
  const users = limits('sign_outs_user', signOuts, config.rateLimitWindowMs);

  return async (request, response, next) => {
    const user = await signedIn(identity, response).catch(() => undefined);
    if (!user) {
      await limited(request, response, next);
      return;
    }
    const retryAfterMs = await users.use(user.id);
    if (retryAfterMs !== null) throw tooMany('TOO_MANY_REQUESTS', retryAfterMs, 'too many sign-outs');
    next();
  };
}

function kindOf(user: User | undefined): 'anonymous' | 'guest' | 'account' {
  if (!user) return 'anonymous';
  return user.guest ? 'guest' : 'account';
}
