import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { settings } from '../../src/config.ts';

/** What is said about the documents, in code, tests and the documents themselves, is there (never again 57). */

const pages = [...globSync('*.md'), ...globSync('docs/**/*.md')];
/** The folders of the repository that are written by hand. */
const notOurs = ['node_modules', 'dist', 'data', 'coverage'];
const folders = readdirSync('.', { withFileTypes: true })
  .filter((one) => one.isDirectory() && !one.name.startsWith('.') && !notOurs.includes(one.name))
  .map(({ name }) => name);
const inFolders = globSync(`{${folders.join()}}/**/*`, { exclude: ['**/node_modules/**'] });
const code = [
  ...globSync('*.{js,ts}'),
  ...inFolders.filter((file) => /\.(ts|tsx|mjs)$/.test(file)),
  ...globSync('deploy/**/*.*'),
];
const files = [...code, ...inFolders, ...pages];

const texts = new Map([...code, ...pages].map((file) => [file, readFileSync(file, 'utf8')]));
const read = (file: string) => texts.get(file) ?? '';

/** Looks through files for whatever is wrong in them. @returns a line for each. */
const wrongIn = (where: readonly string[], find: (text: string, file: string) => Iterable<string>): string[] =>
  where.flatMap((file) => [...find(read(file), file)].map((what) => `${file}: ${what}`));

const pageOf = (name: string): string | undefined => pages.find((page) => basename(page, '.md') === name);
/** Headings, and the words in bold that paragraphs begin with. */
const headingsOf = (page: string): string[] =>
  [...read(page).matchAll(/^(?:##+ (.+)|\*\*(.+?)\*\*.*)$/gm)].map(([, heading, bold]) => heading ?? bold ?? '');

/** `rules.md 7`, `protocol.md, 2 and 6`; `never again 44, 45`; `rules 5 to 10`. */
const cited = /\b(rules|protocol)\.md[`)\]]*,? (\d+)((?:(?:, | and )\d+\b)*)/g;
const guarded = /never again (\d+)((?:(?:, | and | to )\d+\b)*)/gi;
const ofTheRules = /\brules? (\d+)((?:(?:, | and | to )\d+\b)*)/gi;
const numbers = (first: string | undefined, more: string | undefined) => [first, ...(more?.match(/\d+/g) ?? [])];

const sectionsOf = (page: string) => new Set(headingsOf(page).map((heading) => /^(\d+)\. /.exec(heading)?.[1]));
const sections: Readonly<Record<string, ReadonlySet<string | undefined>>> = {
  rules: sectionsOf('docs/rules.md'),
  protocol: sectionsOf('docs/protocol.md'),
};
const faults = new Set(
  [...read('docs/never-again.md').matchAll(/(?<=[\s.;*])(\d+) (?=\S)/g)].map(([, number]) => number),
);

test('every section of rules.md and protocol.md that something cites is there', () => {
  const missing = wrongIn([...code, ...pages], function* (text) {
    for (const [all, page = '', first, more] of text.matchAll(cited)) {
      if (numbers(first, more).some((number) => !sections[page]?.has(number))) yield all;
    }
    for (const [all, first, more] of text.matchAll(ofTheRules)) {
      if (numbers(first, more).some((number) => !sections.rules?.has(number))) yield all;
    }
  });
  expect(missing).toEqual([]);
});

test('every test of the rules is named for a section of theirs', () => {
  const numbered = globSync('test/game/*.test.ts').flatMap((file) => /^(\d+)-/.exec(basename(file))?.[1] ?? []);
  expect(numbered.length).toBeGreaterThan(10);
  expect(numbered.filter((number) => !sections.rules?.has(number))).toEqual([]);
});

test('every fault that something is said to guard against has its line in never-again.md', () => {
  const missing = wrongIn([...code, ...pages], function* (text) {
    for (const [all, first, more] of text.matchAll(guarded)) {
      if (numbers(first, more).some((number) => !faults.has(number))) yield all;
    }
  });
  expect(missing).toEqual([]);
});

test('every page that is named is there', () => {
  const missing = wrongIn([...code, ...pages], function* (text) {
    for (const [all, name = ''] of text.matchAll(/\b([\w-]+)\.md\b/g)) if (!pageOf(name)) yield all;
    for (const [all, number = ''] of text.matchAll(/\bdecisions\/(\d+)/g)) {
      if (!pages.some((page) => page.startsWith(`docs/decisions/${number}-`))) yield all;
    }
  });
  expect(missing).toEqual([]);
});

test('every decision is in the list of them, by its title', () => {
  const decisions = pages.filter((page) => /\/decisions\/\d/.test(page));
  const index = read('docs/decisions/README.md');
  const missing = decisions.filter((page) => {
    const [, number, title] = /^# (\d+) (.+)$/m.exec(read(page)) ?? [];
    return !index.includes(`[${number}](${basename(page)}) | ${title} |`);
  });
  expect(missing).toEqual([]);
  expect(decisions.map((page) => Number(/\d+/.exec(basename(page))?.[0]))).toEqual(decisions.map((_, i) => i + 1));
});

/** `docs/protocol.md, "What a room bears"`; `"Who owns a room" in [durability.md]`; `README, "Settings"`; `see "Names"`. */
const quoted = [
  /\b([\w-]+)\.md[)`]*, "([^"]+)"/g,
  /\b(README), "([^"]+)"/g,
  /"(?<heading>[^"]+)" in \[?`?(?<page>[\w-]+)\.md/g,
  /(?<page>)\bsee "(?<heading>[^"]+)"(?! in )/g,
];

