import express, { type Request, type Response } from 'express';
import { z } from 'zod';
import { roomsOf, type UserListSources } from '../cluster/roomLists.ts';
import type { Config } from '../config.ts';
import { lookUp } from '../ops/lookUp.ts';
import { addressOf } from '../people/address.ts';
import type { Buckets } from '../people/bucket.ts';
import { createGuestQueue } from '../people/guestQueue.ts';
import type { Identity } from '../people/identity.ts';
import type { Limits } from '../people/limit.ts';
import type { Revocations } from '../people/revocations.ts';
import type { Sessions } from '../people/sessions.ts';
import { secretOf } from '../people/tokenKeys.ts';
import { hashOfUser, type User } from '../people/user.ts';
import { RecallError } from '../protocol/errors.ts';
import type { OwnSession, OwnUser, RouteAnswers } from '../protocol/http.ts';
import { signedIn } from './signedIn.ts';

const guestName = z.string().max(32).nullish();
/** What a guest was told to come back with: see `GuestQueue`. */
const guestPlace = z.string().max(1024).nullish();
/**
 * What `client.auth.signInAnonymously(options)` sends: JavaScript's SDK puts the options into `options`, Unity's sends them
 * as they are. Everything but the name and the place is passed over, not refused.
 */
const guestOptions = z.object({ name: guestName, place: guestPlace });
export const guestBody = guestOptions.extend({ options: guestOptions.nullish() }).optional();

type SignedIn = RouteAnswers['POST /auth/anonymous'];
type UserData = RouteAnswers['GET /auth/userdata'];

interface AuthSources extends UserListSources {
  readonly config: Config;
  readonly identity: Identity;
  readonly revocations: Revocations;
  readonly sessions: Sessions;
  readonly limits: Limits;
  readonly buckets: Buckets;
}

/**
 * `/auth`, in the form that `client.auth` of the SDK calls it.
 *
 * Not the routes of `@colyseus/auth`: they sign whatever the client sends (`sub`, `roles`) unless a process-wide setting
 * is right, check every token by one HS256 secret, answer each refusal with 401 and without a code, and bring sign-in by
 * e-mail and OAuth with them.
 * @param before limited stands before what looks something up, signOut before signing out
 */
export function authRoutes(
  sources: AuthSources,
  before: { readonly limited: express.RequestHandler[]; readonly signOut: express.RequestHandler[] },
): express.Router {
  const { config, identity, revocations, sessions, log } = sources;
  const router = express.Router();
  const secret = config.allowGuests ? secretOf(config) : undefined;
  const queue = secret && createGuestQueue(config, secret, sources);

  router.post('/anonymous', express.json({ limit: '4kb' }), async (request, response: Response<SignedIn>) => {
    const body = guestBody.safeParse(request.body);
    if (!body.success)
      throw new RecallError(
        'INVALID_PAYLOAD',
        'send { name } or { options: { name } }, the name a text of at most 32 characters, or nothing',
      );

    const { name, place } = { ...body.data, ...body.data?.options };
    await queue?.enter(addressOf(request, config.trustProxy), place ?? undefined);
    const { user, token } = await identity.signGuest(name ?? undefined);
    response.json({ user: shown(user), token });
  });

  router.get('/userdata', before.limited, async (_request: Request, response: Response<UserData>) => {
    const user = await signedIn(identity, response);
    response.json({ user: shown(user), session: await sessionOf(sources, user.id) });
  });

  router.post('/sign-out', before.signOut, async (_request: Request, response: Response) => {
    const user = await signedIn(identity, response);
    await revocations.revoke(user);
    // They are signed out all the same, and what is left ends by itself.
    await sessions.end(user.id).catch((err) => log.warn({ err, user: hashOfUser(user.id) }, 'a session was not ended'));
    response.status(204).end();
  });

  return router;
}

/** A user as their own client sees them. */
function shown({ id, name, roles, guest }: User): OwnUser {
  return { id, name, roles, guest };
}

/** A user's session as they see it, and the rooms in which they sit; null where there is none. */
async function sessionOf(sources: AuthSources, userId: string): Promise<OwnSession | null> {
  const { sessions, log } = sources;
  const look = lookUp(log, 'the session', () => sessions.of(userId));
  const [session, { rooms }] = await Promise.all([look, roomsOf(sources, userId)]);
  if (!session) return null;
  const { name = null, settings = null, lastSeenAt = null } = session;
  return { name, settings, last_seen_at: lastSeenAt, rooms: rooms.map(({ room_id }) => room_id) };
}
