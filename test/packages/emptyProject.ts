import { execFile, execFileSync, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { killWithThisProcess } from '../../harness/child.ts';

const run = promisify(execFile);

/** The packages that a client of ours installs beside it, as they are here: no test asks the network for them. */
const linked = ['@colyseus/sdk', 'zod', '@types/node'];

/** A folder with nothing but the packed `recall-protocol` in it, as it comes out of `npm install`. */
export class EmptyProject {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** @param archive of the package, as `npm pack` makes it */
  static install(archive: string): EmptyProject {
    const folder = mkdtempSync(join(tmpdir(), 'recall-client-'));
    writeFileSync(join(folder, 'package.json'), '{ "name": "client", "private": true, "type": "module" }');
    npm(['install', '--offline', '--no-audit', '--no-fund', '--no-package-lock', archive], folder);
    return new EmptyProject(folder);
  }

  /** Brings what is installed here in there too. */
  link(): void {
    for (const name of linked) {
      const target = join(this.folder, 'node_modules', name);
      mkdirSync(resolve(target, '..'), { recursive: true });
      symlinkSync(resolve('node_modules', name), target);
    }
  }

  copy(path: string, name: string): void {
    copyFileSync(path, join(this.folder, name));
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  /** @returns what the compiler complains of, a line each */
  async check(tsconfig = 'tsconfig.json'): Promise<string[]> {
    const said = await run(resolve('node_modules/.bin/tsc'), ['-p', tsconfig], { cwd: this.folder }).then(
      ({ stdout }) => stdout,
      ({ stdout }: { stdout: string }) => stdout,
    );
    return said.split('\n').filter((line) => /^\S+\(\d+,\d+\): error/.test(line));
  }

  /** Runs a program to its end. @param onLine is told each line that it says @returns all of them */
  async run(args: readonly string[], onLine: (line: string) => void = () => {}): Promise<string[]> {
    const child = spawn(process.execPath, args, { cwd: this.folder, stdio: ['ignore', 'pipe', 'pipe'] });
    killWithThisProcess(child);
    const lines: string[] = [];
    let complaints = '';
    child.stderr.on('data', (data) => {
      complaints += data;
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      onLine(line);
    });
    return new Promise((resolve, reject) => {
      child.on('close', (code) => {
        if (code === 0 && complaints === '') resolve(lines);
        else reject(new Error(`it has ended with ${code} and said:\n${lines.join('\n')}\n${complaints}`));
      });
    });
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** @returns the path of the archive */
export function pack(folder: string): string {
  const [{ filename }] = JSON.parse(npm(['pack', '--json', '--pack-destination', folder], 'packages/recall-protocol'));
  return join(folder, filename);
}

/** Without a word of what the project's own npm was told, and with a cache that can be written. */
function npm(args: readonly string[], cwd: string): string {
  const env = { ...process.env, npm_config_cache: join(tmpdir(), `npm-${process.pid}`), npm_config_loglevel: 'error' };
  return execFileSync('npm', args, { cwd, env, encoding: 'utf8' });
}
