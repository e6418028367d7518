import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { DeployCrowd } from '../../harness/deployCrowd.ts';
import { DeployedSite } from '../../harness/deployedSite.ts';
import { inRedis } from '../../harness/party.ts';
import { openPage } from '../browser/chromium.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });

let site: DeployedSite | undefined;
afterEach(() => site?.close());

// The whole of it, with forty players and four processes: npm run deploy-test.
test('a deploy of a changed page and server behind nginx: no call fails, nobody loses a seat or a move, and no page is blank (never again 51, 52)', async () => {
  site = await DeployedSite.open(2);
  const crowd = await DeployCrowd.sitDown(site, 4, 250);
  const deploying = new AbortController();
  const { url } = site;
  for (const path of ['/metrics', '/livez', '/readyz', '/health/ready', '/LIVEZ', '/readyz/', '/Metrics'])
    expect((await fetch(url + path)).status, path).toBe(403);
  /** @returns which build the page is of, when it is on the screen. */
  const look = async () => {
    const page = await openPage(url);
    await page.getByRole('button').first().waitFor();
    const build = await page.locator('html').getAttribute('data-build');
    await page.context().close();
    return build;
  };
  const before = await look();
  await site.editBuild();
  const looking = (async () => {
    for (; !deploying.signal.aborted; await delay(500)) await look();
  })();
  await site.reload();
  deploying.abort();
  await looking;
  expect(await look()).not.toBe(before);
  for (const port of site.ports)
    expect(await (await fetch(`http://127.0.0.1:${port}/livez`)).json()).toMatchObject({ build: 'another' });
  await crowd.end();
  await Promise.all(crowd.parties.map((party) => party.finished()));

  expect(crowd.failures).toEqual([]);
  expect(site.answers().filter((answer) => / 5\d\d$/.test(answer))).toEqual([]);
  expect(crowd.witnesses.flatMap(({ gaveUp }) => gaveUp)).toEqual([]);
  const read = inRedis(site.redis.client());
  for (const party of crowd.parties) expect(await party.faults(read)).toEqual([]);
  // Each had to come back at least once: both processes were replaced.
  expect(crowd.witnesses.every(({ told }) => told.filter(({ kind }) => kind === 'back').length > 1)).toBe(true);
});
