import express, { type RequestHandler, type Response } from 'express';
import { allRooms, type ListSources, roomsOf, type UserListSources } from '../cluster/roomLists.ts';
import { lookUp } from '../ops/lookUp.ts';
import type { Audit } from '../people/audit.ts';
import type { Ban } from '../people/bans.ts';
import type { Identity } from '../people/identity.ts';
import { type PresenceSources, presenceOf } from '../people/presenceOf.ts';
import type { Revocations } from '../people/revocations.ts';
import type { Sessions } from '../people/sessions.ts';
import { isOperator, isUserId } from '../people/user.ts';
import type { BanFacts, ProcessFacts, WholeRoom } from '../protocol/admin.ts';
import { RecallError } from '../protocol/errors.ts';
import type { RouteAnswers } from '../protocol/http.ts';
import { parse } from '../protocol/schemas/parse.ts';
import { allRoomsQuery, auditQuery, banBody, drainBody } from '../protocol/schemas/queries.ts';
import { queryOf } from './queryOf.ts';
import { signedIn } from './signedIn.ts';
import { writeDown } from './writtenDown.ts';

/** What an operator does with rooms and processes; each throws RecallError. */
export interface Control {
  inspect(roomId: string): Promise<WholeRoom>;
  close(roomId: string): Promise<void>;
  /** @param processId this process, where none is named */
  drain(processId?: string): Promise<ProcessFacts>;
  undrain(processId?: string): Promise<ProcessFacts>;
}

export interface AdminSources extends ListSources, UserListSources, PresenceSources {
  readonly identity: Identity;
  readonly revocations: Revocations;
  readonly sessions: Pick<Sessions, 'of' | 'lastSeen'>;
  readonly audit: Audit;
  readonly control: Control;
}

type Handler<Route extends keyof RouteAnswers> = (
  request: express.Request,
  who: string,
  note: (whom: string | null, how?: Record<string, unknown>) => Promise<void>,
) => Promise<RouteAnswers[Route]>;

/**
 * `/admin`: what an operator may look at and do (protocol.md, 7). Each call is written down before anything is done, once
 * it is clear what is asked for: `note`.
 */
export function adminRoutes(sources: AdminSources): express.Router {
  const { identity, revocations, sessions, audit, control, log } = sources;
  const router = express.Router();
  router.use(guard(identity), express.json({ limit: '4kb' }));

  const on =
    <Route extends keyof RouteAnswers>(what: string, handle: Handler<Route>): RequestHandler =>
    async (request, response: Response<RouteAnswers[Route]>) => {
      const who = (await signedIn(identity, response)).id;
      response.json(
        await handle(request, who, (whom, how) => writeDown(sources, { who, what, whom, how: how ?? null })),
      );
    };

  router.get(
    '/rooms',
    on<'GET /admin/rooms'>('rooms', async (request, _who, note) => {
      const query = parse(allRoomsQuery, queryOf(request));
      await note(null, query);
      return allRooms(sources, query);
    }),
  );
  router.get(
    '/rooms/:id',
    on<'GET /admin/rooms/{room_id}'>('room', async ({ params }, _who, note) => {
      const roomId = textOf(params.id);
      await note(roomId);
      return control.inspect(roomId);
    }),
  );
  router.delete(
    '/rooms/:id',
    on<'DELETE /admin/rooms/{room_id}'>('close', async ({ params }, _who, note) => {
      const roomId = textOf(params.id);
      await note(roomId);
      await control.close(roomId);
      return { room_id: roomId, closed: true };
    }),
  );

  router.get(
    '/users/:id',
    on<'GET /admin/users/{user_id}'>('user', async ({ params }, _who, note) => {
      const userId = userIn(params.id);
      await note(userId);
      const [session, standing, { presence }, rooms] = await Promise.all([
        lookUp(log, 'the session', () => sessions.of(userId)),
        revocations.look(userId, ''),
        presenceOf(sources, [userId]),
        roomsOf(sources, userId),
      ]);
      const [there] = presence as [(typeof presence)[number]];
      const name = session?.name ?? null;
      return { user_id: userId, presence: there, name, banned_until: standing.bannedUntil, ...rooms };
    }),
  );
  router.post(
    '/users/:id/kick',
    on<'POST /admin/users/{user_id}/kick'>('kick', async ({ params }, _who, note) => {
      const userId = userIn(params.id);
      await note(userId);
      await revocations.revoke({ id: userId, tokenHash: '', expiresAt: 0 });
      return { user_id: userId, kicked: true };
    }),
  );
  router.put(
    '/users/:id/ban',
    on<'PUT /admin/users/{user_id}/ban'>('ban', async ({ params, body }, who, note) => {
      const userId = userIn(params.id);
      const { hours } = parse(banBody, body ?? {});
      if (userId === who)
        throw new RecallError('NOT_ALLOWED', 'you would keep yourself out: another operator can do that');
      await note(userId, { hours });
      return factsOf(await revocations.ban(userId, hours * 3_600_000, who));
    }),
  );
  router.delete(
    '/users/:id/ban',
    on<'DELETE /admin/users/{user_id}/ban'>('unban', async ({ params }, _who, note) => {
      const userId = userIn(params.id);
      await note(userId);
      return { user_id: userId, was_banned: await revocations.unban(userId) };
    }),
  );
  router.get(
    '/bans',
    on<'GET /admin/bans'>('bans', async (_request, _who, note) => {
      await note(null);
      return { bans: (await revocations.bans()).map(factsOf) };
    }),
  );

  for (const what of ['drain', 'undrain'] as const) {
    router.post(
      `/${what}`,
      on<'POST /admin/drain'>(what, async ({ body }, _who, note) => {
        const { process_id: processId } = parse(drainBody, body ?? {});
        await note(processId ?? null);
        return control[what](processId);
      }),
    );
  }
  router.get(
    '/audit',
    on<'GET /admin/audit'>('audit', async (request, _who, note) => {
      const { limit, cursor } = parse(auditQuery, queryOf(request));
      await note(null);
      const entries = await audit.read(limit, cursor);
      return { entries, next_cursor: entries.length === limit ? (entries.at(-1)?.id ?? null) : null };
    }),
  );
  return router;
}

function guard(identity: Identity): RequestHandler {
  return async (_request, response, next) => {
    if (!isOperator(await signedIn(identity, response)))
      throw new RecallError('NOT_ALLOWED', 'these routes are for the role `operator`');
    next();
  };
}

const textOf = (param: string | string[] | undefined): string => String(param ?? '');

/** @throws RecallError INVALID_OPTIONS */
function userIn(param: string | string[] | undefined): string {
  const userId = textOf(param);
  if (!isUserId(userId)) throw new RecallError('INVALID_OPTIONS', 'this can be the id of no user');
  return userId;
}

const factsOf = ({ userId, by, at, until }: Ban): BanFacts => {
  return { user_id: userId, banned_by: by, banned_at: at, banned_until: until };
};
