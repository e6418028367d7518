// node web/build.mjs: builds the page into dist/web where that is missing or older than its sources.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('..', import.meta.url));
const built = join(root, 'dist', 'web');
/** Holds the hash of what the page was built from. */
const stampFile = join(built, '.stamp');
const inputs = ['web', 'packages/recall-protocol/src', 'src/protocol', 'src/fairness', 'src/game', 'package-lock.json'];
const firstLoadLimit = 150 * 1024;

try {
  await buildIfStale();
} catch (error) {
  const isForbidden = ['EACCES', 'EPERM', 'EROFS'].includes(error.code);
  const what = isForbidden ? `this user may not write into ${join(root, 'dist')}` : error.message.split('\n')[0];
  console.error(`The page could not be built: ${what}`);
  process.exit(1);
}

/** Compares contents, not times: a copied folder keeps no times. */
async function buildIfStale() {
  const stamp = hashOf(inputs.flatMap((input) => filesIn(join(root, input))));
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;

  const { build } = await import('vite');
  // Built beside, then put in place, so that nobody is ever served half a page.
  const fresh = `${built}-${process.pid}`;
  // Where that is forbidden, Vite would say so in a page of traces.
  mkdirSync(fresh, { recursive: true });
  try {
    await build({
      configFile: join(root, 'web', 'vite.config.ts'),
      // Vite's own way of reading it writes into node_modules, which who runs this may not be allowed to.
      configLoader: 'native',
      logLevel: 'warn',
      build: { outDir: fresh },
    });
    makeWhole(fresh);
    report(compress(fresh));
    writeFileSync(join(fresh, '.stamp'), stamp);
    rmSync(built, { recursive: true, force: true });
    renameSync(fresh, built);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/**
 * Puts the script and the styles into the page itself. While a new build is brought to one process after another, the
 * page comes from one of them, and all that it would ask for from another, which may have no such file (any more).
 */
function makeWhole(folder) {
  const page = join(folder, 'index.html');
  const asset = (path) => readFileSync(join(folder, path), 'utf8');
  // What would end the element, or begin a comment, means the same in a script with a backslash in it.
  const script = (path) => asset(path).replace(/<(?=\/script|!--)/gi, '<\\');
  const whole = readFileSync(page, 'utf8')
    .replace(/<link rel="stylesheet"[^>]* href="\.\/(assets\/[^"]+)">/g, (_, path) => `<style>${asset(path)}</style>`)
    .replace(
      /<script type="module"[^>]* src="\.\/(assets\/[^"]+)"><\/script>/g,
      (_, path) => `<script type="module">${script(path)}</script>`,
    );
  const left = /\bassets\/[^"'`\s]+/.exec(whole)?.[0];
  if (left) throw new Error(`The page must be one file, and asks for ${left}.`);
  // So that a page can tell whether the server has another one (view/newerPage.ts).
  const build = createHash('sha256').update(whole).digest('hex').slice(0, 12);
  writeFileSync(page, whole.replace('<html', `<html data-build="${build}"`));
  rmSync(join(folder, 'assets'), { recursive: true });
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
