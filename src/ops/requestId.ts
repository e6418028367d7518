import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Gate } from './gates.ts';

/** The header of an answer by which its lines in the log are found, and of a request that a proxy has named already. */
export const requestIdHeader = 'X-Request-Id';

const current = new AsyncLocalStorage<string>();
const idForm = /^[\w-]{8,64}$/;

/**
 * Names each request, in its answer too.
 * @param mayName whether the name that a request brings is taken: a stranger's could be anybody's
 */
export function nameRequests(mayName: (request: IncomingMessage) => boolean): Gate {
  return (event, args, pass) => {
    if (event !== 'request') return pass();
    const [request, response] = args as readonly [IncomingMessage, ServerResponse];
    const named = request.headers[requestIdHeader.toLowerCase()];
    const id = typeof named === 'string' && idForm.test(named) && mayName(request) ? named : randomUUID();
    response.setHeader(requestIdHeader, id);
    return current.run(id, pass);
  };
}

/**
 * The name of the request that is being answered. What outlives its request has it too: it is for lines about the request
 * alone.
 */
export const requestId = (): string | undefined => current.getStore();
