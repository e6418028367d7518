// npm pack runs this before and, with --after, when the archive is made. What has to be in it and is in no checkout: the
// page, and which version of every package goes with it. npm leaves package-lock.json out, whatever `files` says.
import { execFileSync } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
if (process.argv.includes('--after')) {
  rmSync('npm-shrinkwrap.json');
} else {
  // Where npm reads what a script prints as its own answer (--json), nothing may be said.
  execFileSync(process.execPath, ['scripts/run.mjs', 'web/build.mjs'], { stdio: ['ignore', 'ignore', 'inherit'] });
  copyFileSync('package-lock.json', 'npm-shrinkwrap.json');
}
