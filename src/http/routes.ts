import type { Application } from 'express';
import type { Config } from '../config.ts';
import type { Log } from '../ops/log.ts';
import type { Identity } from '../people/identity.ts';
import type { Revocations } from '../people/revocations.ts';
import { authRoutes } from './auth.ts';
import { applyCors } from './cors.ts';
import { monitorRoutes } from './monitor.ts';
import { pageRoutes } from './page.ts';
import { playgroundRoutes } from './playground.ts';
import { answerRefusals } from './refusal.ts';

/** What the routes work with. */
export interface HttpDeps {
  config: Config;
  identity: Identity;
  revocations: Revocations;
  log: Log;
}

/** Mounts every route on the Express application that Colyseus passes to its `express` option. */
export function httpRoutes(app: Application, { config, identity, revocations, log }: HttpDeps): void {
  applyCors(config);
  app.disable('x-powered-by');
  app.use('/auth', authRoutes(config, identity, revocations));
  app.use('/monitor', monitorRoutes(config, identity));
  if (!config.production) app.use('/playground', playgroundRoutes());
  app.use(pageRoutes(config));
  app.use(answerRefusals(log));
}
