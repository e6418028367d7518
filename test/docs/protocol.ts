import { readFileSync } from 'node:fs';

/** docs/protocol.md, as tests read it. */
const page = readFileSync('docs/protocol.md', 'utf8');

/** @param title as it begins, with its signs: `## 3. Messages` */
export const sectionOf = (title: string): string =>
  page.split(/^(?=##+ )/m).find((part) => part.startsWith(title)) ?? '';

/** The rows of a section's tables, each as its cells. */
export function rowsOf(title: string): string[][] {
  const rows = sectionOf(title).match(/^\| .* \|$/gm) ?? [];
  return rows.map((row) => row.slice(2, -2).split(/ (?<!\\)\| /));
}

/** The names in code in a cell. */
export const namesIn = (cell = ''): string[] => [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
