import type { Page } from 'playwright-core';
import { afterAll, expect, test, vi } from 'vitest';
import { Build, removeBuilds } from '../../harness/build.ts';
import { PagePlayer } from '../../harness/pagePlayer.ts';
import { lostConnections, openPage } from './chromium.ts';
import { gameForFile, startGame } from './game.ts';

vi.setConfig({ testTimeout: 120_000 });
afterAll(removeBuilds);

const buildOf = (page: Page) => page.locator('html').getAttribute('data-build');

/** When the page has asked which page the server has, and has its answer. */
const asksForPage = (page: Page) =>
  page.waitForResponse(
    (response) => response.request().resourceType() === 'fetch' && new URL(response.url()).pathname === '/',
    // A server that starts on a busy machine takes its time.
    { timeout: 0 },
  );

test('a page whose server is replaced by another build plays its match on, and is the new one after it', async () => {
  const game = await startGame();
  const page = await openPage(game.url, { expected: lostConnections });
  await page.clock.install();
  const ann = new PagePlayer(page);
  await ann.press('One fewer');
  await ann.press('One fewer');
  await ann.press(/^Play against/);
  await ann.peeks();
  await ann.actions.getByRole('button', { name: 'Draw a card' }).waitFor();
  const old = await buildOf(page);
  expect(old).toMatch(/^\w+$/);

  await game.kill();
  const asked = asksForPage(page);
  await game.restart(Build.copy().withPage('another'));
  await asked;
  await ann.playsOn(1);
  await ann.result.waitFor();
  expect(await buildOf(page)).toBe(old);

  await page.clock.fastForward(31_000);
  await expect.poll(() => buildOf(page)).toBe('another');
  await ann.result.waitFor();
  // The seat is still theirs.
  await ann.press('Play again');
  await ann.peeks();
});

test('a server that gives now this page, now that, has it loaded anew once, and not in what is being filled in', async () => {
  const url = await gameForFile();
  const page = await openPage(url);
  let loads = 0;
  page.on('load', () => loads++);
  await page.getByLabel('Your name').fill('Ann');
  await page.route(url, async (route) => {
    if (route.request().resourceType() !== 'fetch') return route.continue();
    return route.fulfill({ body: '<html data-build="another">', contentType: 'text/html' });
  });
  const looksAgain = async () => {
    const asked = asksForPage(page);
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await (await asked).finished();
  };
  await looksAgain();
  await looksAgain();
  expect(loads).toBe(0);

  const loaded = page.waitForEvent('load');
  await page.evaluate("location.hash = '#nothing'");
  await page.getByRole('button', { name: 'Back to the lobby' }).click();
  await loaded;
  for (let i = 0; i < 3; i++) await looksAgain();
  expect(loads).toBe(1);
});
