import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { expect, test } from 'vitest';

/** What any code but the pure game may use. */
const shared = ['protocol', 'config', 'hooks', 'ops'];

/**
 * Who may import whom in src/: a file at its top or a folder, and the ones below it that it may see. Imports within
 * a folder are free.
 */
const mayImport: Record<string, string[]> = {
  serve: ['app.config', 'http', 'people', 'cluster', 'journal', ...shared],
  main: ['serve'],
  'app.config': [
    ...[
      'rooms',
      'matchmaking',
      'table',
      'services',
      'http',
      'cluster',
      'colyseus',
      'sockets',
      'people',
      'journal',
      'fairness',
      ...shared,
    ],
  ],
  rooms: [
    ...['matchmaking', 'table', 'services', 'cluster', 'colyseus', 'sockets', 'people', 'journal', 'game', ...shared],
  ],
  matchmaking: ['table', 'services', 'cluster', 'colyseus', 'sockets', 'people', 'journal', 'game', ...shared],
  table: ['people', 'journal', 'bots', 'game', ...shared],
  services: ['cluster', 'people', 'journal', 'game', ...shared],
  http: ['cluster', 'people', 'journal', 'fairness', 'game', ...shared],
  people: ['journal', ...shared],
  cluster: ['colyseus', 'file', 'people', 'sockets', 'journal', 'game', ...shared],
  file: ['people', 'journal', ...shared],
  sockets: ['people', ...shared],
  journal: ['fairness', 'game', ...shared],
  colyseus: shared,
  bots: ['game'],
  fairness: ['game'],
  game: [],
  config: ['ops', 'protocol'],
  hooks: ['protocol'],
  ops: ['protocol'],
  protocol: [],
};

/**
 * Code that must give the same answer anywhere: no clock, disk, network or randomness comes in by a package. And the table,
 * which knows nothing of Colyseus; and the protocol, but for its validators.
 */
const mayUsePackages: Record<string, string[]> = {
  ...{ game: [], bots: [], fairness: ['@noble/hashes'] },
  table: ['node:crypto', 'node:timers/promises', 'zod'],
  // What clients are given (packages/recall-protocol): its root depends on nothing.
  protocol: [],
};

/** The same of the folders around src/; tests may import anything. */
const mayImportAround: Record<string, string[]> = {
  harness: ['src'],
  simulation: ['src', 'harness'],
  loadtest: ['src', 'harness', 'simulation'],
  clients: ['src'],
  scripts: ['src', 'harness', 'simulation', 'clients'],
  'packages/recall-protocol': ['src/protocol'],
  web: ['packages/recall-protocol/src', 'src/protocol', 'src/fairness', 'src/game'],
};

const maxLines = 400;

test('imports in src point one way', () => {
  const problems = sourceFiles('src').flatMap(({ file, code }) =>
    importsOf(code).flatMap((specifier) => objectionTo(file, specifier) ?? []),
  );
  expect(problems).toEqual([]);
});

test('imports around src point one way too, and a test runner is for tests', () => {
  const found = Object.entries(mayImportAround).flatMap(([folder, allowed]) =>
    sourceFiles(folder).flatMap(({ file, code }) =>
      importsOf(code)
        .filter((specifier) =>
          specifier.startsWith('.')
            ? ![folder, ...allowed].some((place) => join(dirname(file), specifier).startsWith(`${place}/`))
            : specifier === 'vitest',
        )
        .map((specifier) => `${file} imports ${specifier}`),
    ),
  );
  expect(found).toEqual([]);
});

test('an import that points the wrong way is named, whatever its form', () => {
  const code = `
    // import './comment.ts';
    import type { Room } from '../rooms/room.ts';
    import '../rooms/effect.ts';
    export { a,
      b } from '../game/hand.ts';
    export const later = () => import('../http/route.ts');
    import { readFileSync } from 'node:fs';
  `;
  const imports = importsOf(code);
  expect(imports).toEqual(['../rooms/room.ts', '../rooms/effect.ts', '../game/hand.ts', '../http/route.ts', 'node:fs']);
  expect(imports.map((specifier) => objectionTo('src/bots/player.ts', specifier))).toEqual([
    'src/bots/player.ts imports ../rooms/room.ts: bots may import only game',
    'src/bots/player.ts imports ../rooms/effect.ts: bots may import only game',
    undefined,
    'src/bots/player.ts imports ../http/route.ts: bots may import only game',
    'src/bots/player.ts imports node:fs: of packages, bots may use none',
  ]);
  expect(objectionTo('src/misc/thing.ts', 'node:fs')).toBe(
    'src/misc/thing.ts imports node:fs: misc has no place in the house yet',
  );
});

