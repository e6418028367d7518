import { expect, test } from 'vitest';
import { PagePlayer } from '../../harness/pagePlayer.ts';
import { openPage } from './chromium.ts';
import { startGame } from './game.ts';

/** Counts what the page plays, and how often it shakes the phone. */
const listen = `
  window.heard = { notes: 0, buzzes: 0 };
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...when) { window.heard.notes++; return start.apply(this, when); };
  Navigator.prototype.vibrate = () => { window.heard.buzzes++; return true; };
`;

test.each([
  { name: 'is heard and felt', reducedMotion: 'no-preference', on: true },
  {
    name: 'is silent where the system asks for less motion, until the player wants sound',
    reducedMotion: 'reduce',
    on: false,
  },
] as const)('the page $name', async ({ reducedMotion, on }) => {
  const game = await startGame();
  const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
  const page = await openPage(game.url, { ...phone, reducedMotion });
  await page.addInitScript(listen);
  await page.reload();
  const ann = new PagePlayer(page);
  const heard = () => page.evaluate<{ notes: number; buzzes: number }>('window.heard');
  await ann.press(/^Play against/);
  await ann.peeks();
  await ann.press('Draw a card');
  await ann.press(/^Play the/);
  expect((await heard()).notes > 0).toBe(on);
  expect((await heard()).buzzes > 0).toBe(on);

  const toggle = page.getByRole('button', { name: 'Sound and vibration', pressed: on });
  await toggle.click();
  await page.getByRole('button', { name: 'Sound and vibration', pressed: !on }).waitFor();
  // The choice is kept.
  await page.reload();
  await page.getByRole('button', { name: 'Sound and vibration', pressed: !on }).waitFor();
});
