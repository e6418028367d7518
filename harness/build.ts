import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where releases are kept, as `npm run keep-build` makes them. */
export const keptBuilds = 'test/builds';

/** What a server is: it runs from this alone, and the packages. */
export const parts = ['src', 'package.json'];

/** A build of the server, which runs with the packages of the working tree. */
export class Build {
  static readonly workingTree = new Build(process.cwd());

  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** The last release that was kept. */
  static lastRelease(): Build {
    return Build.unpack(join(keptBuilds, `${lastVersion()}.tar.gz`));
  }

  /** @throws Error where that can't be unpacked */
  static unpack(archive: string): Build {
    const build = Build.#empty();
    const { status, error, stderr } = spawnSync('tar', ['-xzf', resolve(archive)], { cwd: build.folder });
    if (status !== 0) throw new Error(`${archive} can not be unpacked: ${error?.message ?? stderr}`);
    return build;
  }

  /** The working tree as it is now, to be changed; with the page as it was built last. */
  static copy(): Build {
    const build = Build.#empty();
    for (const name of [...parts, 'dist'].filter((one) => existsSync(one)))
      cpSync(name, join(build.folder, name), { recursive: true });
    return build;
  }

  /** In a folder of its own, until `removeBuilds`. */
  static #empty(): Build {
    const folder = mkdtempSync(join(tmpdir(), 'recall-build-'));
    folders.push(folder);
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    return new Build(folder);
  }

  /** What is run. */
  get main(): string {
    return join(this.folder, 'src/main.ts');
  }

  /** Changes a file of it. @throws Error where that changes nothing */
  edit(name: string, change: (text: string) => string): this {
    const path = join(this.folder, name);
    const before = readFileSync(path, 'utf8');
    const after = change(before);
    if (after === before) throw new Error(`${name} has not changed`);
    writeFileSync(path, after);
    return this;
  }

  /** Has it give a page that says that it is of another build. */
  withPage(build: string): this {
    for (const packed of ['br', 'gz']) rmSync(join(this.folder, `dist/web/index.html.${packed}`));
    return this.edit('dist/web/index.html', (html) => html.replace(/ data-build="\w+"/, ` data-build="${build}"`));
  }
}

/** Of the releases that are kept. */
export function lastVersion(): string {
  const versions = readdirSync(keptBuilds).flatMap((name) => /^(.+)\.tar\.gz$/.exec(name)?.[1] ?? []);
  const last = versions.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
  if (last === undefined) throw new Error(`no release is kept in ${keptBuilds}: npm run keep-build`);
  return last;
}

const folders: string[] = [];

/** After the tests of a file; a command that ends by itself leaves none. */
export function removeBuilds(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}
process.once('exit', removeBuilds);
