// node scripts/run.mjs [--node-option…] <file> [argument…]
// Brings what the file needs, then runs it under Node 24, passing signals on and the exit code back.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { install, installChromium, installForDeploys, installRedis } from './install.mjs';

const args = process.argv.slice(2);
const file = args.find((argument) => !argument.startsWith('-'));
// The server itself, what builds its page, and what operators use have to run from an installation without development tools.
const node = install({ dev: !/^(src|web)\/|^scripts\/(admin|erase|journal)\.ts$/.test(file ?? '') });
// These start a Redis of their own.
const withRedis = [
  ...[
    'scripts/chaos.ts',
    'scripts/cluster.ts',
    'scripts/cuts.ts',
    'scripts/listeners.ts',
    'scripts/soak.ts',
    'scripts/upgradeTest.ts',
  ],
  ...['loadtest/bench.ts', 'loadtest/benchOldRooms.ts', 'loadtest/benchTakeover.ts', 'loadtest/cleanup.ts'],
  'loadtest/presence.ts',
];
if (withRedis.includes(file)) installRedis();
if (file === 'scripts/deployTest.ts') installForDeploys();
if (['scripts/screenshots.ts', 'scripts/frames.ts'].includes(file)) installChromium();
// These serve the page; an archive of `npm pack` has it built.
if (existsSync('web/build.mjs') && ['src/main.ts', 'scripts/cluster.ts', 'scripts/deployTest.ts'].includes(file)) {
  const { status } = spawnSync(node, ['web/build.mjs'], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
const child = spawn(node, args, { stdio: 'inherit' });

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2']) {
  process.on(signal, () => {
    // The terminal has sent Ctrl-C to the whole group; a second one would cut the server's shutdown short.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  });
}

child.on('exit', (code, signal) => {
  if (!signal) process.exit(code ?? 1);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});
