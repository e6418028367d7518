import express from 'express';
import { z } from 'zod';
import type { Config } from '../config.ts';
import { addressGroup, addressOf } from '../people/address.ts';
import type { Identity } from '../people/identity.ts';
import { createLimit } from '../people/limit.ts';
import type { Revocations } from '../people/revocations.ts';
import type { User } from '../people/user.ts';
import { RecallError } from '../protocol/errors.ts';
import { bearerToken } from './bearer.ts';

/** What `client.auth.signInAnonymously(options)` sends. Everything but the name is passed over, not refused. */
const guestBody = z.object({ options: z.object({ name: z.string().max(32).nullish() }).nullish() }).optional();

/**
 * `/auth`, in the form that `client.auth` of the SDK calls it.
 *
 * Not the routes of `@colyseus/auth`: they sign whatever the client sends (`sub`, `roles`) unless a process-wide setting
 * is right, check every token by one HS256 secret, answer each refusal with 401 and without a code, and bring sign-in by
 * e-mail and OAuth with them.
 */
export function authRoutes(config: Config, identity: Identity, revocations: Revocations): express.Router {
  const router = express.Router();
  const guests = createLimit(config.rateLimitGuests, config.rateLimitWindowMs);

  router.post('/anonymous', express.json({ limit: '4kb' }), async (request, response) => {
    const body = guestBody.safeParse(request.body);
    if (!body.success)
      throw new RecallError(
        'INVALID_PAYLOAD',
        'send { options: { name } }, the name at most 32 characters, or nothing',
      );

    const address = addressGroup(addressOf(request, config.trustProxy));
    const retryAfterMs = await guests.use(address);
    if (retryAfterMs !== null) {
      const seconds = Math.ceil(retryAfterMs / 1000);
      throw new RecallError('TOO_MANY_REQUESTS', `too many guests from here: try again in ${seconds} s`, retryAfterMs);
    }
    const { user, token } = await identity.signGuest(body.data?.options?.name ?? undefined);
    response.json({ user: shown(user), token });
  });

  router.get('/userdata', async (request, response) => {
    response.json({ user: shown(await identity.verify(bearerToken(request))) });
  });

  router.post('/sign-out', async (request, response) => {
    revocations.revoke(await identity.verify(bearerToken(request)), Date.now());
    response.status(204).end();
  });

  return router;
}

/** A user as their own client sees them. */
function shown({ id, name, roles, guest }: User) {
  return { id, name, roles, guest };
}
