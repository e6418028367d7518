import { expect, test } from 'vitest';
import { PagePlayer } from '../../harness/pagePlayer.ts';
import { openPage } from './chromium.ts';
import { gameForFile, startGame } from './game.ts';

test('two people play a whole match in two browsers, check the deal, and play again', { timeout: 90_000 }, async () => {
  const url = await gameForFile();
  // What moves must not stand in anybody's way.
  const ann = new PagePlayer(await openPage(url, { reducedMotion: 'no-preference' }));
  await ann.page.getByLabel('Your name').fill('Ann');
  const invitation = await ann.opensRoom();
  const bo = new PagePlayer(await openPage(invitation));
  await bo.sitsDown();
  await ann.page.getByRole('button', { name: 'Remove Bo' }).waitFor();
  // What she has committed to outlives a reload.
  await ann.page.reload();
  await ann.page.getByRole('button', { name: 'Remove Bo' }).waitFor();

  await ann.press('Start the match');
  await Promise.all([ann.peeks(), bo.peeks()]);
  const called = (player: PagePlayer) =>
    player.page.getByText(/^(Ann|Bo|You) called Recall$/).waitFor({ timeout: 60_000 });
  await Promise.all([called(ann), called(bo), ann.playsOn(3), bo.playsOn(3)]);

  const rows = await ann.result.getByRole('row').allInnerTexts();
  expect((await bo.result.getByRole('row').allInnerTexts()).map(withoutYou)).toEqual(rows.map(withoutYou));
  for (const { page } of [ann, bo]) {
    await page.getByRole('button', { name: 'Check the deal' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('nobody has chosen this deal').waitFor();
    await dialog.getByText('Your own part is in the deal').waitFor();
    expect(await dialog.getByText('does not fit').count()).toBe(0);
    await page.keyboard.press('Escape');
  }

  await ann.press('Play again');
  await Promise.all([ann.peeks(), bo.peeks()]);
  await bo.page.getByText('Match 2', { exact: true }).waitFor();
});

test('who presses "Play now" is in a match with computer players', async () => {
  const url = await gameForFile();
  const ann = new PagePlayer(await openPage(url));
  await ann.press('Play now');
  await ann.page.getByText('Starts in').waitFor();
  await ann.peeks();
  await ann.log.getByText('You looked at two cards.').waitFor();
  expect(await ann.page.getByRole('list', { name: 'Players' }).locator('> *').count()).toBe(3);
});

test('a card is shown no longer than the rule shows it', async () => {
  const game = await startGame({ SHOW_S: '1' });
  const ann = new PagePlayer(await openPage(game.url));
  await ann.press(/^Play against/);
  await ann.peeks();
  const shown = ann.hand.getByRole('button', { name: 'shown to you' });
  await shown.first().waitFor();
  expect(await shown.count()).toBe(2);
  await ann.page.getByText('Remember them').waitFor();
  await shown.first().waitFor({ state: 'detached', timeout: 1500 });
  expect(await shown.count()).toBe(0);
});

const withoutYou = (row: string): string => row.replace(' you', '');
