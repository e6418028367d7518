import type { IncomingMessage, ServerResponse } from 'node:http';
import { matchMaker } from '@colyseus/core';
import type { Gate } from '../ops/gates.ts';
import { type Code, codes } from '../protocol/errors.ts';
import { maxFrameBytes } from '../protocol/fromClient.ts';

/**
 * Stands before Colyseus' HTTP listeners and keeps away what they stumble over:
 * - an address or a host that is none: they throw, which nobody catches, and the process would end;
 * - the body of a matchmaking call is read here: they would read one of any size, and pass over the options, without a
 *   word, of one whose type isn't said to be JSON. A room meant to be private would be open to all.
 */
export const guardRequests: Gate = (event, args, pass) => {
  if (event !== 'request' && event !== 'upgrade') return pass();
  const request = args[0] as IncomingMessage;
  takeOriginForm(request);
  if (!isAddressed(request)) {
    request.socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  } else if (event === 'request' && request.method === 'POST' && request.url?.startsWith('/matchmake/')) {
    readOptions(request).then(pass, (error: Error) =>
      refuse(request, args[1] as ServerResponse, 'INVALID_OPTIONS', error.message),
    );
  } else {
    pass();
  }
  return true;
};

/** A target may come with its scheme and host, which stand above the header then (RFC 9112, 3.2.2). */
function takeOriginForm(request: IncomingMessage): void {
  const [, host, path] = /^https?:\/\/([^/?#]+)(.*)$/i.exec(request.url ?? '') ?? [];
  if (host === undefined || path === undefined) return;
  request.url = path.startsWith('/') ? path : `/${path}`;
  request.headers.host = host;
}

function isAddressed({ url = '', headers }: IncomingMessage): boolean {
  // A chain of proxies makes a list of it, which is no scheme.
  const forwarded = headers['x-forwarded-proto'];
  if (forwarded !== undefined) headers['x-forwarded-proto'] = /^https\b/.test(String(forwarded)) ? 'https' : 'http';
  const { host = 'localhost' } = headers;
  return /^[\w.:[\]-]+$/.test(host) && url.startsWith('/') && URL.canParse(`http://${host}${url}`);
}

/** Leaves the options in `request.body`, where Colyseus takes them from. @throws Error where they are no JSON, or too long. */
async function readOptions(request: IncomingMessage & { body?: string }): Promise<void> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > maxFrameBytes) throw new Error(`the options must be at most ${maxFrameBytes} bytes`);
    chunks.push(chunk);
  }
  request.body = Buffer.concat(chunks).toString() || '{}';
  try {
    JSON.parse(request.body);
  } catch {
    throw new Error('the options must be JSON');
  }
  request.headers['content-type'] = 'application/json';
}

/** Answers a matchmaking call as Colyseus' route does it. */
export function refuse({ headers }: IncomingMessage, response: ServerResponse, code: Code, message: string): void {
  const { controller } = matchMaker;
  // Else a page of another origin could not read why.
  const cors = controller.getCorsHeaders(new Headers(headers as Record<string, string>));
  const json = { 'Content-Type': 'application/json', Connection: 'close' };
  response.writeHead(codes[code], { ...controller.DEFAULT_CORS_HEADERS, ...cors, ...json });
  response.end(JSON.stringify({ code: codes[code], error: `${code}: ${message}` }));
}
