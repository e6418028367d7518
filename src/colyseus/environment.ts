/**
 * `colyseus` brings `@colyseus/tools`, which sets this process' environment anew as soon as it is loaded: from
 * /etc/environment, over what was set, and from `.env` files beside and above the working folder; and it prints what it has
 * found. This server has the settings that it was started with, and those of one `.env` (src/config.ts). So this module is
 * loaded before `colyseus`, and `restoreEnvironment` is called when all is loaded.
 */
const before = { ...process.env };
const { info } = console;
console.info = () => {};
process.env.DOTENV_CONFIG_QUIET = 'true';

/** Everything is as it was before `colyseus` was loaded. */
export function restoreEnvironment(): void {
  console.info = info;
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
}
