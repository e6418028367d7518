import express from 'express';
import type { Config } from '../config.ts';
import type { Log } from '../ops/log.ts';
import { addressGroup, addressOf } from '../people/address.ts';
import type { Identity } from '../people/identity.ts';
import type { Limit, Limits } from '../people/limit.ts';
import { keptSecret } from '../people/secrets.ts';
import { hashOfUser, isOperator, type User } from '../people/user.ts';
import { RecallError, tooMany } from '../protocol/errors.ts';
import { bearerToken } from './bearer.ts';
import { monitorCall } from './monitorCall.ts';
import { onOwnPage } from './ownPage.ts';
import { isSameText } from './sameText.ts';
import { whenOpened } from './whenOpened.ts';

/** The name and password that open `/monitor`. */
export interface MonitorAccess {
  user: string;
  password: string;
  /** Whether the server made the password; it is safe to print then. */
  made: boolean;
}

/**
 * Who may open `/monitor` by name and password: as set, or in development `operator` with a password that is made and
 * kept in `DATA_DIR`.
 * @returns undefined in production where none is set: then only a token with the role `operator` opens it.
 */
export function monitorAccess(config: Config): MonitorAccess | undefined {
  const { monitorUser: user, monitorPassword: password } = config;
  if (user !== undefined && password !== undefined) return { user, password, made: false };
  if (config.production) return undefined;
  return { user: 'operator', password: keptSecret(config.dataDir, 'monitor.password', 18), made: true };
}

/** Colyseus' dashboard for operators, read only but for closing a room and disconnecting a client. */
export function monitorRoutes(config: Config, identity: Identity, limits: Limits, log: Log): express.Router {
  const router = express.Router();
  router.use(onOwnPage, guard(config, identity, limits), monitorCall(log), whenOpened(load));
  return router;
}

async function load(): Promise<express.RequestHandler> {
  const { monitor } = await import('@colyseus/monitor');
  return monitor() as unknown as express.RequestHandler;
}

function guard(config: Config, identity: Identity, limits: Limits): express.RequestHandler {
  const access = monitorAccess(config);
  const attempts = limits('monitor', config.rateLimitMonitor, config.rateLimitWindowMs);

  return async (request, response, next) => {
    const token = bearerToken(request);
    if (!access) {
      const user = await operatorOf(token, identity);
      response.locals.operator = user && hashOfUser(user.id);
      return next(user ? undefined : 'router');
    }
    if (token !== undefined) {
      const user = await identity.verify(token);
      response.locals.operator = hashOfUser(user.id);
      if (isOperator(user)) return next();
      throw new RecallError('NOT_ALLOWED', 'the monitor is for the role `operator`');
    }

    const address = addressGroup(addressOf(request, config.trustProxy));
    response.locals.operator = access.user;
    if (await opens(access, request.headers.authorization, attempts, address)) return next();
    response.set('WWW-Authenticate', 'Basic realm="Recall monitor", charset="UTF-8"');
    throw new RecallError('UNAUTHENTICATED', 'sign in as the operator: MONITOR_USER and MONITOR_PASSWORD');
  };
}

/** Where no password opens the monitor, it is as if there were none, but for an operator's token. */
async function operatorOf(token: string | undefined, identity: Identity): Promise<User | undefined> {
  const user = await identity.verify(token).catch(() => undefined);
  return user && isOperator(user) ? user : undefined;
}

/** Whether the header opens the monitor. @throws RecallError TOO_MANY_ATTEMPTS after too many that didn't. */
async function opens(
  access: MonitorAccess,
  header: string | undefined,
  attempts: Limit,
  address: string,
): Promise<boolean> {
  const encoded = /^Basic +(\S+)$/i.exec(header ?? '')?.[1];
  // A browser asks once without: that is no attempt.
  if (encoded === undefined) return false;
  // Counted before it is looked at, so that many at once don't get through.
  const retryAfterMs = await attempts.use(address);
  if (retryAfterMs !== null) throw tooMany('TOO_MANY_ATTEMPTS', retryAfterMs);
  const right = isSameText(Buffer.from(encoded, 'base64').toString(), `${access.user}:${access.password}`);
  if (right) await attempts.giveBack(address);
  return right;
}
