import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { z } from 'zod';
import { knownFormat } from '../../src/journal/journal.ts';
import { eventSchemas } from '../../src/table/eventSchemas.ts';

const page = readFileSync('docs/journal.md', 'utf8');

test('every event that a journal may have is in the list, with its fields and nothing else', () => {
  const rows = Object.entries(eventSchemas).map(([type, schema]) => {
    const { type: _, at: __, ...fields } = (schema as unknown as z.ZodObject).shape;
    const names = Object.entries(fields).map(
      ([field, its]) => `\`${field}${its.safeParse(undefined).success ? '?' : ''}\``,
    );
    return `| \`${type}\` | ${names.join(', ')} |`;
  });
  const [, list = ''] = page.split('## Every event');
  expect(list.match(/^\| `.*$/gm)).toEqual(rows);
});

test('the format that this version knows is said', () => {
  expect(page).toContain(`This version knows format ${knownFormat}.`);
});
