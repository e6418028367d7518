import express, { type Response } from 'express';
import type { HealthPart, RouteAnswers } from '../protocol/http.ts';

/** What is wrong with each part of this process, in a few words; null where nothing is. */
export type Health = { readonly [Part in HealthPart]?: string | null };

/** Anyone may ask: what was found is good for so long, ms, so that Redis isn't asked each time. */
const goodForMs = 200;

/**
 * For whoever starts, watches and balances processes: `/health/live` answers as long as the process can answer at all;
 * `/health/ready` says whether it should be given players, and what is amiss.
 */
export function healthRoutes(look: () => Promise<Health>): express.Router {
  const router = express.Router();
  let found: Promise<Health> | undefined;
  let foundAt = Number.NEGATIVE_INFINITY;

  router.get('/live', (_request, response: Response<RouteAnswers['GET /health/live']>) => {
    response.json({ live: true });
  });
  router.get('/ready', async (_request, response: Response<RouteAnswers['GET /health/ready']>) => {
    if (performance.now() - foundAt > goodForMs) {
      foundAt = performance.now();
      found = look();
    }
    const health = Object.entries((await found) ?? {});
    const ready = health.every(([, trouble]) => trouble === null);
    const parts = Object.fromEntries(health.map(([part, trouble]) => [part, trouble ?? 'ok']));
    response.status(ready ? 200 : 503).json({ ready, ...parts });
  });
  return router;
}
