import type { Application, RequestHandler } from 'express';
import type { Erasing } from '../cluster/erasing.ts';
import type { RoomIndex } from '../cluster/roomIndex.ts';
import type { Config } from '../config.ts';
import type { Journal } from '../journal/journal.ts';
import type { Log } from '../ops/log.ts';
import type { Buckets } from '../people/bucket.ts';
import type { Identity } from '../people/identity.ts';
import type { Limits } from '../people/limit.ts';
import type { PresenceStore } from '../people/presence.ts';
import type { CountRequest } from '../people/requests.ts';
import type { Revocations } from '../people/revocations.ts';
import type { Sessions } from '../people/sessions.ts';
import type { UserRooms } from '../people/userRooms.ts';
import { type AdminSources, adminRoutes } from './admin.ts';
import { authRoutes } from './auth.ts';
import { applyCors } from './cors.ts';
import { type Health, healthRoutes } from './health.ts';
import { metricsRoute } from './metrics.ts';
import { monitorRoutes } from './monitor.ts';
import { openapiRoute } from './openapi.ts';
import { onOwnPage } from './ownPage.ts';
import { pageRoutes } from './page.ts';
import { onThisMachine, playgroundRoutes } from './playground.ts';
import { answerRefusals, nothingHere } from './refusal.ts';
import { limitRequests, limitSignOuts } from './requestLimit.ts';
import { roomRoutes } from './rooms.ts';
import { userRoutes } from './users.ts';

/** What the routes work with. */
export interface HttpDeps {
  config: Config;
  identity: Identity;
  revocations: Revocations;
  index: RoomIndex;
  journal: Pick<Journal, 'expiriesOf'>;
  userRooms: UserRooms;
  presenceStore: PresenceStore;
  sessions: Sessions;
  audit: AdminSources['audit'];
  /** What an operator does with rooms and processes. */
  control: AdminSources['control'];
  limits: Limits;
  buckets: Buckets;
  countRequest: CountRequest;
  erasing: Erasing;
  log: Log;
  /** Looks how this process is. */
  health: () => Promise<Health>;
  /** Sets the metrics that are looked up when somebody asks. */
  showMetrics: () => Promise<void>;
}

/** Mounts every route on the Express application that Colyseus passes to its `express` option. */
export function httpRoutes(app: Application, deps: HttpDeps): void {
  const { config, identity, limits, log } = deps;
  applyCors(config);
  app.disable('x-powered-by');
  const byRequests = limitRequests(config, identity, limits, deps.countRequest);
  const limited = [byRequests, uncached];
  const signOut = [limitSignOuts(config, identity, limits, byRequests), uncached];
  app.use(healthRoutes(deps.health));
  app.get('/openapi.json', openapiRoute(config.minTurnTimeLimitS));
  app.use(metricsRoute(config, uncached, deps.showMetrics));
  app.use('/auth', authRoutes(deps, { limited, signOut }));
  app.use('/monitor', monitorRoutes(config, identity, limits, log));
  app.use('/admin', limited, adminRoutes(deps));
  app.use('/rooms', limited, roomRoutes(deps, identity));
  app.use('/users', limited, userRoutes(deps, identity));
  if (!config.production) app.use('/playground', onThisMachine(config), onOwnPage, playgroundRoutes());
  app.use(pageRoutes(config));
  app.use(nothingHere);
  app.use(answerRefusals(log));
}

/** What is true now and for this user. */
const uncached: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store');
  next();
};
