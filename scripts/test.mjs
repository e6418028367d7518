// npm test [-- vitest argument…]: every check of the project, and all tests.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { install, installForTests } from './install.mjs';

const vitest = ['node_modules/.bin/vitest', 'run', ...process.argv.slice(2), '--project'];
const page = ['Page', 'web/build.mjs'];
/** They only compute: one after the other, beside tests that wait for most of their time. */
const computing = [
  ['Types', 'node_modules/.bin/tsc'],
  ['Types of the page', 'node_modules/.bin/tsc', '-p', 'web'],
  ['Format and lint', 'node_modules/.bin/biome', 'check'],
  ['Dead code', 'node_modules/.bin/knip'],
  ['Tests of the rules', ...vitest, 'rules', '--maxWorkers', '1', '--passWithNoTests'],
];
const waiting = ['Tests of servers', ...vitest, '!rules', '--passWithNoTests'];

const node = install({ dev: true });
installForTests();
const env = {
  ...process.env,
  // Hundreds of processes load the same modules.
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url)),
  ...(process.stdout.isTTY || process.env.FORCE_COLOR ? {} : { NO_COLOR: '1' }),
};

const failed = [];
await run(page);
await Promise.all([run(waiting, 'inherit'), oneByOne(computing)]);
if (failed.length > 0) console.log(`Failed: ${failed.join(', ')}`);
process.exit(failed.length > 0 ? 1 : 0);

async function oneByOne(commands) {
  for (const command of commands) await run(command);
}

/**
 * Whoever waits for something comes first.
 * @param output what it says is printed when it is all there, or as it comes (`inherit`)
 */
async function run([title, ...args], output = 'pipe') {
  const child = spawn(node, args, { stdio: ['ignore', output, output], env });
  if (output === 'pipe') setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => said.push(text));
  const [status] = await once(child, 'close');
  if (status !== 0) failed.push(title);
  process.stdout.write(
    Buffer.concat([Buffer.from(`${title}: ${args.join(' ')}${status === 0 ? '' : ' failed'}\n`), ...said]),
  );
}
