import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { Client } from '@colyseus/sdk';
import { afterEach, expect, test } from 'vitest';
import { openDatabase } from '../src/journal/database.ts';
import { SqliteJournal } from '../src/journal/sqlite.ts';
import { closeCodes } from '../src/protocol/errors.ts';
import { temporaryFolder } from './people/folder.ts';
import { bareEnvironment } from './support/environment.ts';

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

/** Starts the server as `npm start` does, with these settings and no others. */
function start(settings: Record<string, string>, cwd = '.', { terminal = false } = {}) {
  const env = { ...bareEnvironment(), PORT: '0', ...settings };
  const main = [process.execPath, resolve('src/main.ts')];
  const [command = '', ...args] = terminal ? ['script', '-qefc', main.join(' '), '/dev/null'] : main;
  const child = spawn(command, args, { env, cwd, stdio: 'pipe' });
  started.push(child);
  const said = { out: '', error: '' };
  child.stdout.on('data', (text) => (said.out += text));
  child.stderr.on('data', (text) => (said.error += text));
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  /** The address that it tells in the terminal, once it serves. */
  async function address(): Promise<string> {
    const seen = () => /Recall serves on (http:\S+)/.exec(said.out)?.[1];
    while (seen() === undefined && child.exitCode === null) await Promise.race([once(child.stdout, 'data'), exit]);
    return seen() ?? expect.fail(`it ended: ${said.error}`);
  }
  return { child, said, exit, address };
}

test('who starts it is told what to open, who may enter the monitor, and where the data lies', async () => {
  const folder = temporaryFolder();
  const { said, address } = start({ DATA_DIR: folder });
  const url = await address();
  expect(said.out).toContain(`${url}/playground`);
  expect(said.out).toContain(resolve(folder));

  const [, monitor = '', user, password] = /(http:\S+\/monitor) \(user (\w+), password (\S+)\)/.exec(said.out) ?? [];
  expect((await fetch(monitor)).status).toBe(401);
  const headers = { Authorization: `Basic ${btoa(`${user}:${password}`)}` };
  expect((await fetch(`${monitor}/`, { headers })).status).toBe(200);
});

test('in production each line is JSON, and SIGUSR2 has the log say everything, until the next one', async () => {
  const production = { NODE_ENV: 'production', JWT_SECRET: 'a secret of more than thirty-two characters' };
  const { child, said, exit } = start({ ...production, LOG_LEVEL: 'warn' });
  const lines = () =>
    said.out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  const messages = () => lines().map(({ msg, to }) => to ?? msg);
  const hears = (...expected: string[]) => expect.poll(messages).toEqual(expected);
  await hears('serving');
  const call = () => fetch(`${lines()[0].url}/matchmake/create/recall`, { method: 'POST', body: '{}' });
  await call();
  child.kill('SIGUSR2');
  await hears('serving', 'debug');
  await call();
  await hears('serving', 'debug', 'a call for a seat was refused');
  child.kill('SIGUSR2');
  await hears('serving', 'debug', 'a call for a seat was refused', 'warn');
  await call();
  child.kill('SIGTERM');
  expect(await exit).toBe(0);
  expect(messages()).toHaveLength(4);
  expect(said.error).toBe('');
});

test.runIf(process.platform === 'linux')('in a terminal the log is for people', async () => {
  const { child, said, exit, address } = start({ LOG_LEVEL: 'info' }, '.', { terminal: true });
  await address();
  const interrupt = '\x03';
  child.stdin.write(interrupt);
  await exit;
  expect(said.out).toMatch(/INFO.*stopping/);
  expect(said.out).not.toContain('{"level"');
});

test('it has the settings that it was started with, whatever files Colyseus looks for, and says nothing of those', async () => {
  const folder = temporaryFolder();
  const inner = join(folder, 'inner');
  mkdirSync(inner);
  for (const where of [folder, inner]) writeFileSync(join(where, '.env.development'), 'LEASE_S=never\nHOST=nowhere\n');
  const { said, address } = start({}, inner);
  await address();
  expect(said.out).not.toContain('env');
  expect(said.error).toBe('');
});

test.each(['SIGTERM', 'SIGINT'] as const)('%s ends it cleanly, with players in a room', async (signal) => {
  const folder = temporaryFolder();
  const first = start({ DATA_DIR: folder });
  const client = new Client(await first.address());
  await client.auth.signInAnonymously();
  const room = await client.create('recall');
  room.onMessage('*', () => {});
  room.reconnection.enabled = false;
  const closed = new Promise((resolve) => room.onLeave(resolve));
  await room.request('start_match', {});

  first.child.kill(signal);
  expect(await closed).toBe(closeCodes.mayReconnect);
  expect(await first.exit).toBe(0);

  const database = openDatabase(folder);
  const [listed] = await new SqliteJournal(database).list();
  expect(listed).toMatchObject({ roomId: room.roomId, owner: null });
  database.close();
  const second = start({ DATA_DIR: folder });
  await second.address();
  second.child.kill(signal);
  expect(await second.exit).toBe(0);
});

test('mistakes in the settings end it, with a line for each, and a code that PM2 stops at', async () => {
  const { said, exit } = start({ PORT: 'x', ROOM_TTL_S: '-1', NODE_ENV: 'production' });
  expect(await exit).toBe(78);
  expect(said.error).toMatch(/^PORT must be .*'x'$/m);
  expect(said.error).toMatch(/^ROOM_TTL_S must be /m);
  expect(said.error).toMatch(/^JWT_SECRET .* must be set/m);
  expect(said.error).not.toMatch(/^ {4}at /m);
});

test('a second process on the same DATA_DIR says so in one line and ends, until the first is gone, killed or not', async () => {
  const DATA_DIR = temporaryFolder();
  const first = start({ DATA_DIR });
  await first.address();
  const second = start({ DATA_DIR });
  expect(await second.exit).toBe(1);
  expect(second.said.error).toBe(
    `another process uses DATA_DIR (${DATA_DIR}): end it, or set DATA_DIR to another folder, or REDIS_URL to run several processes\n`,
  );
  const allowed = start({ DATA_DIR, ALLOW_SHARED_DATA_DIR: 'true' });
  await allowed.address();
  expect(allowed.said.out).toContain('the two take rooms from each other');
  for (const { child, exit } of [first, allowed]) {
    child.kill('SIGKILL');
    await exit;
  }
  await start({ DATA_DIR }).address();
});

test('a port that is taken ends it, and it says so', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const { said, exit } = start({ PORT: String(port) });
  expect(await exit).toBe(1);
  expect(said.error).toContain(`${port}`);
  other.close();
});
