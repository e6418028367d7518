import type { Response } from 'express';
import type { Identity } from '../people/identity.ts';
import type { User } from '../people/user.ts';
import { bearerToken } from './bearer.ts';

/**
 * The user who asks, by their token, which is looked at once for each request.
 * @param response to the request
 * @throws RecallError as `Identity.verify`.
 */
export function signedIn(identity: Identity, { req, locals }: Response): Promise<User> {
  const known = locals as { user?: Promise<User> };
  known.user ??= identity.verify(bearerToken(req));
  return known.user;
}
