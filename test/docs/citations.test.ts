import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { settings } from '../../src/config.ts';

/** What is said about the documents, in code, tests and the documents themselves, is there (never again 57). */

const read = (file: string) => readFileSync(file, 'utf8');
const pages = ['README.md', 'CHANGELOG.md', ...globSync('docs/**/*.md')];
const sources = [...globSync('{src,web,test,scripts,loadtest}/**/*.{ts,tsx,mjs}'), ...pages];

const sectionsOf = (page: string) => new Set([...read(page).matchAll(/^## (\d+)\. /gm)].map(([, number]) => number));
const sections: Readonly<Record<string, ReadonlySet<string | undefined>>> = {
  rules: sectionsOf('docs/rules.md'),
  protocol: sectionsOf('docs/protocol.md'),
};
const faults = new Set(
  [...read('docs/never-again.md').matchAll(/(?<=[\s.;*])(\d+) (?=\S)/g)].map(([, number]) => number),
);

/** `rules.md 7`, `protocol.md, 2 and 6`; `never again 44, 45`. */
const cited = /\b(rules|protocol)\.md[`)\]]*,? (\d+)((?:(?:, | and )\d+\b)*)/g;
const guarded = /never again (\d+)((?:(?:, | and )\d+\b)*)/gi;
const numbers = (first: string | undefined, more: string | undefined) => [first, ...(more?.match(/\d+/g) ?? [])];

test('every section of rules.md and protocol.md that something cites is there', () => {
  const missing = sources.flatMap((file) =>
    [...read(file).matchAll(cited)].flatMap(([text, page = '', first, more]) =>
      numbers(first, more).some((number) => !sections[page]?.has(number)) ? [`${file}: ${text}`] : [],
    ),
  );
  expect(missing).toEqual([]);
});

test('every fault that a test says it guards against has its line in never-again.md', () => {
  const missing = sources.flatMap((file) =>
    [...read(file).matchAll(guarded)].flatMap(([text, first, more]) =>
      numbers(first, more).some((number) => !faults.has(number)) ? [`${file}: ${text}`] : [],
    ),
  );
  expect(missing).toEqual([]);
});

test('every file that a document links to, or names, is there', () => {
  const missing = pages.flatMap((page) => {
    const links = [...read(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, path = '']) =>
      join(dirname(page), path),
    );
    const named = [...read(page).matchAll(/`((?:src|web|test|scripts|loadtest|deploy|docs)\/[\w./-]+)`/g)];
    return [...links, ...named.map(([, path = '']) => path)]
      .filter((path) => !existsSync(path))
      .map((path) => `${page}: ${path}`);
  });
  expect(missing).toEqual([]);
});

test('every setting that the protocol names is one, with the default that it says', () => {
  const [, section = ''] = read('docs/protocol.md').split('## 9. Settings');
  const standards = new Map(settings.map((setting) => [setting.name, setting.default]));
  const wrong = [...section.matchAll(/^\| (`[A-Z].*?) \| (.*?) \|$/gm)].flatMap(([, names = '', values = '']) => {
    const listed = [...names.matchAll(/`([A-Z_]+)`/g)].map(([, name = '']) => name);
    const defaults = values.split(', ').map((value) => value.replaceAll('`', ''));
    return listed.filter((name, i) => {
      const standard = standards.get(name);
      const isPlain = defaults.length === listed.length && /^[\d.]+$/.test(defaults[i] ?? '');
      return !standards.has(name) || (isPlain && standard !== defaults[i]);
    });
  });
  expect(wrong).toEqual([]);
});
