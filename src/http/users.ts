import express from 'express';
import { roomsOf, type UserListSources } from '../cluster/roomLists.ts';
import type { Identity } from '../people/identity.ts';
import { bearerToken } from './bearer.ts';

/** `/users`: what a signed-in user may know (protocol.md, 7). */
export function userRoutes(sources: UserListSources, identity: Identity): express.Router {
  const router = express.Router();

  router.get('/me/rooms', async (request, response) => {
    const user = await identity.verify(bearerToken(request));
    response.json(await roomsOf(sources, user.id));
  });

  return router;
}
