import type { Request, RequestHandler } from 'express';
import { z } from 'zod';
import type { Log } from '../ops/log.ts';
import { RecallError } from '../protocol/errors.ts';

/**
 * The dashboard's backend runs any method of any room by a GET, which a browser would also send for a foreign page,
 * with the password that it remembers. What comes through here is the dashboard's own pages and data, and of the calls
 * its two buttons: close this room, disconnect this client. The log has who pressed one (`response.locals.operator`).
 */
export const monitorCall =
  (log: Log): RequestHandler =>
  (request, response, next) => {
    if (request.method !== 'GET') return next('router');
    const { path } = request;
    if (path === '/' || /^\/(api|api\/room|assets\/[\w.-]+)$/.test(path)) return next();
    if (path !== '/api/room/call') return next('router');

    const asked = callOf(request);
    const { roomId, method } = asked;
    const what = method === 'disconnect' ? 'an operator closes a room' : 'an operator disconnects a client';
    log.info({ operator: response.locals.operator, roomId }, what);
    // Passed on as it was understood here, so that nobody behind reads it otherwise.
    request.url = `${path}?${new URLSearchParams(asked)}`;
    next();
  };

const roomId = z.string().regex(/^[\w-]{1,64}$/);
const arguments_ = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue('not JSON');
    return z.NEVER;
  }
});
/** What the buttons send, by the names that `@colyseus/monitor` and Colyseus give these methods. */
const call = z.discriminatedUnion('method', [
  z.object({ roomId, method: z.literal('disconnect'), args: arguments_.pipe(z.tuple([])) }),
  z.object({ roomId, method: z.literal('_forceClientDisconnect'), args: arguments_.pipe(z.tuple([z.string()])) }),
]);

function callOf(request: Request): Record<string, string> {
  const parsed = call.safeParse(request.query);
  if (!parsed.success) {
    throw new RecallError('NOT_ALLOWED', 'the monitor may only close a room, or disconnect a client from one');
  }
  const { roomId, method, args } = parsed.data;
  return { roomId, method, args: JSON.stringify(args) };
}
