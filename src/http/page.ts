import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { matchMaker } from '@colyseus/core';
import express from 'express';
import type { Config } from '../config.ts';

/** Where web/build.mjs puts the page. */
const builtPage = fileURLToPath(new URL('../../dist/web', import.meta.url));

/** What a browser may ask the page for, and how it is sent. */
interface File {
  readonly type: string;
  readonly cacheControl: string;
  readonly etag: string;
  readonly plain: Buffer;
  /** By content encoding, the smallest first. */
  readonly packed: readonly (readonly [string, Buffer])[];
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const encodings = { br: '.br', gzip: '.gz' };

/** The browser table, at `/`. It is read into memory when it is first asked for. */
export function pageRoutes({ publicAddress }: Pick<Config, 'publicAddress'>, folder = builtPage): express.Router {
  const router = express.Router();
  const headers = securityHeaders(publicAddress !== undefined);
  let files: ReadonlyMap<string, File> | undefined;

  router.get(/^\/([\w.-]*|assets\/[\w.-]+)$/, (request, response, next) => {
    files ??= readPage(folder);
    const file = files?.get(request.path === '/' ? '/index.html' : request.path);
    if (!file) {
      if (request.path !== '/' || files) return next();
      response.status(503).type('text').send('The page is not built: start the server with `npm start`.');
      return;
    }
    response.removeHeader('Access-Control-Allow-Origin');
    response.set({ ...headers, 'Content-Type': file.type, 'Cache-Control': file.cacheControl, ETag: file.etag });
    response.vary('Accept-Encoding');
    if (request.fresh) {
      response.status(304).end();
      return;
    }
    const [encoding, body] = file.packed.find(([name]) => request.acceptsEncodings(name)) ?? [undefined, file.plain];
    if (encoding) response.set('Content-Encoding', encoding);
    response.end(body);
  });
  return router;
}

/**
 * The page runs its own scripts and styles alone, speaks to its own server alone, and is shown in no frame.
 * @param elsewhere whether a room may live on a process with another address, which then is for the WebSocket to reach
 */
function securityHeaders(elsewhere: boolean): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self'${elsewhere ? ' ws: wss:' : ''}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    'Content-Security-Policy': policy.join('; '),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  };
}

function readPage(folder: string): ReadonlyMap<string, File> | undefined {
  if (!existsSync(join(folder, 'index.html'))) return undefined;
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => extname(name) in types);
  return new Map(names.map((name) => [`/${name.replaceAll('\\', '/')}`, readFile(join(folder, name))]));
}

function readFile(path: string): File {
  const type = types[extname(path)] ?? '';
  const html = type.startsWith('text/html');
  const content = readFileSync(path);
  const plain = html ? withRoomTypes(content) : content;
  const packed = Object.entries(encodings).flatMap(([encoding, ending]) =>
    existsSync(path + ending) ? [[encoding, readFileSync(path + ending)] as const] : [],
  );
  return {
    type,
    // The names of assets have a hash of their content in them; the page names them.
    cacheControl: /[\\/]assets[\\/]/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
    etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
    plain,
    packed: html ? [] : packed,
  };
}

/** Tells the page which room types there are, so that it need not try. */
function withRoomTypes(html: Buffer): Buffer {
  const roomTypes = Object.keys(matchMaker.getAllHandlers()).join(' ');
  return Buffer.from(html.toString().replace(/(<meta name="rooms" content=")[^"]*/, `$1${roomTypes}`));
}
