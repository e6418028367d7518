import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

// No container engine runs here: what can be seen without one.

const steps = readFileSync('Dockerfile', 'utf8').replaceAll('\\\n', ' ').split('\n');
const stages = steps
  .join('\n')
  .split(/^FROM /m)
  .slice(1);
const [build = '', final = ''] = stages;

/** What a stage copies from the checkout, or from the stage before. */
const copiedIn = (stage: string, from: 'checkout' | 'build'): string[] =>
  [...stage.matchAll(/^COPY (--from=build )?(.+)$/gm)].flatMap(([, other, paths = '']) =>
    (other ? 'build' : 'checkout') === from
      ? paths
          .split(/\s+/)
          .slice(0, -1)
          .map((path) => path.replace(/^\/recall\//, ''))
      : [],
  );

test('all that the image is made of is there, and let through to its builder', () => {
  const copied = [...copiedIn(build, 'checkout'), ...copiedIn(final, 'checkout')];
  expect(copied.filter((path) => !existsSync(path))).toEqual([]);
  const let_through = readFileSync('.dockerignore', 'utf8').split('\n');
  expect(copied.filter((path) => !let_through.includes(`!${path.split('/')[0]}`))).toEqual([]);
});

test('what runs in it finds all of ours that it imports', () => {
  const inImage = [...copiedIn(final, 'build'), ...copiedIn(final, 'checkout')];
  const files = inImage.flatMap((path) => (path.endsWith('.ts') ? [path] : globSync(`${path}/**/*.ts`)));
  const ours = files.filter((file) => !file.includes('node_modules') && !/^packages\/.*\/dist\//.test(file));
  const missing = ours.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?'(\.[^']+)'/g)]
      .map(([, specifier = '']) => join(dirname(file), specifier))
      .filter((path) => !inImage.some((one) => path === one || path.startsWith(`${one}/`)))
      .map((path) => `${file} imports ${path}`),
  );
  expect(files.length).toBeGreaterThan(100);
  expect(missing).toEqual([]);
});

test('it runs without rights, and without a shell between the game and the signal that ends it', () => {
  expect(final).toMatch(/^USER node$/m);
  expect(final).toMatch(/^CMD \["node", "src\/main.ts"\]$/m);
  expect(final).not.toMatch(/npm|build\.mjs/);
});
