// node web/build.mjs: builds the page into dist/web where that is missing or older than its sources.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('..', import.meta.url));
const built = join(root, 'dist', 'web');
/** Holds the hash of what the page was built from. */
const stampFile = join(built, '.stamp');
const inputs = ['web', 'src/protocol', 'src/fairness', 'src/game', 'package-lock.json'];
const firstLoadLimit = 150 * 1024;

await buildIfStale();

/** Compares contents, not times: a copied folder keeps no times. */
async function buildIfStale() {
  const stamp = hashOf(inputs.flatMap((input) => filesIn(join(root, input))));
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;

  const { build } = await import('vite');
  // Built beside, then put in place, so that nobody is ever served half a page.
  const fresh = `${built}-${process.pid}`;
  try {
    await build({ configFile: join(root, 'web', 'vite.config.ts'), logLevel: 'warn', build: { outDir: fresh } });
    report(compress(fresh));
    writeFileSync(join(fresh, '.stamp'), stamp);
    rmSync(built, { recursive: true, force: true });
    renameSync(fresh, built);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function report(size) {
  console.log(`Built the page: ${kilobytes(size.gzip)} gzip, ${kilobytes(size.brotli)} brotli for the first load`);
  if (size.gzip > firstLoadLimit) throw new Error(`The page must stay under ${kilobytes(firstLoadLimit)}.`);
}

/** Writes each file compressed beside itself, as the server sends it. Returns bytes in all. */
function compress(folder) {
  const size = { gzip: 0, brotli: 0 };
  for (const file of filesIn(folder)) {
    const content = readFileSync(file);
    if (extname(file) === '.html') {
      size.gzip += content.length;
      size.brotli += content.length;
      continue;
    }
    const gzip = gzipSync(content, { level: 9 });
    const brotli = brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
    writeFileSync(`${file}.gz`, gzip);
    writeFileSync(`${file}.br`, brotli);
    size.gzip += gzip.length;
    size.brotli += brotli.length;
  }
  return size;
}

function filesIn(path) {
  if (statSync(path).isFile()) return [path];
  const entries = readdirSync(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

function kilobytes(bytes) {
  return `${(bytes / 1024).toFixed(1)} KB`;
}
