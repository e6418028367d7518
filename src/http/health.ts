import type express from 'express';
import type { Response } from 'express';
import type { HealthPart, RouteAnswers } from '../protocol/http.ts';
import { asSpelt } from './asSpelt.ts';

/** What is wrong with each part of this process, in a few words; null where nothing is. */
export type Health = { readonly [Part in HealthPart]?: string | null };

/** Anyone may ask: what was found is good for so long, ms, so that the journal isn't asked each time. */
const goodForMs = 200;

/** As `look`, but for who asks again soon, who gets the same. */
export function sometimes<T>(look: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | undefined;
  let foundAt = Number.NEGATIVE_INFINITY;
  return () => {
    if (found && performance.now() - foundAt <= goodForMs) return found;
    foundAt = performance.now();
    found = look();
    return found;
  };
}

/**
 * For whoever starts, watches and balances processes: `/health/live` answers as long as the process can answer at all;
 * `/health/ready` says whether it should be given players, and what is amiss. `/livez` and `/readyz` are the same.
 */
export function healthRoutes(look: () => Promise<Health>): express.Router {
  const router = asSpelt();
  router.get(['/health/live', '/livez'], (_request, response: Response<RouteAnswers['GET /health/live']>) => {
    response.set('Cache-Control', 'no-store').json({ live: true });
  });
  router.get(['/health/ready', '/readyz'], async (_request, response: Response<RouteAnswers['GET /health/ready']>) => {
    const health = Object.entries(await look());
    const ready = health.every(([, trouble]) => trouble === null);
    const parts = Object.fromEntries(health.map(([part, trouble]) => [part, trouble ?? 'ok']));
    response.set('Cache-Control', 'no-store');
    response.status(ready ? 200 : 503).json({ ready, ...parts });
  });
  return router;
}
