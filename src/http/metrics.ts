import type { RequestHandler, Router } from 'express';
import type { Config } from '../config.ts';
import { registry } from '../ops/metrics.ts';
import { RecallError } from '../protocol/errors.ts';
import { asSpelt } from './asSpelt.ts';
import { bearerToken } from './bearer.ts';
import { isSameText } from './sameText.ts';
import { isFromThisMachine } from './thisMachine.ts';

/**
 * What this process counts, in Prometheus' own form: for who has `METRICS_TOKEN`, or without one, for this machine alone.
 * @param uncached stands before it
 * @param show sets what is shown as it is
 */
export function metricsRoute(config: Config, uncached: RequestHandler, show: () => Promise<void>): Router {
  const { metricsToken } = config;
  return asSpelt().get('/metrics', uncached, async (request, response) => {
    if (metricsToken === undefined) {
      if (!isFromThisMachine(request, config))
        throw new RecallError('NOT_ALLOWED', 'metrics are for this machine alone: set METRICS_TOKEN');
    } else if (!isSameText(bearerToken(request) ?? '', metricsToken)) {
      response.set('WWW-Authenticate', 'Bearer realm="Recall metrics"');
      throw new RecallError('UNAUTHENTICATED', 'send METRICS_TOKEN as `Authorization: Bearer …`');
    }
    await show();
    response.type(registry.contentType).send(await registry.metrics());
  });
}
