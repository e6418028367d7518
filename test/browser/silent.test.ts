import { expect, test } from 'vitest';
import { PagePlayer } from '../../harness/pagePlayer.ts';
import { TcpProxy } from '../../harness/proxy.ts';
import { lostConnections, openPage } from './chromium.ts';
import { startGame } from './game.ts';

const lost = /connection is lost/;

/** In the page: when it says so, be it for a moment, which who looks now and then would miss. */
const saysOnce = (text: RegExp) => `new Promise((resolve) => {
  const observer = new MutationObserver(() => {
    if (!${text}.test(document.body.textContent)) return;
    observer.disconnect();
    resolve();
  });
  observer.observe(document.body, { childList: true, subtree: true, characterData: true });
})`;

test('a connection that has gone silent is noticed, at once where the player acts, and a new one goes on', async () => {
  const game = await startGame();
  const begin = async () => {
    const network = await TcpProxy.start(game.port);
    const player = new PagePlayer(await openPage(`http://127.0.0.1:${network.port}`, { expected: lostConnections }));
    await player.press('One fewer');
    await player.press('One fewer');
    await player.press(/^Play against/);
    await player.peeks();
    await player.actions.getByRole('button', { name: 'Draw a card' }).waitFor();
    return { network, player };
  };
  const [acting, waiting] = await Promise.all([begin(), begin()]);
  const noticed = async ({ network, player }: typeof acting, act: () => Promise<unknown>) => {
    const seen = player.page.evaluate(saysOnce(lost));
    network.strand();
    const since = performance.now();
    await act();
    await seen;
    return performance.now() - since;
  };
  const draw = acting.player.actions.getByRole('button', { name: 'Draw a card' });
  const [actingMs, waitingMs] = await Promise.all([
    noticed(acting, () => draw.click()),
    noticed(waiting, async () => {}),
  ]);
  // So long the page waits, and a second for a busy machine.
  expect(actingMs).toBeLessThan(4500);
  expect(waitingMs).toBeLessThan(11_000);

  for (const { player } of [acting, waiting]) await player.page.getByText(lost).waitFor({ state: 'detached' });
  // The move that nobody answered was made all the same, once.
  await acting.player.hand.getByRole('button', { name: 'Drawn card' }).waitFor();
  await waiting.player.press('Draw a card');
  await waiting.player.hand.getByRole('button', { name: 'Drawn card' }).waitFor();
  await Promise.all([acting.network.dispose(), waiting.network.dispose()]);
});
