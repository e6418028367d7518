import express, { type Request, type Response } from 'express';
import type { Erasing } from '../cluster/erasing.ts';
import { roomsOf, type UserListSources } from '../cluster/roomLists.ts';
import type { Config } from '../config.ts';
import { addressKey, addressOf } from '../people/address.ts';
import type { Audit } from '../people/audit.ts';
import type { Identity } from '../people/identity.ts';
import type { Limits } from '../people/limit.ts';
import { type PresenceSources, presenceOf } from '../people/presenceOf.ts';
import { hashOfUser, isOperator, isUserId, type User } from '../people/user.ts';
import { RecallError, tooMany } from '../protocol/errors.ts';
import type { RouteAnswers } from '../protocol/http.ts';
import { parse } from '../protocol/schemas/parse.ts';
import { presenceParams } from '../protocol/schemas/queries.ts';
import { signedIn } from './signedIn.ts';
import { writeDown } from './writtenDown.ts';

/** From one address, within the time of a rate limit. */
const erasuresOfAddress = 20;

interface UserSources extends UserListSources, PresenceSources {
  readonly config: Config;
  readonly limits: Limits;
  readonly erasing: Erasing;
  readonly audit: Audit;
}

/** `/users`: what a signed-in user may know (protocol.md, 7). */
export function userRoutes(sources: UserSources, identity: Identity): express.Router {
  const router = express.Router();
  const { config, limits, erasing } = sources;
  const erasures = limits('erasures_address', erasuresOfAddress, config.rateLimitWindowMs);
  /** To be erased has the server look through all that it has: guests, who cost nothing, must not ask for it all day. */
  const countErasure = async (user: User, request: Request) => {
    const wait = await erasures.use(addressKey(user.guest, addressOf(request, config.trustProxy)));
    if (wait !== null) throw tooMany('TOO_MANY_REQUESTS', wait, 'too many erasures');
  };

  router.get('/me/rooms', async (_request, response: Response<RouteAnswers['GET /users/me/rooms']>) => {
    const user = await signedIn(identity, response);
    response.json(await roomsOf(sources, user.id));
  });

  router.get('/presence', async (request, response: Response<RouteAnswers['GET /users/presence']>) => {
    await signedIn(identity, response);
    response.json(await presenceOf(sources, parse(presenceParams, request.query).ids));
  });

  router.delete('/me', async (request, response) => {
    const user = await signedIn(identity, response);
    await countErasure(user, request);
    await erasing.erase(user, 'the user');
    response.status(204).end();
  });

  router.delete('/:id', async (request, response: Response<RouteAnswers['DELETE /users/{id}']>) => {
    const user = await signedIn(identity, response);
    if (!isOperator(user)) throw new RecallError('NOT_ALLOWED', 'to erase somebody else is for the role `operator`');
    const { id } = request.params;
    if (!isUserId(id)) throw new RecallError('INVALID_OPTIONS', 'the user id must be 1 to 128 printable characters');
    await countErasure(user, request);
    // By its hash: it has to outlive who it is about.
    await writeDown(sources, { who: user.id, what: 'erase', whom: hashOfUser(id), how: null });
    const found = await erasing.erase({ id, guest: false, expiresAt: undefined }, `operator ${hashOfUser(user.id)}`);
    response.json({ found });
  });

  return router;
}
