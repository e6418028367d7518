// node scripts/run.mjs [--node-option…] file.ts [argument…]
// Brings what the file needs, then runs it under Node 24, passing signals on and the exit code back.
import { spawn, spawnSync } from 'node:child_process';
import { install } from './install.mjs';

const args = process.argv.slice(2);
const file = args.find((argument) => !argument.startsWith('-'));
// Only the server itself has to run from an installation without development tools.
const node = install({ dev: !file?.startsWith('src/') });
// The server serves the page; in an image that was built without development tools it is there already.
if (file === 'src/main.ts') spawnSync(node, ['web/build.mjs'], { stdio: 'inherit' });
const child = spawn(node, args, { stdio: 'inherit' });

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
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
