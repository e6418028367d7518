import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from 'helmet';
import type { Config } from '../config.ts';
import type { Gate } from '../ops/gates.ts';

/** Half a year, s. Of subdomains the server says nothing: they are not its own. */
const httpsForS = 15_552_000;

/**
 * The headers of every answer, Colyseus' own among them: what is no page of ours may load and run nothing, and nothing is
 * shown in a frame. Pages set a policy of their own (page.ts, ownPage.ts).
 */
export function securityHeaders({ production }: Pick<Config, 'production'>): Gate {
  const setHeaders = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"], frameAncestors: ["'none'"] },
    },
    // Browsers look at it over HTTPS alone.
    strictTransportSecurity: production && { maxAge: httpsForS, includeSubDomains: false },
    xFrameOptions: { action: 'deny' },
  });
  return (event, args, pass) => {
    if (event !== 'request') return pass();
    const [request, response] = args as readonly [IncomingMessage, ServerResponse];
    setHeaders(request, response, () => {});
    return pass();
  };
}
