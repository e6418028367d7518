import type { RequestHandler } from 'express';
import helmet from 'helmet';
import type { Config } from '../config.ts';

/** Half a year, s. Of subdomains the server says nothing: they are not its own. */
const httpsForS = 15_552_000;

/**
 * The headers of every answer: what is no page of ours may load and run nothing, and nothing is shown in a frame. Pages
 * set a policy of their own (page.ts, ownPage.ts).
 */
export const securityHeaders = ({ production }: Pick<Config, 'production'>): RequestHandler =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"], frameAncestors: ["'none'"] },
    },
    // Browsers look at it over HTTPS alone.
    strictTransportSecurity: production && { maxAge: httpsForS, includeSubDomains: false },
    xFrameOptions: { action: 'deny' },
  });
