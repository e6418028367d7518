// Plain JavaScript for Node 20: this runs before Node 24 and TypeScript are there.
import { spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromiumPath } from '../harness/chromium.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');
/** An archive of `npm pack` has the other one, and nothing for developers. */
const isCheckout = existsSync(join(root, 'package-lock.json'));
const lockfile = join(root, isCheckout ? 'package-lock.json' : 'npm-shrinkwrap.json');
const NODE_MAJOR = 24;
const REDIS_MAJOR = 7;

/**
 * Installs what package-lock.json names and node_modules lacks, quietly, and finds the Node to run with.
 * Ends the process with one line that says what to do when it can't.
 *
 * @param {{ dev: boolean }} options dev: the tools of package.json's devDependencies are needed too
 * @returns {string} path of a Node 24 or newer
 */
export function install({ dev }) {
  if (!isInstalled(dev)) npmCi(dev);
  const node = [join(modules, '.bin', 'node'), process.execPath].find((path) => majorOf(path) >= NODE_MAJOR);
  if (!node) {
    fail(
      `Node ${NODE_MAJOR} is missing: run "npm rebuild node --ignore-scripts=false", or install it from nodejs.org.`,
    );
  }
  return node;
}

const redis = {
  name: `redis-server ${REDIS_MAJOR} or newer`,
  isThere: () => redisMajor() >= REDIS_MAJOR,
  packages: ['redis-server'],
  elsewhere: 'macOS: "brew install redis"; others: redis.io/downloads',
};
const chromium = {
  name: 'Chromium',
  isThere: () => chromiumPath() !== undefined,
  packages: ['chromium-headless-shell', 'fonts-dejavu-core'],
  elsewhere: 'elsewhere set CHROMIUM to the path of a Chrome or Chromium',
};

const nginx = {
  name: 'nginx',
  isThere: () => existsSync('/usr/sbin/nginx'),
  packages: ['nginx'],
  elsewhere: 'the tests of a deploy need it at /usr/sbin/nginx',
};

const mono = {
  name: 'the C# compiler of Mono, mcs',
  isThere: () => runs('mcs', '--version'),
  packages: ['mono-mcs'],
  elsewhere: 'macOS: "brew install mono"',
};
const cCompiler = {
  name: 'a C compiler',
  isThere: () => runs('cc', '--version') || runs('tcc', '-v'),
  packages: ['tcc', 'libc6-dev'],
  elsewhere: 'macOS: "xcode-select --install"',
};
/** Checks rules and metrics. Of its package (of 100 MB, with a service) nothing else is needed. */
const promtool = {
  name: 'promtool',
  isThere: () => spawnSync('promtool', ['--version'], { stdio: 'ignore' }).status === 0,
  packages: [],
  takes: { from: 'prometheus', file: 'usr/bin/promtool' },
  elsewhere: 'macOS: "brew install prometheus"; others: prometheus.io/download',
};

/** Brings Chromium, as `installForTests` does. */
export const installChromium = () => bring([chromium]);

/** Brings what `npm run deploy-test` needs, as `installForTests` does. */
export const installForDeploys = () => bring([redis, chromium, nginx]);

/** Brings redis-server, as `installForTests` does. */
export const installRedis = () => bring([redis]);

/**
 * Brings redis-server, Chromium, nginx, promtool, and compilers of C# and C for the tests: on Debian and its like, as
 * root, by apt. Ends the process with one line that says what to install when it can't.
 */
export const installForTests = () => bring([redis, chromium, nginx, promtool, mono, cCompiler]);

