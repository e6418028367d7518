import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { PagePlayer } from '../../harness/pagePlayer.ts';
import { openPage, refusedCalls } from './chromium.ts';
import { startGame } from './game.ts';

const gone = '#room_00000000-0000-4000-8000-000000000000';

/** What axe-core finds in the page as it is, in light colours and in dark ones. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    found.push(
      ...(await page.evaluate<string[]>(
        `axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => '${colorScheme}, ' + id + ': ' + html)))`,
      )),
    );
  }
  return found;
}

test('no view has a violation that axe knows, in light colours and in dark ones', { timeout: 90_000 }, async () => {
  const game = await startGame({ SHOW_S: '4', SAME_RANK_WINDOW_S: '4' });
  // The page's content security policy would keep the scanner out; half faded in, nothing has its contrast yet.
  const look = { bypassCSP: true, reducedMotion: 'reduce' } as const;
  const lost = await openPage(`${game.url}/${gone}`, { ...look, expected: refusedCalls });
  await lost.getByRole('heading').waitFor();
  expect(await violations(lost)).toEqual([]);

  const ann = new PagePlayer(await openPage(game.url, look));
  const { page } = ann;
  await ann.rooms.getByText('None at the moment').waitFor();
  expect(await violations(page)).toEqual([]);
  const bo = new PagePlayer(await openPage(game.url));
  await bo.opensRoom();
  await ann.rooms.getByRole('listitem').waitFor();
  expect(await violations(page)).toEqual([]);
  await ann.press('How to play');
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Escape');

  await ann.opensRoom();
  expect(await violations(page)).toEqual([]);
  await ann.press('Start the match');
  await ann.card(1).click();
  expect(await violations(page)).toEqual([]);
  await ann.card(2).click();
  await ann.press('Look at both');
  await page.getByText('Remember them').waitFor();
  expect(await violations(page)).toEqual([]);
  await ann.press('Draw a card');
  await ann.actions.getByRole('button', { name: /^Play the/ }).waitFor();
  expect(await violations(page)).toEqual([]);
  await ann.press('Call Recall');
  await ann.press(/^Play the/);
  await page.getByText('anyone may play').first().waitFor();
  expect(await violations(page)).toEqual([]);
  await ann.playsOn(1);
  expect(await violations(page)).toEqual([]);
  await ann.press('Check the deal');
  expect(await violations(page)).toEqual([]);
});
