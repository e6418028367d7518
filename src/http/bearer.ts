import type { IncomingMessage } from 'node:http';

/** The token of `Authorization: Bearer …`; undefined when there is none. */
export function bearerToken(request: IncomingMessage): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
}
