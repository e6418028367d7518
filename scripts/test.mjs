// npm test [-- vitest argument…]: every check of the project, the quick ones first.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { install, installForTests } from './install.mjs';

/** Side by side: none of them has to wait for another. */
const checks = [
  ['Page', 'web/build.mjs'],
  ['Types', 'node_modules/.bin/tsc'],
  ['Types of the page', 'node_modules/.bin/tsc', '-p', 'web'],
  ['Format and lint', 'node_modules/.bin/biome', 'check'],
  ['Dead code', 'node_modules/.bin/knip'],
];

const node = install({ dev: true });
installForTests();
const env = {
  ...process.env,
  // Hundreds of processes load the same modules.
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url)),
  ...(process.stdout.isTTY || process.env.FORCE_COLOR ? {} : { NO_COLOR: '1' }),
};

const results = await Promise.all(checks.map(([title, ...args]) => run(title, args)));
const failed = results.find((status) => status !== 0);
if (failed !== undefined) process.exit(failed);

console.log('Tests: vitest run');
const args = ['node_modules/.bin/vitest', 'run', ...process.argv.slice(2)];
process.exit(spawnSync(node, args, { stdio: 'inherit', env }).status ?? 1);

/** @returns the exit code, once what it says has been printed as one. */
async function run(title, args) {
  const child = spawn(node, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => said.push(text));
  const [status] = await once(child, 'close');
  console.log(`${title}: ${args.join(' ')}${status === 0 ? '' : ' failed'}`);
  process.stdout.write(Buffer.concat(said));
  return status ?? 1;
}
