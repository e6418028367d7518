import type { Page } from 'playwright-core';
import { test } from 'vitest';
import { PagePlayer } from '../../harness/pagePlayer.ts';
import { openPage, refusedCalls } from './chromium.ts';
import { gameForFile } from './game.ts';

/** What a browser may do with what a page wants to keep, as code of the page. */
const browsers: Record<string, string> = {
  'is full': `Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };`,
  'may not be asked for': `Object.defineProperty(window, 'localStorage', {
    get() { throw new DOMException('no', 'SecurityError'); }, configurable: true });`,
  'can’t be read': `Storage.prototype.getItem = () => { throw new DOMException('no', 'SecurityError'); };`,
  'has been spoilt': `for (const key of ['recall.seats', 'recall.parts', 'recall.name', 'recall.sound', 'colyseus-auth-token'])
    localStorage.setItem(key, '[null, {"roomId":"room_1","at":"x"}] \u{1F0CF}');`,
};

test('a browser whose storage is full, forbidden or spoilt still plays', async () => {
  const url = await gameForFile();
  const plays = async (spoil: string) => {
    const page: Page = await openPage(url, { expected: refusedCalls });
    await page.addInitScript(spoil);
    await page.reload();
    const player = new PagePlayer(page);
    await player.press(/^Play against/);
    await player.peeks();
    await player.log.getByText('You looked at two cards.').waitFor();
    await player.press('Leave');
    await player.page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click();
    await player.page.getByRole('button', { name: 'Play now' }).waitFor();
  };
  for (const spoil of Object.values(browsers)) await plays(spoil);
});

test('that the server does not answer is said only when it does not', async () => {
  const url = await gameForFile();
  const page = await openPage(url, { expected: /Failed to load resource/ });
  const ann = new PagePlayer(page);
  const enters = async (heading: string) => {
    await ann.press('Play now');
    await page.getByRole('heading', { name: heading }).waitFor();
    await ann.press('Back to the lobby');
  };
  const body = {
    code: 'UNAVAILABLE',
    message: 'UNAVAILABLE: the journal is away',
    error: 'UNAVAILABLE: the journal is away',
  };
  await page.route('**/matchmake/joinOrCreate/recall', (route) => route.fulfill({ status: 503, json: body }));
  await enters('The server has trouble');
  await page.unrouteAll();
  await page.route('**/matchmake/joinOrCreate/recall', (route) =>
    route.fulfill({ status: 200, contentType: 'application/json', body: '{' }),
  );
  await enters('That did not work');
  await page.unrouteAll();
  await page.route('**/matchmake/joinOrCreate/recall', (route) => route.abort());
  await enters('The server does not answer');
});
