import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { killWithThisProcess } from '../../harness/child.ts';
import { listens } from '../../harness/listens.ts';
import { freePort } from '../../harness/ports.ts';
import { temporaryFolder } from '../people/folder.ts';
import { bareEnvironment } from '../support/environment.ts';

interface Package {
  readonly version: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
}
const locked: Record<string, Package> = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages;
/** Those that are installed with the archive, by their folders. */
const shipped = Object.entries(locked).filter(
  ([path, { dev, link }]) => path.startsWith('node_modules/') && !dev && !link,
);

const page = readFileSync('docs/what-ships.md', 'utf8');
const rowsOf = (title: string) => {
  const [, table = ''] = new RegExp(`^\\| ${title} \\|.*\\n\\| --- .*\\n((?:\\|.*\\n)+)`, 'm').exec(page) ?? [];
  return table
    .trim()
    .split('\n')
    .map((row) => row.split('|').map((cell) => cell.trim()));
};

/** @returns an empty folder with the archive unpacked in it, and with what `npm ci --omit=dev` installs there. */
function unpacked(): string {
  const folder = temporaryFolder();
  const env = { ...process.env, npm_config_cache: temporaryFolder(), npm_config_loglevel: 'error' };
  const archive = execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { env, encoding: 'utf8' });
  const root = join(folder, 'recall');
  mkdirSync(root);
  execFileSync('tar', ['-xzf', join(folder, archive.trim()), '--strip-components=1', '-C', root]);

  // No test asks the network for them.
  const installed = shipped.filter(([path]) => !path.slice('node_modules/'.length).includes('node_modules/'));
  for (const [path] of [...installed, ['node_modules/.bin/node']] as [string][]) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    symlinkSync(resolve(path), join(root, path));
  }
  const list = JSON.stringify({ packages: Object.fromEntries(shipped) });
  writeFileSync(join(root, 'node_modules/.package-lock.json'), list);
  return root;
}

test('the archive has what runs and nothing else, and runs in an empty folder without development tools', async () => {
  const cwd = unpacked();
  const listed = rowsOf('in the archive').flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`/]+)\/?[^`]*`/g)].map(([, name]) => name),
  );
  const packed = readdirSync(cwd).filter((name) => name !== 'node_modules');
  expect(packed.sort()).toEqual([...new Set(listed)].sort());
  const files = readdirSync(cwd, { recursive: true, encoding: 'utf8' }).filter((name) => !/^node_modules/.test(name));
  expect(files.filter((name) => /\.test\.|\.tsx$|^deploy\/compose|^docs\/(images|decisions)/.test(name))).toEqual([]);

  const port = await freePort();
  // Whoever found something missing would ask npm for it, and there is none here.
  const env = { ...bareEnvironment(), PATH: '/nonexistent', PORT: `${port}` };
  const run = (...args: string[]) =>
    new Promise((done) => {
      const node = [process.execPath, ['scripts/run.mjs', ...args], { cwd, env }] as const;
      execFile(...node, (failed, _, error) => done({ code: failed?.code ?? 0, error }));
    });

  const server = spawn(process.execPath, ['scripts/run.mjs', 'src/main.ts'], { cwd, env, stdio: 'ignore' });
  killWithThisProcess(server);
  onTestFinished(() => void server.kill('SIGTERM'));
  while (server.exitCode === null && !(await listens(port))) await delay(20);
  const answer = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
  await expect.poll(async () => (await answer('/readyz')).status).toBe(200);
  expect(await (await answer('/')).text()).toMatch(/<html data-build="\w+"/);
  expect(await run('scripts/admin.ts', 'rooms')).toEqual({ code: 0, error: '' });
  const ended = once(server, 'exit');
  server.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  for (const args of [
    ['scripts/journal.ts', 'list'],
    ['scripts/erase.ts', 'nobody'],
  ])
    expect(await run(...args)).toEqual({ code: 0, error: '' });
});

test('every package that ships has a licence that lets us, and the page counts them', () => {
  const spelt: Record<string, string> = { 'Apache-2': 'Apache-2.0' };
  const licences = shipped
    .filter(([path]) => path !== 'node_modules/@colyseus/playground')
    .map(([, { license = 'none' }]) => spelt[license] ?? license);
  const counted = Object.fromEntries(
    [...new Set(licences)].map((one) => [one, licences.filter((l) => l === one).length]),
  );
  const told = rowsOf('licence').map(([, licence = '', count = '']) => [licence, Number.parseInt(count, 10)]);
  expect(Object.fromEntries(told)).toEqual(counted);
});
