import { matchMaker } from '@colyseus/core';
import type { Config } from '../config.ts';
import { requestIdHeader } from '../ops/requestId.ts';

const allowOrigin = 'Access-Control-Allow-Origin';

/**
 * Lets web pages of `ALLOWED_ORIGINS` read our answers, or of any origin where none is set. Colyseus asks this for every
 * HTTP answer, ours included.
 */
export function applyCors({ allowedOrigins }: Pick<Config, 'allowedOrigins'>): void {
  const { controller } = matchMaker;
  // Its default is `*` beneath what is answered here, and would let everybody in.
  delete (controller.DEFAULT_CORS_HEADERS as Record<string, string>)[allowOrigin];
  controller.getCorsHeaders = (headers: Headers): Record<string, string> => {
    const origin = headers.get('origin');
    const vary = { Vary: 'Origin', 'Access-Control-Expose-Headers': requestIdHeader };
    if (origin === null || (allowedOrigins && !allowedOrigins.includes(origin))) return vary;
    // Named, not `*`: the SDK sends its calls with credentials, and browsers refuse `*` for those.
    return { ...vary, [allowOrigin]: origin };
  };
}
