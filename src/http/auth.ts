import express from 'express';
import { z } from 'zod';
import { roomsOf, type UserListSources } from '../cluster/roomLists.ts';
import type { Config } from '../config.ts';
import { lookUp } from '../ops/lookUp.ts';
import { addressGroup, addressOf } from '../people/address.ts';
import type { Identity } from '../people/identity.ts';
import type { Limits } from '../people/limit.ts';
import type { Revocations } from '../people/revocations.ts';
import type { Sessions } from '../people/sessions.ts';
import type { User } from '../people/user.ts';
import { RecallError, tooMany } from '../protocol/errors.ts';
import { signedIn } from './signedIn.ts';

const guestName = z.string().max(32).nullish();
/**
 * What `client.auth.signInAnonymously(options)` sends: JavaScript's SDK puts the options into `options`, Unity's sends them
 * as they are. Everything but the name is passed over, not refused.
 */
const guestBody = z.object({ name: guestName, options: z.object({ name: guestName }).nullish() }).optional();

interface AuthSources extends UserListSources {
  readonly config: Config;
  readonly identity: Identity;
  readonly revocations: Revocations;
  readonly sessions: Sessions;
  readonly limits: Limits;
}

/**
 * `/auth`, in the form that `client.auth` of the SDK calls it.
 *
 * Not the routes of `@colyseus/auth`: they sign whatever the client sends (`sub`, `roles`) unless a process-wide setting
 * is right, check every token by one HS256 secret, answer each refusal with 401 and without a code, and bring sign-in by
 * e-mail and OAuth with them.
 * @param limited stands before what looks something up
 */
export function authRoutes(sources: AuthSources, limited: express.RequestHandler[]): express.Router {
  const { config, identity, revocations, sessions, limits, log } = sources;
  const router = express.Router();
  const guests = limits('guests', config.rateLimitGuests, config.rateLimitWindowMs);

  router.post('/anonymous', express.json({ limit: '4kb' }), async (request, response) => {
    const body = guestBody.safeParse(request.body);
    if (!body.success)
      throw new RecallError(
        'INVALID_PAYLOAD',
        'send { name } or { options: { name } }, the name a text of at most 32 characters, or nothing',
      );

    const address = addressGroup(addressOf(request, config.trustProxy));
    const retryAfterMs = await guests.use(address);
    if (retryAfterMs !== null) throw tooMany('TOO_MANY_REQUESTS', retryAfterMs, 'too many guests from here');
    const { user, token } = await identity.signGuest(body.data?.options?.name ?? body.data?.name ?? undefined);
    response.json({ user: shown(user), token });
  });

  router.get('/userdata', limited, async (_request: express.Request, response: express.Response) => {
    const user = await signedIn(identity, response);
    response.json({ user: shown(user), session: await sessionOf(sources, user.id) });
  });

  router.post('/sign-out', limited, async (_request: express.Request, response: express.Response) => {
    const user = await signedIn(identity, response);
    await revocations.revoke(user);
    // They are signed out all the same, and what is left ends by itself.
    await sessions.end(user.id).catch((err) => log.warn({ err, userId: user.id }, 'a session was not ended'));
    response.status(204).end();
  });

  return router;
}

/** A user as their own client sees them. */
function shown({ id, name, roles, guest }: User) {
  return { id, name, roles, guest };
}

/** A user's session as they see it, and the rooms in which they sit; null where there is none. */
async function sessionOf(sources: AuthSources, userId: string) {
  const { sessions, log } = sources;
  const look = lookUp(log, 'the session', () => sessions.of(userId));
  const [session, { rooms }] = await Promise.all([look, roomsOf(sources, userId)]);
  if (!session) return null;
  const { name = null, settings = null, lastSeenAt = null } = session;
  return { name, settings, last_seen_at: lastSeenAt, rooms: rooms.map(({ room_id }) => room_id) };
}
