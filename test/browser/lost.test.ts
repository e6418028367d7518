import { expect, test } from 'vitest';
import { PagePlayer } from '../../harness/pagePlayer.ts';
import { TcpProxy } from '../../harness/proxy.ts';
import { lostConnections, openPage, openTab } from './chromium.ts';
import { gameForFile, startGame } from './game.ts';

const gettingBack = /connection is lost/;

/** In a match against one computer player, on one's own turn. */
async function inMatch(player: PagePlayer): Promise<void> {
  await player.press('One fewer');
  await player.press('One fewer');
  await player.press(/^Play against/);
  await player.peeks();
  await player.actions.getByRole('button', { name: 'Draw a card' }).waitFor();
}

test('a network that is cut and comes back costs no more than a sentence', async () => {
  const game = await startGame();
  const network = await TcpProxy.start(game.port);
  const ann = new PagePlayer(await openPage(`http://127.0.0.1:${network.port}`, { expected: lostConnections }));
  await inMatch(ann);

  network.cut();
  await ann.page.getByText(gettingBack).waitFor();
  network.restore();
  await ann.page.getByText(gettingBack).waitFor({ state: 'detached' });
  await ann.press('Draw a card');
  await ann.hand.getByRole('button', { name: 'Drawn card' }).waitFor();
  await network.dispose();
});

test('a server that is killed and started again gives the match back, the drawn card included', async () => {
  const game = await startGame();
  const ann = new PagePlayer(await openPage(game.url, { expected: lostConnections }));
  await inMatch(ann);
  await ann.press('Draw a card');
  const drawn = ann.hand.getByRole('button', { name: 'Drawn card' });
  const before = await drawn.getAttribute('aria-label');

  await game.kill();
  await ann.page.getByText(gettingBack).waitFor();
  await game.restart();
  await ann.page.getByText(gettingBack).waitFor({ state: 'detached' });
  expect(await drawn.getAttribute('aria-label')).toBe(before);
  await ann.press(/^Play the/);
  await ann.log.getByText('You played the drawn card').waitFor();
});

test('a page that is loaded again mid-match is back at its seat', async () => {
  const url = await gameForFile();
  const ann = new PagePlayer(await openPage(url));
  await inMatch(ann);
  await ann.press('Draw a card');
  const drawn = ann.hand.getByRole('button', { name: 'Drawn card' });
  const before = await drawn.getAttribute('aria-label');

  await ann.page.reload();
  expect(await drawn.getAttribute('aria-label')).toBe(before);
  await ann.press(/^Play the/);
});

test('a second tab takes the seat, and the first one says so and can take it back', async () => {
  const url = await gameForFile();
  const ann = new PagePlayer(await openPage(url));
  await inMatch(ann);
  const other = new PagePlayer(await openTab(await ann.page.context().newPage(), ann.page.url()));
  await other.hand.waitFor();
  await ann.page.getByRole('heading', { name: 'You are playing in another tab' }).waitFor();

  await ann.press('Play here instead');
  await ann.hand.waitFor();
  await other.page.getByRole('heading', { name: 'You are playing in another tab' }).waitFor();
});

test('who went back to the lobby finds the match there', async () => {
  const url = await gameForFile();
  const ann = new PagePlayer(await openPage(url));
  await inMatch(ann);
  await ann.page.goto('about:blank');
  await ann.page.goto(url);
  await ann.press('Go on');
  await ann.hand.waitFor();
});
