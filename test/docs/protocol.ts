import { readFileSync } from 'node:fs';

/** docs/protocol.md, as tests read it. */
export const page = readFileSync('docs/protocol.md', 'utf8');

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

/** The names of the fields of a value, and of what is in it. */
export const fieldsIn = (value: unknown): string[] => {
  if (Array.isArray(value)) return [...new Set(value.flatMap(fieldsIn))];
  if (typeof value !== 'object' || value === null) return [];
  return [...new Set([...Object.keys(value), ...Object.values(value).flatMap(fieldsIn)])];
};
