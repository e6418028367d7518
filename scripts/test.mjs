// npm test [-- vitest argument…]: every check of the project, in the order of how fast each says no.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { install, installForTests } from './install.mjs';

const steps = [
  ['Types', 'tsc'],
  ['Types of the page', 'tsc', '-p', 'web'],
  ['Format and lint', 'biome', 'check'],
  ['Dead code', 'knip'],
  ['Tests', 'vitest', 'run', ...process.argv.slice(2)],
];

const node = install({ dev: true });
installForTests();
const env = {
  ...process.env,
  // Hundreds of processes load the same modules.
  NODE_COMPILE_CACHE: join(import.meta.dirname, '../node_modules/.cache/compiled'),
  ...(process.stdout.isTTY || process.env.FORCE_COLOR ? {} : { NO_COLOR: '1' }),
};

console.log('Page: web/build.mjs');
if (spawnSync(node, ['web/build.mjs'], { stdio: 'inherit', env }).status !== 0) process.exit(1);

for (const [title, tool, ...args] of steps) {
  console.log(`${title}: ${[tool, ...args].join(' ')}`);
  const { status } = spawnSync(node, [`node_modules/.bin/${tool}`, ...args], { stdio: 'inherit', env });
  if (status !== 0) process.exit(status ?? 1);
}
