import express, { type Response } from 'express';
import { allRooms, type ListSources, publicRooms } from '../cluster/roomLists.ts';
import type { Identity } from '../people/identity.ts';
import { isOperator } from '../people/user.ts';
import { RecallError } from '../protocol/errors.ts';
import type { RouteAnswers } from '../protocol/http.ts';
import { parse } from '../protocol/schemas/parse.ts';
import { allRoomsQuery, publicRoomsQuery } from '../protocol/schemas/queries.ts';
import { queryOf } from './queryOf.ts';
import { signedIn } from './signedIn.ts';

/** `/rooms`: public ones for anyone, all of them for operators (protocol.md, 7). */
export function roomRoutes(sources: ListSources, identity: Identity): express.Router {
  const router = express.Router();

  router.get('/public', async (request, response: Response<RouteAnswers['GET /rooms/public']>) => {
    response.json(await publicRooms(sources, parse(publicRoomsQuery, queryOf(request))));
  });

  router.get('/', async (request, response: Response<RouteAnswers['GET /rooms']>) => {
    const user = await signedIn(identity, response);
    if (!isOperator(user)) throw new RecallError('NOT_ALLOWED', 'the list of all rooms is for the role `operator`');
    response.json(await allRooms(sources, parse(allRoomsQuery, queryOf(request))));
  });

  return router;
}
