import express, { type Request } from 'express';
import { roomsOf, type UserListSources } from '../cluster/roomLists.ts';
import type { Identity } from '../people/identity.ts';
import { type PresenceSources, presenceOf } from '../people/presenceOf.ts';
import { parse } from '../protocol/parse.ts';
import { presenceQuery } from '../protocol/queries.ts';
import { bearerToken } from './bearer.ts';

/** `/users`: what a signed-in user may know (protocol.md, 7). */
export function userRoutes(sources: UserListSources & PresenceSources, identity: Identity): express.Router {
  const router = express.Router();

  router.get('/me/rooms', async (request, response) => {
    const user = await identity.verify(bearerToken(request));
    response.json(await roomsOf(sources, user.id));
  });

  router.get('/presence', async (request, response) => {
    await identity.verify(bearerToken(request));
    response.json(await presenceOf(sources, idsIn(request)));
  });

  return router;
}

/** `?ids=a,b` */
function idsIn({ query }: Request): readonly string[] {
  const { ids, ...others } = query;
  return parse(presenceQuery, { user_ids: typeof ids === 'string' ? ids.split(',') : ids, ...others }).user_ids;
}
