import { resolve } from 'node:path';
import { createApp } from './app.config.ts';
import { type Config, loadEnvFile, readConfig } from './config.ts';
import { monitorAccess } from './http/monitor.ts';

/** Starts this process: settings, server, what to tell the one who started it, and a clean end. */

try {
  await start();
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}

async function start(): Promise<void> {
  loadEnvFile('.env');
  const config = readConfig(process.env);
  const app = createApp(config);
  const { log } = app.services;

  // A fault in one room, or in what one client sent, is no reason to end the games of all others.
  process.on('uncaughtException', (error) => log.error({ err: error }, 'an error that nobody caught'));
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'a rejection that nobody caught'));

  const port = await app.listen();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      log.info({ signal }, 'stopping');
      app.stop().then(
        () => process.exit(0),
        (error) => {
          log.error({ err: error }, 'stopping failed');
          process.exit(1);
        },
      );
    });
  }
  console.log(greeting(config, port));
  process.send?.('ready');
}

function greeting(config: Config, port: number): string {
  const everywhere = config.host === undefined || ['0.0.0.0', '::'].includes(config.host);
  const host = everywhere ? 'localhost' : (config.host as string);
  const at = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const lines = [
    `Recall serves on ${at}`,
    `  play         ${at}/`,
    ...(config.production ? [] : [`  by hand      ${at}/playground`]),
    `  monitor      ${at}/monitor (${whoMayMonitor(config)})`,
    `  data         ${resolve(config.dataDir)}`,
  ];
  return lines.join('\n');
}

function whoMayMonitor(config: Config): string {
  const access = monitorAccess(config);
  if (!access) return 'with a token of the role operator; set MONITOR_USER and MONITOR_PASSWORD for a password';
  return access.made ? `user ${access.user}, password ${access.password}` : `user ${access.user}, with your password`;
}
