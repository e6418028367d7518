import { expect, test } from 'vitest';
import { PagePlayer } from '../../harness/pagePlayer.ts';
import { TcpProxy } from '../../harness/proxy.ts';
import { lostConnections, openPage } from './chromium.ts';
import { gameForFile, startGame } from './game.ts';

/** What the page says and offers while something stands between a player and the match. */

test('while the connection is lost the buttons rest, and the log says where it has a gap', async () => {
  const game = await startGame();
  const network = await TcpProxy.start(game.port);
  const ann = new PagePlayer(await openPage(`http://127.0.0.1:${network.port}`, { expected: lostConnections }));
  await ann.opensRoom();
  network.cut();
  await ann.page.getByText('connection is lost').waitFor();
  const resting = ann.page.getByRole('button', { disabled: true });
  await resting.getByText('Start the match').waitFor();
  await resting.getByText('Add a computer player').waitFor();
  network.restore();
  await ann.page.getByText('connection is lost').waitFor({ state: 'detached' });
  await ann.press('Start the match');
  await ann.peeks();
  const draw = ann.actions.getByRole('button', { name: 'Draw a card' });
  await draw.waitFor();

  network.cut();
  await resting.getByText('Draw a card').waitFor();
  expect(await ann.page.getByRole('button', { name: /^Draw pile/, disabled: false }).count()).toBe(0);
  network.restore();
  await draw.click();
  await ann.hand.getByRole('button', { name: 'Drawn card' }).waitFor();
  const goesOn = ann.log.getByText('The connection is back. Not all that happened meanwhile is written down.');
  expect(await goesOn.count()).toBe(0);

  // Nobody knows from where on a page that was loaded again has missed anything.
  await ann.page.reload();
  await ann.log.getByText('The log begins here').waitFor();
  network.cut();
  await ann.page.getByText('connection is lost').waitFor();
  network.restore();
  await goesOn.waitFor();
  await network.dispose();
});

test('who has missed turns takes the seat back by a button, also out of turn', async () => {
  const game = await startGame({ MISSED_TURNS: '1', BOT_DELAY_MIN_S: '0.5', BOT_DELAY_MAX_S: '0.5' });
  const page = await openPage(game.url);
  const ann = new PagePlayer(page);
  // The page offers no time as short as that.
  await page.route('**/matchmake/create/recall', (route) =>
    route.continue({ postData: { ...route.request().postDataJSON(), turn_time_limit: 1 } }),
  );
  await ann.press(/^Play against/);
  await ann.peeks();
  const back = page.getByRole('button', { name: 'Take my seat back' });
  await back.click();
  await ann.log.getByText('You are back at your seat.').waitFor();
});

test('who leaves a match against computer players alone is told that it ends', async () => {
  const url = await gameForFile();
  const ann = new PagePlayer(await openPage(url));
  const invitation = await ann.opensRoom({ seats: 3 });
  const bo = new PagePlayer(await openPage(invitation));
  await bo.sitsDown();
  await ann.press('Add a computer player');
  await ann.page.getByRole('button', { name: 'Remove Bo' }).waitFor();
  await ann.press('Start the match');
  await bo.hand.waitFor();
  const leave = async (player: PagePlayer, words: RegExp) => {
    await player.press('Leave');
    const question = player.page.getByRole('dialog', { name: 'Leave the match?' });
    await question.getByText(words).waitFor();
    await question.getByRole('button', { name: 'Leave' }).click();
    await player.page.getByRole('button', { name: 'Play now' }).waitFor();
  };
  await leave(bo, /A computer player plays your seat on/);
  await ann.page.getByText('computer').nth(1).waitFor();
  await leave(ann, /the match ends at once/);
});
