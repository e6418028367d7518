import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { documentOf, furtherTables } from '../../loadtest/bench/document.ts';
import { readResults } from '../../loadtest/bench/results.ts';
import { withFigures } from '../../loadtest/bench/scaling.ts';

/** What the pages about speed say is what the last whole run of the bench has measured: nobody types a figure. */

const results = readResults();

test('performance.md is what the bench makes of its results', () => {
  expect(readFileSync('docs/performance.md', 'utf8')).toBe(documentOf(results));
});

test('the figures of scaling.md are what the bench makes of its results', () => {
  const page = readFileSync('docs/scaling.md', 'utf8');
  expect(withFigures(page, results)).toBe(page);
});

test('what was not measured is left out', () => {
  const tables = furtherTables({
    ...results,
    stockPeople: null,
    human: {},
    waiting: {},
    bots: {},
    killed: {},
    hops: [],
  });
  for (const [, , lines] of tables) expect(lines).toHaveLength(1);
});
