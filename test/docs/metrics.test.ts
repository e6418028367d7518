import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { collectProcess, registry } from '../../src/ops/metrics.ts';

// What is counted, the pages about it, the dashboard and the alerts speak of the same.

const operations = readFileSync('docs/operations.md', 'utf8');
const alerts = readFileSync('deploy/prometheus/alerts.yml', 'utf8');
const dashboard = readFileSync('deploy/grafana/recall.json', 'utf8');

/** Each metric, with all series that it has, by their labels. */
const known = new Map<string, { labels: readonly string[]; series: readonly Record<string, string>[] }>();
beforeAll(async () => {
  const ours = registry.getMetricsAsArray().map(({ name }) => name);
  collectProcess();
  for (const { name, values } of await registry.getMetricsAsJSON()) {
    const series = (values as { labels: Record<string, string> }[]).map(({ labels }) => labels);
    const labels = [...new Set(series.flatMap((one) => Object.keys(one)))].filter((label) => label !== 'le');
    known.set(name, { labels: ours.includes(name) ? labels : [], series });
  }
});

const ours = () => [...known.keys()].filter((name) => name.startsWith('recall_'));
const expressionsIn = (alertsOrNot: string) =>
  [...alertsOrNot.matchAll(/^ +expr: (.+)$/gm)].map(([, expr = '']) => expr);
const panels = () => (JSON.parse(dashboard) as { panels: { targets?: { expr: string }[] }[] }).panels;
const shown = () => panels().flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

/** `name{label="value"}` in an expression; of a histogram the name without what Prometheus adds. */
function selectorsIn(expression: string) {
  return [...expression.matchAll(/\b((?:recall|nodejs|process)_\w+)(?:\{(.*?)\})?/g)].map(
    ([, series = '', inside = '']) => {
      const base = series.replace(/_(bucket|sum|count)$/, '');
      const matchers = [...inside.matchAll(/(\w+)(=~?)"(.*?)"/g)].map(([, label = '', how, value = '']) => ({
        label,
        fits: (text: string) => (how === '=' ? text === value : new RegExp(`^(?:${value})$`).test(text)),
      }));
      return { name: known.has(series) ? series : base, matchers };
    },
  );
}

/** What Prometheus adds itself. */
const added = ['job', 'instance'];

test('the table of metrics has each one with its labels, and nothing else', () => {
  const rows = [...operations.matchAll(/^\| `(recall_\w+)` \| (.*?) ?\| /gm)];
  const listed = rows.map(([, name = '', labels = '']) => [name, [...labels.matchAll(/\w+/g)].map(([label]) => label)]);
  expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(ours().map((name) => [name, known.get(name)?.labels])));
});

test('every series that the dashboard and the alerts ask for is there', () => {
  const asked = [...shown(), ...expressionsIn(alerts)].flatMap(selectorsIn);
  expect(asked.length).toBeGreaterThan(50);
  const missing = asked.filter(({ name, matchers }) => {
    const series = known.get(name)?.series;
    // No garbage may have been collected yet.
    if (series?.length === 0) return false;
    return !series?.some((labels) =>
      matchers.every(({ label, fits }) => added.includes(label) || fits(labels[label] ?? '')),
    );
  });
  expect(missing.map(({ name }) => name)).toEqual([]);
});

test('the dashboard shows every metric of ours', () => {
  const names = new Set(
    shown()
      .flatMap(selectorsIn)
      .map(({ name }) => name),
  );
  expect(ours().filter((name) => !names.has(name))).toEqual([]);
});

test('every alert has its paragraph, to which it leads, and is tried', () => {
  const names = [...alerts.matchAll(/- alert: (\w+)/g)].map(([, name = '']) => name);
  const [, section = ''] = /^## Alerts\n([\s\S]*?)^## /m.exec(operations) ?? [];
  expect([...section.matchAll(/^### (\w+)\n\S/gm)].map(([, name]) => name)).toEqual(names);
  const runbooks = [...alerts.matchAll(/runbook: docs\/operations\.md#(\w+)/g)].map(([, anchor]) => anchor);
  expect(runbooks).toEqual(names.map((name) => name.toLowerCase()));
  const tried = [...readFileSync('test/deploy/alerts.yml', 'utf8').matchAll(/- name: (\w+)/g)].map(([, name]) => name);
  expect(tried).toEqual(names);
});

test("Prometheus' own tool finds nothing wrong with what is scraped, nor with the settings and rules, and each alert goes off", async () => {
  const promtool = (args: string[], input?: string) => execFileSync('promtool', args, { input, encoding: 'utf8' });
  expect(promtool(['check', 'config', 'deploy/prometheus/prometheus.yml'])).not.toContain('FAILED');
  expect(promtool(['test', 'rules', 'test/deploy/alerts.yml'])).toContain('SUCCESS');
  expect(promtool(['check', 'metrics'], await registry.metrics())).toBe('');
});
