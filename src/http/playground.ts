import { randomBytes } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Config } from '../config.ts';
import { RecallError } from '../protocol/errors.ts';
import { isFromThisMachine } from './thisMachine.ts';
import { whenOpened } from './whenOpened.ts';

/**
 * Colyseus' page to try rooms by hand; for development only. It changes what every room sends to who joins it: one reason
 * more not to load it before somebody opens it.
 */
export const playgroundRoutes = (): RequestHandler => whenOpened(load);

/** The playground lists every room, private ones too: it is for who sits at this machine, unless a setting says otherwise. */
export function onThisMachine(config: Config): RequestHandler {
  return (request, _response, next) => {
    if (config.playgroundAnywhere || isFromThisMachine(request, config)) return next();
    throw new RecallError('NOT_ALLOWED', 'the playground answers this machine alone: set PLAYGROUND_ANYWHERE=true');
  };
}

async function load(): Promise<RequestHandler> {
  const [{ playground }, { auth, JWT }] = await Promise.all([import('@colyseus/playground'), import('@colyseus/auth')]);
  // It offers a guest's sign-in only where it sees a secret here. Ours is in people/identity.ts; this one signs nothing.
  JWT.settings.secret = randomBytes(32).toString('hex');
  // And a form for a sign-in by e-mail unless this is gone.
  Object.assign(auth.settings, { onRegisterWithEmailAndPassword: undefined });
  return playground() as unknown as RequestHandler;
}
