import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { PagePlayer } from '../../harness/pagePlayer.ts';
import { openPage } from './chromium.ts';
import { startGame } from './game.ts';

/** Whether all of it can be seen, with nothing to scroll. */
async function isInSight(element: Locator): Promise<boolean> {
  const { width, height } = element.page().viewportSize() ?? { width: 0, height: 0 };
  const box = await element.boundingBox();
  return box !== null && box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height;
}

const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

test('on a phone in portrait nothing is cut off, and a match of eight can be played', {
  timeout: 150_000,
}, async () => {
  const game = await startGame({ SAME_RANK_WINDOW_S: '0.1' });
  const ann = new PagePlayer(await openPage(game.url, phone));
  const isAsWideAsThePhone = () => ann.page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth');
  expect(await isAsWideAsThePhone()).toBe(true);

  for (let more = 0; more < 4; more++) await ann.page.getByRole('button', { name: 'One more' }).first().tap();
  await ann.page.getByRole('button', { name: 'Play against 7' }).tap();
  const draw = ann.actions.getByRole('button', { name: 'Draw a card' });
  const again = ann.page.getByRole('button', { name: 'Play again' });
  // Seven others come before her at times, and may end the match by four of a kind.
  for (let isOver = true; isOver; isOver = await again.isVisible()) {
    if (await again.isVisible()) await again.tap();
    await ann.card(1).tap();
    await ann.card(2).tap();
    await ann.page.getByRole('button', { name: 'Look at both' }).tap();
    await draw.or(again).first().waitFor({ timeout: 60_000 });
  }
  await draw.tap();
  await ann.actions.getByRole('button', { name: /^Play the/ }).waitFor();
  expect(await isAsWideAsThePhone()).toBe(true);
  // The button lies under the thumb, whatever is above.
  expect(await ann.actions.getByRole('button', { name: /^Play the/ }).isVisible()).toBe(true);
  const box = await ann.actions.boundingBox();
  expect(box && box.y + box.height).toBeCloseTo(740, 0);

  for (const size of [
    { width: 360, height: 740 },
    { width: 320, height: 640 },
    { width: 1280, height: 800 },
  ]) {
    await ann.page.setViewportSize(size);
    const piles = ann.page.getByRole('region', { name: 'Piles' }).getByRole('button');
    const needed = {
      'draw pile': piles.first(),
      'discard pile': piles.last(),
      clock: ann.actions.locator('.ring'),
      'way out': ann.page.getByRole('button', { name: 'Leave' }),
      'own card': ann.card(2),
    };
    for (const [what, element] of Object.entries(needed)) {
      expect([what, size.width, await isInSight(element)]).toEqual([what, size.width, true]);
    }
    expect(await isAsWideAsThePhone()).toBe(true);
  }
});

test('on a narrow phone the same-rank window is announced whole, and covers no pile', async () => {
  const game = await startGame({ SAME_RANK_WINDOW_S: '20' });
  const ann = new PagePlayer(await openPage(game.url, phone));
  await ann.page.getByRole('button', { name: 'One fewer' }).first().tap();
  await ann.page.getByRole('button', { name: 'One fewer' }).first().tap();
  await ann.press(/^Play against/);
  await ann.peeks();
  const said = ann.page.getByRole('region', { name: 'Piles' }).getByText(/^Same rank: anyone may play/);
  const draw = ann.actions.getByRole('button', { name: 'Draw a card' });
  await draw.or(said).first().waitFor();
  if (await draw.isVisible()) {
    await draw.tap();
    await ann.press(/^Play the/);
    await said.waitFor();
  }
  for (const width of [360, 320]) {
    await ann.page.setViewportSize({ width, height: 640 });
    expect(await isInSight(said)).toBe(true);
    const top = (await said.boundingBox())?.y ?? 0;
    for (const pile of await ann.page.getByRole('region', { name: 'Piles' }).getByRole('button').all()) {
      const box = await pile.boundingBox();
      expect(box && box.y + box.height).toBeLessThanOrEqual(top);
    }
  }
});
