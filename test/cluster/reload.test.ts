import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, test, vi } from 'vitest';
import { Front } from '../support/front.ts';
import { freePort, RedisServer } from '../support/redis.ts';
import { inRedis, Party } from './party.ts';
import { quick } from './process.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

const run = promisify(execFile);
const home = mkdtempSync(join(tmpdir(), 'recall-pm2-'));
let redis: RedisServer | undefined;
let env: NodeJS.ProcessEnv;

/** PM2 with a daemon of its own. */
const pm2 = (...args: string[]) => run(process.execPath, ['node_modules/.bin/pm2', ...args], { env });

afterEach(async () => {
  await pm2('kill');
  await redis?.dispose();
  rmSync(home, { recursive: true, force: true });
});

test('pm2 reload replaces both processes under twenty players, and no match loses anything', async () => {
  redis = await RedisServer.start();
  const port = await freePort();
  env = {
    ...{
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      HOME: home,
      PM2_HOME: home,
      PM2_DISABLE_VERSION_CHECK: '1',
    },
    ...{
      REDIS_URL: redis.url,
      JWT_SECRET: 'a secret of more than thirty-two characters',
      DATA_DIR: join(home, 'data'),
    },
    ...{ HOST: '127.0.0.1', PORT: `${port}`, INSTANCES: '2', LOG_LEVEL: 'error', NODE_ENV: 'test', ...quick },
  };
  await pm2('start', 'ecosystem.config.js');
  const front = await Front.open([port, port + 1]);
  const waits: number[] = [];
  const onWait = (ms: number) => waits.push(ms);
  const parties: Party[] = [];
  for (let seed = 1; seed <= 10; seed++) {
    parties.push(
      await Party.begin({ urls: [front.url], seed, bots: 0, thinkMs: 250, onWait, room: { turn_time_limit: 10 } }),
    );
  }
  const started = await pids();
  await pm2('reload', 'ecosystem.config.js');
  expect((await pids()).filter((pid) => started.includes(pid))).toEqual([]);
  await Promise.all(parties.map((party) => party.finished()));

  const read = inRedis(redis.client());
  for (const party of parties) expect(await party.faults(read)).toEqual([]);
  const told = parties.flatMap(({ witnesses }) => witnesses.map((one) => one.told));
  expect(told).toHaveLength(20);
  // Each had to reconnect at least once: their process was replaced.
  expect(told.every((one) => one.filter(({ kind }) => kind === 'back').length > 1)).toBe(true);
  expect(Math.max(...waits)).toBeLessThan(10_000);
  front.close();
});

async function pids(): Promise<number[]> {
  const { stdout } = await pm2('jlist');
  return JSON.parse(stdout).map(({ pid }: { pid: number }) => pid);
}
