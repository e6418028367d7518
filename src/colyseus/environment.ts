import { Room } from '@colyseus/core';

/**
 * To load `colyseus` does things to this process. `@colyseus/tools` sets the environment anew: from /etc/environment, over
 * what was set, and from `.env` files beside and above the working folder; and it prints what it has found. But a server has
 * the settings that it was started with, and those of one `.env` (src/config.ts). And `@colyseus/auth` gives every room that
 * has no `onAuth` one that reads tokens by a secret of its own. So this is loaded before (colyseus.ts), and
 * `restoreEnvironment` called after it.
 */
const before = { ...process.env };
const { info } = console;
const { onAuth } = Room;
console.info = () => {};
process.env.DOTENV_CONFIG_QUIET = 'true';

/** Everything is as it was before `colyseus` was loaded. */
export function restoreEnvironment(): void {
  console.info = info;
  Room.onAuth = onAuth;
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
}
