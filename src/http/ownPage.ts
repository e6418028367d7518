import type { Request, RequestHandler } from 'express';
import { RecallError } from '../protocol/errors.ts';

/** Refuses what a page of another site asks for, and keeps answers from being read by one. */
export const onOwnPage: RequestHandler = (request, response, next) => {
  response.removeHeader('Access-Control-Allow-Origin');
  // What is in Colyseus' pages is not ours to list.
  response.set('Content-Security-Policy', "frame-ancestors 'none'");
  response.set('X-Frame-Options', 'DENY');
  if (isForeign(request)) {
    throw new RecallError('NOT_ALLOWED', 'this page does not answer other sites: type its address yourself');
  }
  next();
};

function isForeign(request: Request): boolean {
  const site = request.get('Sec-Fetch-Site');
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  // Browsers leave it out on plain HTTP, but for localhost. There the page that asks for data must be ours.
  const byBrowser = /^Mozilla\//.test(request.get('User-Agent') ?? '');
  return byBrowser && request.path.startsWith('/api') && hostOf(request.get('Referer')) !== request.get('Host');
}

function hostOf(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url).host : undefined;
}