function bring(programs) {
  const missing = programs.filter(({ isThere }) => !isThere());
  if (missing.length === 0) return;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    const packages = missing.flatMap((program) => program.packages);
    const taken = missing.flatMap(({ takes }) => takes ?? []);
    console.log(
      `Installing ${[...packages, ...taken.map(({ file }) => basename(file))].join(', ')} (once, by apt-get)`,
    );
    apt('update', '-qq');
    if (packages.length > 0) apt('install', '-qq', '--yes', '--no-install-recommends', ...packages);
    for (const { from, file } of taken) take(from, file);
  }
  const left = missing.find(({ isThere }) => !isThere());
  if (!left) return;
  fail(
    `This needs ${left.name}: install it (Debian, Ubuntu: "apt-get install ${left.packages[0] ?? left.takes?.from}"; ${left.elsewhere}).`,
  );
}

/** What is installed is not started: whoever needs it starts one of their own. */
const noServices = '/usr/sbin/policy-rc.d';

function apt(...args) {
  const isMine = !existsSync(noServices);
  if (isMine) writeFileSync(noServices, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    run(...args);
  } finally {
    if (isMine) rmSync(noServices);
  }
}

/** Takes one program out of a package, which is not installed. */
function take(from, file) {
  const folder = mkdtempSync(join(tmpdir(), 'package-'));
  const to = join('/usr/local/bin', basename(file));
  const options = { cwd: folder, stdio: 'ignore' };
  spawnSync('apt-get', ['download', '-qq', from], options);
  spawnSync('sh', ['-c', `dpkg --fsys-tarfile *.deb | tar -xO ./${file} > program && install program ${to}`], options);
  rmSync(folder, { recursive: true });
}

function run(...args) {
  spawnSync('apt-get', args, { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
}

function redisMajor() {
  const { stdout } = spawnSync('redis-server', ['--version'], { encoding: 'utf8' });
  return Number(/\bv=(\d+)/.exec(stdout ?? '')?.[1] ?? 0);
}

function runs(program, ...args) {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

/** Compares contents, not times: a copied folder keeps no times, and an image may hold a deliberate `--omit=dev`. */
function isInstalled(dev) {
  const installed = packagesOf(join(modules, '.package-lock.json'));
  const wanted = Object.entries(packagesOf(lockfile)).filter(
    ([path, entry]) => isOfUs(path) && !entry.optional && (dev || !entry.dev),
  );
  return wanted.every(([path, { version }]) => installed[path]?.version === version);
}

/** Workspaces are folders beside node_modules, which an archive has not. */
const isOfUs = (path) => (isCheckout ? path !== '' : path.startsWith('node_modules/'));

function packagesOf(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : {};
}

function npmCi(dev) {
  console.log('Installing dependencies (once, about a minute)');
  // The Node of the machine runs npm: the one in node_modules is about to be replaced.
  const folders = process.env.PATH.split(delimiter).filter((folder) => folder !== join(modules, '.bin'));
  const cache = process.env.npm_config_cache ?? join(homedir(), '.npm');
  const spare = isWritable(cache) ? undefined : mkdtempSync(join(tmpdir(), 'npm-'));
  // As .npmrc has it, which an archive has not.
  const args = ['ci', '--loglevel=error', '--no-progress', '--legacy-peer-deps'];
  const which = isCheckout ? (dev ? ['--include=dev'] : []) : ['--omit=dev'];
  const { status, stderr, error } = spawnSync('npm', [...args, ...which], {
    cwd: root,
    env: { ...process.env, PATH: folders.join(delimiter), npm_config_cache: spare ?? cache },
    encoding: 'utf8',
  });
  if (spare) rmSync(spare, { recursive: true, force: true });
  if (status !== 0) fail(`npm ci failed: ${error?.message ?? reasonIn(stderr) ?? `exit code ${status}`}`);
}

function reasonIn(stderr) {
  return /^npm error (?!code |syscall |errno |path |command |address |port )(.+)$/m.exec(stderr)?.[1];
}

function isWritable(folder) {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function majorOf(node) {
  const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  return Number(/^v(\d+)/.exec(stdout ?? '')?.[1] ?? 0);
}

function fail(line) {
  console.error(line);
  process.exit(1);
}
