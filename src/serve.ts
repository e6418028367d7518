import { once } from 'node:events';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { createApp } from './app.config.ts';
import { type Config, loadEnvFile, readConfig, redisOf, settings } from './config.ts';
import { monitorAccess } from './http/monitor.ts';
import { reachRedis } from './journal/redisCheck.ts';
import { switchLevel } from './ops/level.ts';
import { createLog, inTerminal, type Log } from './ops/log.ts';
import { collectProcess } from './ops/metrics.ts';
import { Misconfigured, misconfiguredExitCode } from './ops/misconfigured.ts';
import { misspelt } from './ops/misspelt.ts';
import { version } from './ops/version.ts';

/** Starts this process: settings, server, what to tell the one who started it, and a clean end. */

try {
  await start();
} catch (error) {
  console.error((error as Error).message);
  process.exit(error instanceof Misconfigured ? misconfiguredExitCode : 1);
}

async function start(): Promise<void> {
  loadEnvFile('.env');
  const known = settings.flatMap(({ variables }) => variables);
  for (const [name, meant] of misspelt(Object.keys(process.env), known)) {
    console.error(`${name} is no setting, and has no effect: ${meant} is one`);
  }
  const config = readConfig(process.env);
  await findPortFree(config);
  const redis = redisOf(config);
  if (redis) await reachRedis(redis);
  collectProcess();
  const log = createLog(config.logLevel, await inTerminal(config.production));
  const app = createApp(config, { log });
  switchLevel(log);

  // A fault in one room, or in what one client sent, is no reason to end the games of all others.
  process.on('uncaughtException', (error) => log.error({ err: error }, 'an error that nobody caught'));
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'a rejection that nobody caught'));

  const endTraces = await beginTraces(config, app.processId, log);
  const port = await app.listen();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      log.info({ signal }, 'stopping');
      const stopped = app.stop().then(endTraces);
      stopped.then(
        () => {
          log.info('stopped');
          process.exit(0);
        },
        (error) => {
          log.error({ err: error }, 'stopping failed');
          process.exit(1);
        },
      );
    });
  }
  const at = addressOf(config, port);
  // Whatever is logged: whoever starts it waits for this.
  if (config.production) createLog('info').info({ process: app.processId, url: at, version }, 'serving');
  else console.log(greeting(config, at));
  process.send?.('ready');
}

/** @returns what sends the rest. */
async function beginTraces(config: Config, processId: string, log: Log): Promise<() => Promise<void>> {
  const { tracesEndpoint: endpoint, tracesShare: share } = config;
  if (endpoint === undefined) return async () => {};
  // Only then: it is a lot to load.
  const { startTracing } = await import('./ops/tracing.ts');
  return startTracing({ endpoint, share, processId, log });
}

/** @throws Error one line where another program listens there: found later, it would have begun already. */
async function findPortFree({ port, host }: Config): Promise<void> {
  const probe = createServer().listen(port, host);
  try {
    await once(probe, 'listening');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new Error(`Port ${port} is taken: another program listens there. Set PORT, or end that one`);
    if (code === 'EACCES') throw new Misconfigured(`Port ${port} is not for this user to listen on: set PORT`);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new Misconfigured(`HOST is no address of this machine: ${message}`);
    throw error;
  }
  probe.close();
  await once(probe, 'close');
}

function addressOf(config: Config, port: number): string {
  const everywhere = config.host === undefined || ['0.0.0.0', '::'].includes(config.host);
  const host = everywhere ? 'localhost' : (config.host as string);
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function greeting(config: Config, at: string): string {
  const lines = [
    `Recall serves on ${at}`,
    `  play         ${at}/`,
    `  by hand      ${at}/playground`,
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
