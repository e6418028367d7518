// npm run cluster: two processes and a Redis of their own, as ecosystem.config.js runs them. Ctrl-C stops all.
// INSTANCES, PORT, DATA_DIR and every other setting come from the environment; REDIS_URL takes a Redis that runs already.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { listens } from '../harness/listens.ts';

const { INSTANCES = '2', PORT = '2567', LOG_LEVEL = 'warn' } = process.env;
const folder = resolve(process.env.DATA_DIR ?? 'data/cluster');
const running: ChildProcess[] = [];

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end(0));

const ports = Array.from({ length: Number(INSTANCES) }, (_, i) => Number(PORT) + i);
for (const port of ports) {
  if (!(await listens(port))) continue;
  console.error(`Port ${port} is taken: another program listens there. Set PORT, or end that one`);
  process.exit(1);
}
const REDIS_URL = process.env.REDIS_URL ?? (await startRedis());
const pm2 = run(process.execPath, ['node_modules/.bin/pm2-runtime', 'start', 'ecosystem.config.js'], {
  ...{ ...process.env, INSTANCES, PORT, LOG_LEVEL, REDIS_URL, DATA_DIR: folder },
  PM2_HOME: join(folder, 'pm2'),
});
pm2.once('exit', () => void end(1));

await Promise.all(ports.map(answers));
const lines = [
  `Recall runs as ${INSTANCES} processes on one Redis. Each of these leads to every room:`,
  ...ports.map((port) => `  http://localhost:${port}`),
  `  Redis        ${REDIS_URL}`,
  `  data         ${folder}`,
  'Kill one of them (kill -9) in the middle of a match, and play on. Ctrl-C stops all.',
];
console.log(lines.join('\n'));

/** Keeps what it is told in `folder`, as a production Redis does. @returns its address. */
async function startRedis(): Promise<string> {
  const dir = join(folder, 'redis');
  mkdirSync(dir, { recursive: true });
  const port = `${await freePort()}`;
  const settings = { port, dir, bind: '127.0.0.1', appendonly: 'yes', appendfsync: 'always', save: '' };
  const redis = run(
    'redis-server',
    Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
  );
  redis.once('exit', () => void end(1));
  await answers(Number(port));
  return `redis://127.0.0.1:${port}`;
}

/** In a group of its own: Ctrl-C would end Redis before the rooms are handed over to it. */
function run(command: string, args: readonly string[], env = process.env): ChildProcess {
  const stdio = command === 'redis-server' ? 'ignore' : 'inherit';
  const child = spawn(command, args, { env, stdio: ['ignore', stdio, 'inherit'], detached: true });
  running.push(child);
  return child;
}

let ending = false;

/** The last first, each when the one before has ended. A second Ctrl-C changes nothing: something would stay behind. */
async function end(code: number): Promise<void> {
  if (ending) return;
  ending = true;
  for (let child = running.pop(); child; child = running.pop()) {
    child.removeAllListeners('exit');
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGINT');
    await once(child, 'exit');
  }
  process.exit(code);
}

/** @returns when somebody listens there. */
async function answers(port: number): Promise<void> {
  while (!(await listens(port))) await pause(100);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  return port;
}
