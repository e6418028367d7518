import type { RequestHandler } from 'express';

/** What few ever open is loaded when somebody does: a process that starts after a crash has no time for it. */
export function whenOpened(load: () => Promise<RequestHandler>): RequestHandler {
  let handler: Promise<RequestHandler> | undefined;
  return async (request, response, next) => {
    handler ??= load();
    (await handler)(request, response, next);
  };
}
