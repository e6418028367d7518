import { expect, test } from 'vitest';
import { openPage } from './chromium.ts';
import { startGame } from './game.ts';
import { Player } from './player.ts';

const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

test('on a phone in portrait nothing is cut off, and a match of eight can be played', {
  timeout: 150_000,
}, async () => {
  const game = await startGame({ SAME_RANK_WINDOW_S: '0.1' });
  const ann = new Player(await openPage(game.url, phone));
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
});
