import express from 'express';

/** What is wrong with a part of this process, in a few words, by its name; null where nothing is. */
export type Health = Readonly<Record<string, string | null>>;

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

  router.get('/live', (_request, response) => void response.json({ live: true }));
  router.get('/ready', async (_request, response) => {
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
