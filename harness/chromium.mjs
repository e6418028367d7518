// Plain JavaScript for Node 20: install.mjs asks before Node 24 is there.
import { existsSync } from 'node:fs';

/** The one without windows first: the same browser, at half the cost. */
const places = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];

/**
 * Where the browser is that tests and scripts drive: CHROMIUM, or where Debian puts it.
 *
 * @returns {string | undefined} undefined where there is none
 */
export const chromiumPath = () => [process.env.CHROMIUM ?? places].flat().find((path) => existsSync(path));
