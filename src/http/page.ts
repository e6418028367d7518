import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import express from 'express';
import type { Config } from '../config.ts';

/** Where web/build.mjs puts the page. */
const builtPage = fileURLToPath(new URL('../../dist/web', import.meta.url));

/** What a browser may ask the page for, and how it is sent. */
interface File {
  readonly type: string;
  /** The scripts and styles in it, as its content security policy names them. */
  readonly inside: { readonly scripts: string; readonly styles: string };
  readonly etag: string;
  readonly plain: Buffer;
  /** By content encoding, the smallest first. */
  readonly packed: readonly (readonly [string, Buffer])[];
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const encodings = { br: '.br', gzip: '.gz' };

/**
 * The browser table, at `/`. It is read into memory when it is first asked for. The page has its script and its styles in
 * itself (web/build.mjs), so that one of any build works whichever process is asked next.
 */
export function pageRoutes({ publicAddress }: Pick<Config, 'publicAddress'>, folder = builtPage): express.Router {
  const router = express.Router();
  let files: ReadonlyMap<string, File> | undefined;

  router.get(/^\/[\w.-]*$/, (request, response, next) => {
    files ??= readPage(folder);
    const file = files?.get(request.path === '/' ? '/index.html' : request.path);
    if (!file) {
      if (request.path !== '/' || files) return next();
      response.status(503).type('text').send('The page is not built: run `npm run build`.');
      return;
    }
    response.removeHeader('Access-Control-Allow-Origin');
    response.set(policyOf(file.inside, publicAddress !== undefined));
    response.set({ 'Content-Type': file.type, 'Cache-Control': 'no-cache', ETag: file.etag });
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
 * The page runs the script and styles that it was built with alone, speaks to its own server alone, and is shown in no
 * frame.
 * @param elsewhere whether a room may live on a process with another address, which then is for the WebSocket to reach
 */
function policyOf({ scripts, styles }: File['inside'], elsewhere: boolean): Record<string, string> {
  const policy = [
    "default-src 'none'",
    `script-src ${scripts}`,
    `style-src ${styles}`,
    "img-src 'self'",
    `connect-src 'self'${elsewhere ? ' ws: wss:' : ''}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    'Content-Security-Policy': policy.join('; '),
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  };
}

function readPage(folder: string): ReadonlyMap<string, File> | undefined {
  if (!existsSync(join(folder, 'index.html'))) return undefined;
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => extname(name) in types);
  return new Map(names.map((name) => [`/${name.replaceAll('\\', '/')}`, readFile(join(folder, name))]));
}

function readFile(path: string): File {
  const plain = readFileSync(path);
  const packed = Object.entries(encodings).flatMap(([encoding, ending]) =>
    existsSync(path + ending) ? [[encoding, readFileSync(path + ending)] as const] : [],
  );
  return {
    type: types[extname(path)] ?? '',
    inside: insideOf(plain.toString()),
    etag: `"${sha256(plain).toString('base64url').slice(0, 22)}"`,
    plain,
    packed,
  };
}

/** By their hashes, as a policy lists them. */
function insideOf(html: string): File['inside'] {
  const hashes: Record<string, string[]> = { script: [], style: [] };
  for (const [, element = '', text = ''] of html.matchAll(/<(script|style)[^>]*>(.*?)<\/\1>/gs)) {
    hashes[element]?.push(`'sha256-${sha256(text).toString('base64')}'`);
  }
  const listed = (element: string) => hashes[element]?.join(' ') || "'none'";
  return { scripts: listed('script'), styles: listed('style') };
}

const sha256 = (content: string | Buffer): Buffer => createHash('sha256').update(content).digest();