test('docs/architecture.md has a row for each place in src, above all that it may import', () => {
  const [, table = ''] = readFileSync('docs/architecture.md', 'utf8').split('### The server');
  const rows = [...table.matchAll(/^\| (`src\/.*?) \|/gm)].map(([, cell = '']) =>
    [...cell.matchAll(/`src\/([^/`]+?)(?:\.ts|\/.*?)?`/g)].map(([, place = '']) => place),
  );
  const rowOf = (place: string) => rows.findIndex((row) => row.includes(place));
  const missing = Object.keys(mayImport).filter((place) => rowOf(place) === -1);
  const upward = Object.entries(mayImport).flatMap(([place, below]) =>
    below.filter((other) => rowOf(other) < rowOf(place)).map((other) => `${place} imports ${other}`),
  );
  expect([missing, upward]).toEqual([[], []]);
});

test('no file of src imports itself by way of others, but for rules 6, 7 and 8, which call each other', () => {
  const files = sourceFiles('src');
  const importsIn = new Map(
    files.map(({ file, code }) => [
      file,
      importsOf(code).flatMap((specifier) => (specifier.startsWith('.') ? join(dirname(file), specifier) : [])),
    ]),
  );
  const reached = (from: string, seen = new Set<string>()): Set<string> => {
    for (const next of importsIn.get(from) ?? []) if (!seen.has(next)) reached(next, seen.add(next));
    return seen;
  };
  const inCircles = files.map(({ file }) => file).filter((file) => reached(file).has(file));
  expect(inCircles).toEqual(['src/game/powers.ts', 'src/game/turn.ts', 'src/game/window.ts']);
});

test(`a file in src holds one idea: at most ${maxLines} lines`, () => {
  const long = sourceFiles('src').filter(({ code }) => code.split('\n').length - 1 > maxLines);
  expect(long.map(({ file }) => file)).toEqual([]);
});

test('what is private to Colyseus is used in src/colyseus alone', () => {
  const found = sourceFiles('src')
    .filter(({ file }) => !file.startsWith('src/colyseus/'))
    .flatMap(({ file, code }) => {
      const uses = withoutComments(code).match(/\._[a-z]\w*|\$changes\b|as unknown as \{ (?:pub|sub|root)\b/g) ?? [];
      return uses.map((use) => `${file}: ${use}`);
    });
  expect(found).toEqual([]);
});

test('what clients are given of the protocol does not reach its validators', () => {
  const found = sourceFiles('src/protocol').flatMap(({ file, code }) =>
    file.startsWith('src/protocol/schemas/')
      ? []
      : importsOf(code).flatMap((specifier) => (specifier.startsWith('./schemas/') ? [`${file}: ${specifier}`] : [])),
  );
  expect(found).toEqual([]);
});

test('src has no enum, which Node cannot strip', () => {
  const withEnum = sourceFiles('src').filter(({ code }) => /\benum\s+\w+\s*\{/.test(withoutComments(code)));
  expect(withEnum.map(({ file }) => file)).toEqual([]);
});

test('no path of one machine is written down', () => {
  const machinePath = /['"`\s(](\/(work|home|root|Users)\/[\w.-]+)/;
  const found = sourceFiles('{src,harness,simulation,test,scripts,loadtest,clients}').flatMap(({ file, code }) => {
    const path = machinePath.exec(code)?.[1];
    return path ? [`${file}: ${path}`] : [];
  });
  expect(found).toEqual([]);
});

function sourceFiles(folders: string): { file: string; code: string }[] {
  const found = globSync(`${folders}/**/*.{ts,tsx,mjs}`, { exclude: ['**/node_modules/**'] });
  const files = found.map((file) => file.split(sep).join('/'));
  return files.sort().map((file) => ({ file, code: readFileSync(file, 'utf8') }));
}

function importsOf(source: string): string[] {
  const code = withoutComments(source);
  const statement = /^\s*(?:import|export)\b[^'";]*?\bfrom\s*['"]([^'"]+)['"]/;
  const sideEffect = /^\s*import\s*['"]([^'"]+)['"]/;
  const dynamic = /\bimport\s*\(\s*['"`]([^'"`]+)['"`]/;
  const any = new RegExp([statement, sideEffect, dynamic].map(({ source }) => source).join('|'), 'gm');
  return [...code.matchAll(any)].flatMap((match) => match.slice(1).filter((specifier) => specifier !== undefined));
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '');
}

function objectionTo(file: string, specifier: string): string | undefined {
  const from = placeOf(file);
  const allowed = mayImport[from];
  const says = (reason: string) => `${file} imports ${specifier}: ${reason}`;
  if (!allowed) return says(`${from} has no place in the house yet`);

  if (specifier.startsWith('.')) {
    const to = placeOf(join(dirname(file), specifier));
    if (to === from || allowed.includes(to)) return undefined;
    return says(`${from} may import only ${allowed.join(', ') || 'itself'}`);
  }
  const packages = file.startsWith('src/protocol/schemas/') ? ['zod'] : mayUsePackages[from];
  if (!packages || packages.some((name) => specifier === name || specifier.startsWith(`${name}/`))) return undefined;
  return says(`of packages, ${from} may use ${packages.join(', ') || 'none'}`);
}

/** `src/rooms/schema/state.ts` lies in `rooms`, `src/app.config.ts` is `app.config`; outside of src, the path itself. */
function placeOf(file: string): string {
  const [top, place, ...inside] = normalize(file).split(sep);
  if (top !== 'src' || !place) return file;
  return inside.length ? place : place.replace(/\.ts$/, '');
}
