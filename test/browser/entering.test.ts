import { expect, test } from 'vitest';
import { PagePlayer } from '../../harness/pagePlayer.ts';
import { TcpProxy } from '../../harness/proxy.ts';
import { lostConnections, openPage, openTab, refusedCalls } from './chromium.ts';
import { gameForFile, startGame } from './game.ts';

const wayOn = 'Back to the lobby';

/** Who has followed a link, and said their name. */
async function follows(link: string): Promise<PagePlayer> {
  const friend = new PagePlayer(await openPage(link, { expected: refusedCalls }));
  await friend.sitsDown();
  return friend;
}

async function says(player: PagePlayer, heading: string): Promise<void> {
  await player.page.getByRole('heading', { name: heading }).waitFor();
  await player.press(wayOn);
  await player.page.getByRole('button', { name: 'Play now' }).waitFor();
}

test('a wrong link ends in a sentence and a way on', async () => {
  const url = await gameForFile();
  const link = `${url}/#room_00000000-0000-4000-8000-000000000000`;
  await says(await follows(link), 'This room is gone');
});

test('a link that was cut short ends in a sentence and a way on', async () => {
  const url = await gameForFile();
  const ann = new PagePlayer(await openPage(`${url}/#ro`, { expected: refusedCalls }));
  await says(ann, 'This room is gone');
  await ann.page.goto(`${url}/#room_00`);
  await ann.sitsDown('Ann');
  await says(ann, 'This room is gone');
});

test('what is neither a link nor a room id is answered where it was typed', async () => {
  const url = await gameForFile();
  const ann = new PagePlayer(await openPage(url));
  await ann.page.getByLabel('Link or room id').fill('my room');
  await ann.press('Join');
  await ann.page.getByRole('alert').getByText('neither a link nor a room id').waitFor();
});

test('an invited friend is asked for a name before they sit, once', async () => {
  const url = await gameForFile();
  const ann = new PagePlayer(await openPage(url));
  const invitation = await ann.opensRoom();
  const bo = new PagePlayer(await openPage(invitation));
  await bo.page.getByRole('heading', { name: 'You are invited' }).waitFor();
  expect(await ann.page.getByRole('button', { name: /^Remove/ }).count()).toBe(0);
  await bo.sitsDown('Bo');
  await ann.page.getByRole('button', { name: 'Remove Bo' }).waitFor();
  await bo.press('Leave');
  await ann.page.getByRole('button', { name: 'Remove Bo' }).waitFor({ state: 'detached' });
  await bo.page.goto(invitation);
  await bo.page.getByText('Waiting for').waitFor();
});

test('who leaves, and follows the invitation again before the server has answered, sits there again', async () => {
  const ann = new PagePlayer(await openPage(await gameForFile()));
  const invitation = await ann.opensRoom();
  const bo = new PagePlayer(await openPage(invitation));
  await bo.sitsDown('Bo');
  // Both have seen that he sits there.
  await ann.page.getByRole('button', { name: 'Remove Bo' }).waitFor();
  await bo.page.getByText('Waiting for').waitFor();
  const connects = bo.page.waitForEvent('websocket');
  // In one step, as no person could.
  const leave = `[...document.querySelectorAll('button')].find((one) => /Leave/.test(one.textContent)).click()`;
  await bo.page.evaluate(`${leave}; location.hash = '${new URL(invitation).hash}'`);
  await connects;
  await ann.page.getByRole('button', { name: 'Remove Bo' }).waitFor();
  await bo.page.getByText('Waiting for').waitFor();
});

test('a private room asks for its password, says when it is wrong, and opens to the right one', async () => {
  const url = await gameForFile();
  const ann = new PagePlayer(await openPage(url));
  const invitation = await ann.opensRoom({ password: 'open sesame' });
  const bo = await follows(invitation);
  await bo.page.getByLabel('Password').fill('sesame');
  await bo.press('Enter');
  await bo.page.getByText('That is not the password of this room.').waitFor();
  await bo.page.getByLabel('Password').fill('open sesame');
  await bo.press('Enter');
  await bo.page.getByText('Waiting for').waitFor();
});

test('who comes while too many guests do waits in line, is told so, and gets in (never again 47)', async () => {
  const game = await startGame({ RATE_LIMIT_GUESTS: '1', RATE_LIMIT_WINDOW_S: '8' });
  await fetch(`${game.url}/auth/anonymous`, { method: 'POST' });
  const ann = new PagePlayer(await openPage(game.url, { expected: refusedCalls }));
  await ann.press('Play now');
  await ann.page.getByRole('heading', { name: 'Many are arriving' }).waitFor();
  await ann.page.getByText('The match is about to start').waitFor();
});

test('who tries too many wrong passwords is asked to wait, and can go elsewhere', async () => {
  const url = await gameForFile();
  const ann = new PagePlayer(await openPage(url));
  const invitation = await ann.opensRoom({ password: 'open sesame' });
  const bo = await follows(invitation);
  const field = bo.page.getByLabel('Password');
  const wait = bo.page.getByRole('heading', { name: 'Too many tries' });
  for (let tries = 0; tries < 6; tries++) {
    await field.fill(`wrong ${tries}`);
    await bo.press('Enter');
    await field.or(wait).first().waitFor();
  }
  await says(bo, 'Too many tries');
});

test('a room that has filled before the list could show it says so', async () => {
  const game = await startGame({ LOBBY_REFRESH_S: '0.1' });
  const network = await TcpProxy.start(game.port);
  const [ann, bo] = [new PagePlayer(await openPage(game.url)), new PagePlayer(await openPage(game.url))];
  await ann.opensRoom({ seats: 2 });
  const cleo = new PagePlayer(await openPage(`http://127.0.0.1:${network.port}`, { expected: refusedCalls }));
  const room = 'Join: 1 of 2';
  await cleo.rooms.getByRole('button', { name: room }).waitFor();
  network.delay(2000);
  await bo.press(room);
  await bo.page.getByText('Waiting for').waitFor();
  await cleo.press(room);
  await says(cleo, 'This room is full');
  await network.dispose();
});

