import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { PagePlayer } from '../../harness/pagePlayer.ts';
import { openPage } from './chromium.ts';
import { startGame } from './game.ts';

/** Goes on with Tab until the focus is on a button of that name. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    const focused = page.locator(':focus');
    if ((await focused.count()) === 1) {
      const label = (await focused.getAttribute('aria-label')) ?? (await focused.textContent());
      if (label !== null && name.test(label)) return;
    }
    await page.keyboard.press('Tab');
  }
  expect.fail(`the keyboard can't reach ${name}`);
}

async function enter(page: Page, name: RegExp): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.press('Enter');
}

test('a match can be played from the lobby to a turn with the keyboard alone', async () => {
  const game = await startGame();
  const ann = new PagePlayer(await openPage(game.url));
  const { page } = ann;
  await enter(page, /^Play against/);
  await ann.card(1).waitFor();
  await enter(page, /card 1: /);
  await enter(page, /card 3: /);
  await enter(page, /^Look at both/);
  await ann.log.getByText('You looked at two cards.').waitFor();

  await ann.actions.getByRole('button', { name: 'Draw a card' }).waitFor();
  await enter(page, /^Draw a card/);
  await ann.actions.getByRole('button', { name: /^Play the/ }).waitFor();
  // The focus has gone on to the next thing to do, and can be seen there.
  const focused = page.locator(':focus');
  expect(await focused.textContent()).toMatch(/^Play the/);
  expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');

  await enter(page, /card [24]: face down/);
  await enter(page, /^Play card [24]$/);
  await ann.log.getByText(/^You played card [24]/).waitFor();
});
