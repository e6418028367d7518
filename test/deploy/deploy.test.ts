import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { openPage } from '../browser/chromium.ts';
import { inRedis } from '../cluster/party.ts';
import { DeployCrowd } from './crowd.ts';
import { DeployedSite } from './site.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });

let site: DeployedSite | undefined;
afterEach(() => site?.close());

// The whole of it, with forty players and four processes: npm run deploy-test.
test('a deploy of a changed page behind nginx: no call fails, nobody loses a seat or a move, and no page is blank (never again 51, 52)', async () => {
  site = await DeployedSite.open(2);
  const crowd = await DeployCrowd.sitDown(site, 4, 250);
  site.editPage((html) => html.replace('<title>Recall', '<title>Recall anew'));
  const titles = new Set<string>();
  const deploying = new AbortController();
  const { url } = site;
  const looking = (async () => {
    for (; !deploying.signal.aborted; await delay(500)) {
      const page = await openPage(url);
      await page.getByRole('button').first().waitFor();
      titles.add(await page.title());
      await page.context().close();
    }
  })();
  await site.reload();
  deploying.abort();
  await looking;
  await crowd.end();
  await Promise.all(crowd.parties.map((party) => party.finished()));

  expect(site.answers().filter((answer) => / 5\d\d$/.test(answer))).toEqual([]);
  expect(crowd.failures).toEqual([]);
  expect(titles.size).toBeGreaterThan(0);
  expect(crowd.witnesses.flatMap(({ gaveUp }) => gaveUp)).toEqual([]);
  const read = inRedis(site.redis.client());
  for (const party of crowd.parties) expect(await party.faults(read)).toEqual([]);
  // Each had to come back at least once: both processes were replaced.
  expect(crowd.witnesses.every(({ told }) => told.filter(({ kind }) => kind === 'back').length > 1)).toBe(true);
});
