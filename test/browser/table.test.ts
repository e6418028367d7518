import { expect, test, vi } from 'vitest';
import { PagePlayer } from '../../harness/pagePlayer.ts';
import { TcpProxy } from '../../harness/proxy.ts';
import { openPage } from './chromium.ts';
import { gameForFile, startGame } from './game.ts';

test('a move that comes too late is refused in plain words', { timeout: 60_000 }, async () => {
  // Slow players, so that no other window is open when it arrives.
  const game = await startGame({ SAME_RANK_WINDOW_S: '1.3', BOT_DELAY_MIN_S: '2', BOT_DELAY_MAX_S: '2' });
  const network = await TcpProxy.start(game.port);
  const ann = new PagePlayer(await openPage(`http://127.0.0.1:${network.port}`));
  await ann.press('One fewer');
  await ann.press('One fewer');
  await ann.press(/^Play against/);
  await ann.peeks();
  await ann.press('Draw a card');
  await ann.press(/^Play the/);
  await ann.page.getByText('Play it now').waitFor();
  // From here on the server hears of everything after the window is over, however fast it is asked; not so late that it
  // seems to be dead.
  network.delay(1400);
  await ann.hand
    .getByRole('button', { name: /face down/ })
    .first()
    .click();
  await ann.press(/^Yes, play card/);
  await ann.actions.getByRole('alert').getByText('Too late').waitFor();
  await network.dispose();
});

test('who leaves a match is asked first, and does not find it in the lobby', async () => {
  const url = await gameForFile();
  const ann = new PagePlayer(await openPage(url));
  await ann.press(/^Play against/);
  await ann.hand.waitFor();
  await ann.press('Leave');
  const question = ann.page.getByRole('dialog', { name: 'Leave the match?' });
  await question.getByRole('button', { name: 'Stay' }).click();
  await ann.press('Leave');
  await question.getByRole('button', { name: 'Leave' }).click();
  await ann.page.getByRole('button', { name: 'Play now' }).waitFor();
  expect(await ann.page.getByRole('button', { name: 'Go on' }).count()).toBe(0);
  expect(new URL(ann.page.url()).hash).toBe('');
});

test('the ring of a clock runs out with its number', async () => {
  const url = await gameForFile();
  const page = await openPage(url, { reducedMotion: 'no-preference' });
  const ann = new PagePlayer(page);
  await ann.press(/^Play against/);
  await ann.hand.waitFor();
  const ring = ann.actions.locator('.ring');
  const left = async () => Number(await ring.locator('.seconds').textContent());
  await vi.waitFor(async () => expect(await left()).toBeLessThan(12), { timeout: 15_000 });
  // Between 0, where the time begins, and 1; measured in the same moment as the number.
  const [gone, seconds] = await page.evaluate<number[]>(
    `[...document.querySelectorAll('#actions .ring')].flatMap((ring) => [
      parseFloat(getComputedStyle(ring.querySelector('.left')).strokeDashoffset),
      Number(ring.querySelector('.seconds').textContent),
    ])`,
  );
  expect(Math.abs((gone ?? 1) - (1 - (seconds ?? 0) / 15))).toBeLessThan(0.08);
});
