import { execFile, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { killWithThisProcess } from './child.ts';
import { listens } from './listens.ts';
import { freePort } from './ports.ts';
import { quick } from './process.ts';
import { RedisServer } from './redis.ts';

const run = promisify(execFile);

/** What is copied: with the page as it was built last. */
const checkout = [
  ...['src', 'web', 'packages', 'dist', 'ecosystem.config.js'],
  ...['package.json', 'package-lock.json', 'tsconfig.json'],
];

/**
 * A site as docs/operations.md has it: a checkout of its own, some processes under a PM2 of its own, Debian's nginx with
 * the configuration that is shipped, and a Redis.
 */
export class DeployedSite {
  readonly folder = mkdtempSync(join(tmpdir(), 'recall-site-'));
  readonly redis: RedisServer;
  readonly ports: readonly number[];
  readonly #env: NodeJS.ProcessEnv;
  readonly #front: number;
  #nginx: ReturnType<typeof spawn> | undefined;

  private constructor(redis: RedisServer, ports: readonly number[], front: number) {
    this.redis = redis;
    this.ports = ports;
    this.#front = front;
    const [first = 0] = ports;
    this.#env = {
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      ...{ HOME: this.folder, PM2_HOME: join(this.folder, 'pm2'), PM2_DISABLE_VERSION_CHECK: '1' },
      ...{ REDIS_URL: redis.url, JWT_SECRET: 'a secret of more than thirty-two characters', NODE_ENV: 'test' },
      ...{ HOST: '127.0.0.1', PORT: `${first}`, INSTANCES: `${ports.length}`, DATA_DIR: join(this.folder, 'data') },
      ...{ TRUST_PROXY: '127.0.0.1', LOG_LEVEL: 'error', PM2_CONCURRENT_ACTIONS: '1', ...quick },
      // All of them come from one address, and some of them again and again.
      ...{ RATE_LIMIT_CREATES_ADDRESS: '100000', RATE_LIMIT_JOINS_ADDRESS: '100000' },
      ...{ RATE_LIMIT_REQUESTS_ADDRESS: '100000', RATE_LIMIT_LAPSES_ADDRESS: '100000' },
    };
  }

  static async open(processes: number): Promise<DeployedSite> {
    const first = await freePort();
    const ports = Array.from({ length: processes }, (_, i) => first + i);
    const site = new DeployedSite(await RedisServer.start(), ports, await freePort());
    for (const name of checkout) cpSync(name, site.path(name), { recursive: true });
    symlinkSync(join(process.cwd(), 'node_modules'), site.path('node_modules'));
    await site.#pm2('start', 'ecosystem.config.js');
    await site.#startNginx();
    return site;
  }

  /** Where players go. */
  get url(): string {
    return `http://127.0.0.1:${this.#front}`;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Changes the page and the server, and builds the page. */
  async editBuild(): Promise<void> {
    this.#edit('web/main.tsx', (code) => `${code}\nconsole.debug('another build');\n`);
    this.#edit('src/http/health.ts', (code) => code.replace('live: true', "live: true, build: 'another'"));
    await run(process.execPath, ['web/build.mjs'], { cwd: this.folder, env: this.#env });
  }

  /** As docs/operations.md says. @returns when every process is another one. */
  async reload(): Promise<void> {
    const before = await this.#pids();
    await this.#pm2('reload', 'ecosystem.config.js', '--update-env');
    const left = (await this.#pids()).filter((pid) => before.includes(pid));
    if (left.length > 0) throw new Error(`processes that were not replaced: ${left.join(', ')}`);
  }

  /** How nginx answered, one line a call: method, path and status. */
  answers(): readonly string[] {
    const lines = readFileSync(this.path('access.log'), 'utf8').trim().split('\n');
    return lines.map((line) => /"(\w+ \S+)" (\d{3})/.exec(line)?.slice(1).join(' ') ?? line);
  }

  async close(): Promise<void> {
    this.#nginx?.kill('SIGQUIT');
    await this.#pm2('kill').catch(() => {});
    await this.redis.dispose();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #edit(name: string, change: (text: string) => string): void {
    const before = readFileSync(this.path(name), 'utf8');
    const after = change(before);
    if (after === before) throw new Error(`${name} has not changed`);
    writeFileSync(this.path(name), after);
  }

  #pm2(...args: string[]) {
    const pm2 = join(process.cwd(), 'node_modules/.bin/pm2');
    return run(process.execPath, [pm2, ...args], { cwd: this.folder, env: this.#env });
  }

  async #pids(): Promise<number[]> {
    const { stdout } = await this.#pm2('jlist');
    return JSON.parse(stdout).map(({ pid }: { pid: number }) => pid);
  }

  /** The shipped file, with the ports of this site, and files of its own. */
  async #startNginx(): Promise<void> {
    const servers = this.ports.map((port) => `    server 127.0.0.1:${port} max_fails=0;\n`).join('');
    const shipped = readFileSync('deploy/nginx.conf', 'utf8')
      .replace(/( +server 127\.0\.0\.1:\d+ max_fails=0;\n)+/, servers)
      .replace('listen 80;', `listen 127.0.0.1:${this.#front};`)
      .replaceAll('/var/log/nginx', this.folder);
    if (!shipped.includes(servers)) throw new Error('deploy/nginx.conf names its servers in another way');
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
    mkdirSync(this.path('tmp'));
    const main = [
      ...['daemon off;', `pid ${this.path('nginx.pid')};`, 'events { worker_connections 1024; }', 'http {'],
      ...temporary.map((name) => `${name}_temp_path ${this.path(`tmp/${name}`)};`),
      `${shipped}}`,
    ];
    writeFileSync(this.path('nginx.conf'), main.join('\n'));
    const args = ['-c', this.path('nginx.conf'), '-p', this.folder, '-e', this.path('error.log')];
    this.#nginx = spawn('/usr/sbin/nginx', args, { stdio: ['ignore', 'inherit', 'inherit'] });
    killWithThisProcess(this.#nginx);
    while (!(await listens(this.#front))) await delay(50);
  }
}
