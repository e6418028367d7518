import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { killWithThisProcess } from '../../harness/child.ts';
import { freePort } from '../../harness/ports.ts';
import { RedisServer } from '../../harness/redis.ts';
import { settings } from '../../src/config.ts';
import { misconfiguredExitCode } from '../../src/ops/misconfigured.ts';
import { misspelt } from '../../src/ops/misspelt.ts';
import { bareEnvironment } from '../support/environment.ts';

let redis: RedisServer | undefined;
afterEach(() => redis?.dispose());

interface End {
  readonly code: number | null;
  /** All that it said. */
  readonly lines: readonly string[];
}

/** Starts the server with these settings, of which one is wrong. @returns when it has ended. */
async function started(settings: Record<string, string>, file = 'src/main.ts'): Promise<End> {
  const env = { ...bareEnvironment(), PORT: `${await freePort()}`, ...settings };
  const server = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  killWithThisProcess(server);
  let said = '';
  for (const output of [server.stdout, server.stderr]) output.on('data', (data) => (said += data));
  const [code] = await once(server, 'close');
  return { code, lines: said.trimEnd().split('\n') };
}

test('a mistake in the settings is one line, and ends the process with a code that PM2 stops at', async () => {
  redis = await RedisServer.start({ requirepass: 'sesame' });
  const address = redis.url.replace('redis://', '');
  const told = [
    /^DATA_DIR must be a folder .*\/proc/,
    /^DATA_DIR must be a folder: package.json is a file$/,
    /^Redis refuses the user or the password/,
    /^Redis refuses/,
    /^Redis refuses/,
  ];
  const ends = await Promise.all([
    started({ DATA_DIR: '/proc/recall' }),
    started({ DATA_DIR: 'package.json' }),
    started({ REDIS_URL: `redis://:wrong@${address}` }),
    started({ REDIS_URL: redis.url }),
    started({ REDIS_URL: `redis+cluster://:wrong@${address}` }),
  ]);
  for (const [i, { code, lines }] of ends.entries()) {
    expect(lines).toEqual([expect.stringMatching(told[i] as RegExp)]);
    expect(code).toBe(misconfiguredExitCode);
  }
  const { apps } = await import('../../ecosystem.config.js' as string);
  expect(apps[0].stop_exit_codes).toEqual([misconfiguredExitCode]);
});

test('a setting that is wrong is named with what it may be, and one that is misspelt with the one that was meant', async () => {
  const { code, lines } = await started({ ROOM_TLL_S: '60', PORT: 'http' });
  expect(lines).toEqual([
    'ROOM_TLL_S is no setting, and has no effect: ROOM_TTL_S is one',
    'The settings have mistakes:',
    "PORT must be a whole number from 0 to 65535, got 'http'",
  ]);
  expect(code).toBe(misconfiguredExitCode);
});

test('a port that is taken is one line, for a cluster as well, and may be tried again', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  const ends = await Promise.all([
    started({ PORT: `${port}` }),
    // The second of its ports is this one; it starts nothing that would stay behind.
    started({ PORT: `${port - 1}` }, 'scripts/cluster.ts'),
  ]);
  other.close();
  const line = `Port ${port} is taken: another program listens there. Set PORT, or end that one`;
  for (const end of ends) expect(end).toEqual({ code: 1, lines: [line] });
});

test('names that only resemble a setting are left alone', () => {
  const known = settings.map(({ name }) => name);
  const others = [
    'PATH',
    'HOME',
    'POST',
    'HOSTNAME',
    'LOGNAME',
    'NODE_OPTIONS',
    'PM2_HOME',
    'PGPORT',
    'SHELL',
    ...known,
  ];
  expect(misspelt(others, known)).toEqual([]);
  expect(misspelt(['REDIS_ULR', 'JWTSECRET', 'DATADIR'], known)).toEqual([
    ['REDIS_ULR', 'REDIS_URL'],
    ['JWTSECRET', 'JWT_SECRET'],
    ['DATADIR', 'DATA_DIR'],
  ]);
  expect(misspelt(['PROT', 'max_turns'], known)).toEqual([
    ['PROT', 'PORT'],
    ['max_turns', 'MAX_TURNS'],
  ]);
});