test('a match that has expired says so at the table, and to who comes back to it', async () => {
  const game = await startGame({ ROOM_TTL_S: '2', RECONNECT_GRACE_S: '60' });
  const ann = new PagePlayer(await openPage(game.url, { expected: refusedCalls }));
  const invitation = await ann.opensRoom();
  const other = await openTab(await ann.page.context().newPage(), game.url, refusedCalls);
  await other.getByRole('button', { name: 'Go on' }).waitFor();
  await says(ann, 'This room is closed');

  await other.getByRole('button', { name: 'Go on' }).click();
  await says(new PagePlayer(other), 'This room is gone');
  expect(await other.getByRole('button', { name: 'Go on' }).count()).toBe(0);
  await says(await follows(invitation), 'This room is gone');
});

test('a full room and a running match each say so', async () => {
  const url = await gameForFile();
  const ann = new PagePlayer(await openPage(url));
  const invitation = await ann.opensRoom({ seats: 2 });
  await ann.press('Add a computer player');
  await ann.page.getByRole('button', { name: /^Remove/ }).waitFor();
  await says(await follows(invitation), 'This room is full');

  await ann.press('Start the match');
  await ann.hand.waitFor();
  await says(await follows(invitation), 'A match is being played here');
});

test('who is taken out of a room is told', async () => {
  const url = await gameForFile();
  const ann = new PagePlayer(await openPage(url));
  const invitation = await ann.opensRoom();
  const bo = await follows(invitation);
  await ann.press('Remove Bo');
  await says(bo, 'You were taken out of the room');
});

test('who is taken out while their connection is down is told when it is back, and stays out', async () => {
  const game = await startGame();
  const ann = new PagePlayer(await openPage(game.url));
  const invitation = await ann.opensRoom();
  const network = await TcpProxy.start(game.port);
  const link = invitation.replace(String(game.port), String(network.port));
  const expected = new RegExp(`${refusedCalls.source}|${lostConnections.source}`);
  const bo = new PagePlayer(await openPage(link, { expected }));
  await bo.sitsDown('Bo');
  // His connection stands, and not his seat alone.
  await bo.page.getByText('Waiting for').waitFor();
  await ann.page.getByRole('button', { name: 'Remove Bo' }).waitFor();
  network.cut();
  await bo.page.getByText('connection is lost').waitFor();
  await ann.press('Remove Bo');
  await ann.page.getByRole('button', { name: 'Remove Bo' }).waitFor({ state: 'detached' });
  network.restore();
  await says(bo, 'You were taken out of the room');
  // Who asks for the room again is told the same, and sits nowhere.
  await bo.page.goto(link);
  await says(bo, 'You were taken out of the room');
  expect(await ann.page.getByRole('button', { name: 'Remove Bo' }).count()).toBe(0);
  await network.dispose();
});

test('a server that is away ends in a sentence, and a try when it is back in a match', async () => {
  const game = await startGame();
  const ann = new PagePlayer(await openPage(game.url, { expected: lostConnections }));
  await game.kill();
  await ann.press('Play now');
  await ann.page.getByRole('heading', { name: 'The server does not answer' }).waitFor();
  await game.restart();
  await ann.press('Try again');
  await ann.page.getByText('Starts in').waitFor();
});

test('a link that is followed while the server is away ends in a sentence, and in the room when it is back', async () => {
  const game = await startGame();
  const ann = new PagePlayer(await openPage(game.url, { expected: lostConnections }));
  const invitation = await ann.opensRoom();
  const bo = new PagePlayer(await openPage(game.url, { expected: lostConnections }));
  await game.kill();
  await bo.page.goto(invitation);
  await bo.sitsDown();
  await bo.page.getByRole('heading', { name: 'The server does not answer' }).waitFor();
  await game.restart();
  await bo.press('Try again');
  await bo.page.getByText('Waiting for').waitFor();
});

test('who has a seat, and follows the link while nobody answers, asks for that seat alone, and has it when it can be had', async () => {
  const game = await startGame();
  const ann = new PagePlayer(await openPage(game.url, { expected: lostConnections }));
  const { page } = ann;
  const invitation = await ann.opensRoom();
  await page.goto(game.url);
  const asked: string[] = [];
  await page.route('**/matchmake/**', (route) => {
    asked.push(new URL(route.request().url()).pathname.split('/')[2] ?? '');
    return route.abort();
  });
  await page.goto(invitation);
  await page.getByRole('heading', { name: 'The server does not answer' }).waitFor();
  expect(new Set(asked)).toEqual(new Set(['reconnect']));
  await page.unroute('**/matchmake/**');
  await ann.press('Try again');
  await page.getByRole('button', { name: 'Start the match' }).waitFor();
});

test('a match whose server stays away is not waited for without end', { timeout: 60_000 }, async () => {
  const game = await startGame();
  const page = await openPage(game.url, { expected: lostConnections });
  const ann = new PagePlayer(page);
  await ann.press(/^Play against/);
  await ann.hand.waitFor();
  await game.kill();
  await page.getByText('The connection is lost').waitFor();
  // The SDK tries for a minute, and the page for a minute and a half.
  await page.clock.install();
  const sentence = page.getByRole('heading', { name: 'The server does not answer' });
  while (!(await sentence.isVisible())) await page.clock.runFor(2000);
  await ann.press('Back to the lobby');
  await ann.rooms.getByText('The server does not answer.').waitFor();
});
