import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Log } from '../ops/log.ts';
import { refusals } from '../ops/metrics.ts';
import { requestId } from '../ops/requestId.ts';
import { sparsely } from '../ops/sparse.ts';
import { RecallError } from '../protocol/errors.ts';

/** Where no route has answered: as JSON for who asks for that; a browser gets Express' own page. */
export const nothingHere: RequestHandler = (request, _response, next) => {
  if (request.accepts(['html', 'json']) === 'json') throw new RecallError('NOT_FOUND', 'there is no such route');
  next();
};

/** The last handler of the routes: answers what one of them threw as `{ code, message, … }` (protocol.md, 6). */
export function answerRefusals(log: Log) {
  const tell = sparsely(log, 'warn', 'a route could not be answered');
  return (error: unknown, request: Request, response: Response, next: NextFunction): void => {
    const refusal = asRefusal(error) ?? internal(error, request, log);
    refusals.inc({ by: 'route', code: refusal.code });
    const { code, cause: err } = refusal;
    if (err !== undefined) tell(code, { err, requestId: requestId(), method: request.method, path: pathOf(request) });
    // Where the answer has begun, Express can only cut it off.
    if (response.headersSent) next(error);
    else answer(response, refusal);
  };
}

function answer(response: Response, refusal: RecallError): void {
  if (refusal.retryAfterMs !== undefined) response.set('Retry-After', String(Math.ceil(refusal.retryAfterMs / 1000)));
  response.status(refusal.status).json(refusal.body);
}

function asRefusal(error: unknown): RecallError | undefined {
  if (error instanceof RecallError) return error;
  // From Express' own parsers: a body or an address that is malformed, too large, cut off, or in another encoding.
  const status = (error as { status?: unknown } | null)?.status;
  if (typeof status !== 'number' || status < 400 || status > 499) return undefined;
  return new RecallError('INVALID_PAYLOAD', `malformed request: ${(error as Error).message}`);
}

/** Of the route, without what stands in it: a user's id is nobody's business. */
const pathOf = ({ baseUrl, path, route }: Request): string => (route ? `${baseUrl}${route.path}` : path);

function internal(error: unknown, request: Request, log: Log): RecallError {
  const id = requestId() ?? randomUUID();
  log.error({ err: error, requestId: id, method: request.method, path: pathOf(request) }, 'a route failed');
  return new RecallError('INTERNAL', `something went wrong; the log has it as ${id}`);
}
