// node packages/recall-protocol/build.mjs: what the package is made of, into its dist/, by TypeScript alone.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

rmSync(path('dist'), { recursive: true, force: true });
const tsc = path('../../node_modules/.bin/tsc');
const { status, error } = spawnSync(tsc, ['-p', path('.')], { stdio: 'inherit' });
if (error) console.error(`${tsc}: ${error.message}. Run "npm ci" in the folder of the server first.`);
process.exit(status ?? 1);
