import express, { type Response } from 'express';
import { roomsOf, type UserListSources } from '../cluster/roomLists.ts';
import type { Identity } from '../people/identity.ts';
import { type PresenceSources, presenceOf } from '../people/presenceOf.ts';
import type { RouteAnswers } from '../protocol/http.ts';
import { parse } from '../protocol/schemas/parse.ts';
import { presenceParams } from '../protocol/schemas/queries.ts';
import { signedIn } from './signedIn.ts';

/** `/users`: what a signed-in user may know (protocol.md, 7). */
export function userRoutes(sources: UserListSources & PresenceSources, identity: Identity): express.Router {
  const router = express.Router();

  router.get('/me/rooms', async (_request, response: Response<RouteAnswers['GET /users/me/rooms']>) => {
    const user = await signedIn(identity, response);
    response.json(await roomsOf(sources, user.id));
  });

  router.get('/presence', async (request, response: Response<RouteAnswers['GET /users/presence']>) => {
    await signedIn(identity, response);
    response.json(await presenceOf(sources, parse(presenceParams, request.query).ids));
  });

  return router;
}