test('every heading that is quoted is there', () => {
  const missing = wrongIn([...code, ...pages], function* (text, file) {
    for (const form of quoted) {
      for (const { 0: all, 1: first, 2: second, groups } of text.matchAll(form)) {
        const { page: name = first, heading = second } = groups ?? {};
        const page = name ? pageOf(name) : pages.find((one) => one === file);
        if (page && !headingsOf(page).includes(heading ?? '')) yield all;
      }
    }
  });
  expect(missing).toEqual([]);
});

/** As git hosts make it of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');

test('every link leads to a file, and to a heading in it', () => {
  const missing = wrongIn(pages, function* (text, file) {
    for (const [, path = '', anchor] of text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)) {
      const target = path === '' ? file : join(dirname(file), path);
      if (!existsSync(target)) yield path;
      else if (anchor && !headingsOf(target).map(anchorOf).includes(anchor)) yield `${path}#${anchor}`;
    }
  });
  expect(missing).toEqual([]);
});

/** What a page has its reader make. */
const readers = ['play.mjs'];

const comments = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm;
/** The comments of code, and all of a page. */
const saidIn = (text: string, file: string): string =>
  file.endsWith('.md') ? text : (text.match(comments) ?? []).join('\n');

test('every file that a page or a comment names is there', () => {
  const path = new RegExp(`(?<![\\w/.:@-])(?:${folders.join('|')})/[\\w./-]*\\w`, 'g');
  const missing = wrongIn([...code, ...pages], function* (text, file) {
    const said = saidIn(text, file);
    for (const [named] of said.matchAll(path)) if (!existsSync(named)) yield named;
    for (const [named] of said.matchAll(/(?<![\w/.-])[\w-][\w.-]*(?:\/[\w.-]+)*\.(?:tsx?|mjs)\b/g)) {
      if (![...files, ...readers].some((one) => one === named || one.endsWith(`/${named}`))) yield named;
    }
  });
  expect(missing).toEqual([]);
});

/** What others have made, and our code never names. */
const foreign = ['allowReconnection', 'maxMessagesPerSecond', 'no_handler', 'onUncaughtException', 'NORMAL', 'npx'];
const settingsOfTools = globSync('*.json').map((file) => readFileSync(file, 'utf8'));
const others = code.filter((file) => file !== 'test/docs/citations.test.ts').map(read);
const words = new Set(
  [...others, ...settingsOfTools].flatMap((text) => text.replace(comments, '').match(/[A-Za-z_]\w*/g) ?? []),
);

test('every name of code in the pages about it is in the code', () => {
  const aboutCode = pages.filter((page) => /^docs\/(architecture|decisions\/)|^CONTRIBUTING/.test(page));
  const missing = wrongIn(aboutCode, function* (text) {
    const spans = [...text.matchAll(/`([#\w][#\w.]*(?:\([^`]*\))?)`/g)].map(([, span = '']) => span);
    const steps = [...text.matchAll(/^```mermaid\n(.*?)^```$/gms)].flatMap(([, block = '']) =>
      [...block.matchAll(/[#\w.]+(?=\()/g)].map(([name]) => name),
    );
    for (const name of [...spans, ...steps].filter((one) => !files.includes(one))) {
      const unknown = name.match(/[A-Za-z_]\w*/g)?.filter((word) => !words.has(word) && !foreign.includes(word));
      for (const word of unknown ?? []) yield word;
    }
  });
  expect(missing).toEqual([]);
});

test('every command that is named is one, and each command is named', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const commands = Object.keys(scripts);
  const command = /\bnpm run ([a-z]+(?:[:-][a-z]+)*)/g;
  const missing = wrongIn([...code, ...pages], function* (text) {
    for (const [all, name = ''] of text.matchAll(command)) if (!commands.includes(name)) yield all;
  });
  const forReaders = read('README.md') + read('CONTRIBUTING.md');
  // npm pack runs these two.
  const forPeople = commands.filter((name) => !/^(pre|post)pack$/.test(name));
  const unnamed = forPeople.filter((name) => !new RegExp(`npm (run )?${name}\\b`).test(forReaders));
  expect([missing, unnamed]).toEqual([[], []]);
});

test('every setting that a page names is one, or another variable that the code knows', () => {
  // The changelog also names what there was.
  const now = pages.filter((page) => page !== 'CHANGELOG.md');
  const missing = wrongIn(now, function* (text) {
    for (const [, name = ''] of text.matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=[^`]*)?`/g)) {
      if (!words.has(name)) yield name;
    }
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
