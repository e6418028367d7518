import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { killWithThisProcess } from '../../harness/child.ts';
import { Process } from '../../harness/process.ts';
import { blocksIn } from './blocks.ts';

/** What the documents give as a client in JavaScript runs, as it stands, against a real server (never again 58). */

const address = 'http://localhost:2567';

interface Example {
  /** Where it stands: the page, and its place among the page's examples. */
  readonly name: string;
  readonly code: string;
}

const examples: readonly Example[] = ['README.md', ...globSync('docs/**/*.md')]
  .sort()
  .flatMap((page) => blocksIn(page, 'js').map((code, i) => ({ name: `${page}, ${i + 1}`, code })));

const isWhole = ({ code }: Example) => code.startsWith('import ');
/** What stands on the page before an example that is no whole program. */
const before = `import { Client } from '@colyseus/sdk';
const client = new Client('${address}');
await client.auth.signInAnonymously({ name: 'Ann' });
const room = await client.create('recall', {});
`;

let server: Process;
beforeAll(async () => {
  server = await Process.start({ RANDOM_JOIN_DELAY_S: '0.1', POWER_S: '0.1' });
});
afterAll(() => server.end('SIGTERM'));

/** A client that runs one example. */
class Running {
  readonly lines: string[] = [];
  readonly #child: ChildProcess;
  readonly #listeners = new Set<() => void>();
  #complaints = '';

  constructor({ code }: Example) {
    const text = code.replaceAll(address, server.url);
    const stdio = ['ignore', 'pipe', 'pipe'] as const;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', text], { stdio: [...stdio] });
    this.#child = child;
    killWithThisProcess(child);
    child.stderr?.on('data', (data) => {
      this.#complaints += data;
    });
    if (child.stdout)
      createInterface({ input: child.stdout }).on('line', (line) => {
        this.lines.push(line);
        for (const listener of this.#listeners) listener();
      });
    child.on('exit', () => {
      for (const listener of this.#listeners) listener();
    });
  }

  /** Waits for so many lines that say this. @throws Error with what it said on stderr where it has crashed. */
  async says(what: RegExp, times = 1): Promise<string[]> {
    for (;;) {
      const found = this.lines.filter((line) => what.test(line));
      if (found.length >= times) return found;
      if (this.#child.exitCode !== null) {
        throw new Error(
          `it has ended with ${this.#child.exitCode} and said:\n${this.lines.join('\n')}${this.#complaints}`,
        );
      }
      const heard = Promise.withResolvers<void>();
      this.#listeners.add(heard.resolve);
      await heard.promise;
      this.#listeners.delete(heard.resolve);
    }
  }

  async end(): Promise<void> {
    // The SDK names each message that nobody listens for: no example listens for all of them.
    const complaints = this.#complaints.split('\n').filter((line) => !line.includes('onMessage() not registered'));
    expect(complaints.join('\n')).toBe('');
    if (this.#child.exitCode !== null) return expect(this.#child.exitCode).toBe(0);
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }
}

test('the documents have examples', () => {
  const pages = new Set(examples.map(({ name }) => name.split(',')[0]));
  expect([...pages]).toEqual(expect.arrayContaining(['README.md', 'docs/protocol.md', 'docs/recovery.md']));
});

test('the command for an operator’s token makes one that may list all rooms', async () => {
  const [, command = ''] = /^```sh\n(JWT_SECRET=.*?)\n```$/ms.exec(readFileSync('docs/protocol.md', 'utf8')) ?? [];
  const text = command.replace('data/jwt.secret', join(server.folder, 'jwt.secret'));
  const token = execFileSync('sh', ['-c', text], { encoding: 'utf8' }).trim();
  const answer = await fetch(`${server.url}/rooms`, { headers: { Authorization: `Bearer ${token}` } });
  expect(answer.status).toBe(200);
});

describe('a whole program plays a match to its end', () => {
  test.each(examples.filter(isWhole))('$name', async (example) => {
    const running = new Running(example);
    await running.says(/match_ended|winners/);
    await running.end();
  });
});

describe('a part of a program runs after the one that the page begins with', () => {
  const parts = examples.filter((example) => !isWhole(example));
  test.each(parts)('$name', async ({ name, code }) => {
    const running = new Running({ name, code: `${before}${code}\nconsole.log('done');` });
    await running.says(/^done$/);
    await running.end();
  });

  test('the one for coming back has the same seat again when its server was killed', async () => {
    const code = parts.find(({ name }) => name.startsWith('docs/recovery.md'))?.code ?? '';
    const running = new Running({ name: '', code: before + code });
    const [first] = await running.says(/^at the table/);
    await server.end('SIGKILL');
    await server.start();
    expect(await running.says(/^at the table/, 2)).toEqual([first, first]);
    await running.end();
  });
});
