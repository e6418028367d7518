// npm run keep-build [-- v0.2.0]: keeps the server of a commit (HEAD, if nothing is said), and the schema of its state, in
// test/builds/, for later versions to be tested beside it. Once for each release, after its commit.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { readOptions } from '../harness/arguments.ts';
import { Build, keptBuilds, parts } from '../harness/build.ts';
import { schemaOf } from '../harness/stateSchema.ts';

const commit = readOptions((args) => {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
  if (positionals.length > 1) throw new Error('One commit at a time');
  return positionals[0] ?? 'HEAD';
}, 'npm run keep-build [-- COMMIT]');

const { version } = JSON.parse(git('show', `${commit}:package.json`).toString()) as { version: string };
const archive = join(keptBuilds, `${version}.tar.gz`);
mkdirSync(keptBuilds, { recursive: true });
writeFileSync(archive, gzipSync(git('archive', '--format=tar', commit, ...parts), { level: 9 }));
const types = await schemaOf(Build.unpack(archive).folder);
writeFileSync(join(keptBuilds, `${version}.schema.json`), `${JSON.stringify(types, null, 2)}\n`);
console.log(`${version} (${commit}) is kept in ${archive}`);

function git(...args: string[]): Buffer {
  const { status, stdout, stderr } = spawnSync('git', args, { maxBuffer: 256 * 1024 * 1024 });
  if (status === 0) return stdout;
  console.error(`git ${args.join(' ')}: ${stderr}`.trim());
  process.exit(1);
}
