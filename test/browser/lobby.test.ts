import { Client } from '@colyseus/sdk';
import { expect, test } from 'vitest';
import { PagePlayer } from '../../harness/pagePlayer.ts';
import { connectionsOf, lostConnections, openPage } from './chromium.ts';
import { type Game, startGame } from './game.ts';

const startLobby = (): Promise<Game> => startGame({ LOBBY_REFRESH_S: '0.1' });
const none = 'None at the moment.';

test('a public room appears in the list of who is in the lobby, one click joins it, and it goes when its match runs', async () => {
  const game = await startLobby();
  const [bo, cleo] = [new PagePlayer(await openPage(game.url)), new PagePlayer(await openPage(game.url))];
  await Promise.all([bo, cleo].map(({ rooms }) => rooms.getByText(none).waitFor()));

  const ann = new PagePlayer(await openPage(game.url));
  const invitation = await ann.opensRoom({ seats: 3 });
  await bo.rooms.getByText('One room waits for players.').waitFor();
  await bo.rooms.getByText('1 of 3 seats taken').waitFor();
  await bo.rooms.getByRole('button', { name: 'Join' }).click();
  await bo.page.getByText('Waiting for').waitFor();
  expect(bo.page.url()).toBe(invitation);
  await cleo.rooms.getByText('2 of 3 seats taken').waitFor();

  await ann.press('Start the match');
  await bo.hand.waitFor();
  await cleo.rooms.getByText(none).waitFor();
  expect(await cleo.rooms.getByRole('button').count()).toBe(0);
});

test('a room is out of the list while it is full, and in it again when a seat is free', async () => {
  const game = await startLobby();
  const cleo = new PagePlayer(await openPage(game.url));
  const ann = new PagePlayer(await openPage(game.url));
  const invitation = await ann.opensRoom({ seats: 2 });
  await cleo.rooms.getByText('1 of 2 seats taken').waitFor();
  const bo = new PagePlayer(await openPage(invitation));
  await bo.sitsDown();
  await bo.page.getByText('Waiting for').waitFor();
  await cleo.rooms.getByText(none).waitFor();
  await bo.press('Leave');
  await cleo.rooms.getByText('1 of 2 seats taken').waitFor();
});

test('a private room is in nobody’s list (never again 8)', async () => {
  const game = await startLobby();
  const [ann, bo] = [new PagePlayer(await openPage(game.url)), new PagePlayer(await openPage(game.url))];
  await ann.opensRoom({ password: 'open sesame' });
  const cleo = new PagePlayer(await openPage(game.url));
  await cleo.opensRoom({ seats: 3 });
  await bo.rooms.getByText('of 3 seats taken').waitFor();
  expect(await bo.rooms.getByRole('listitem').count()).toBe(1);
});

test('who sits down at a table has left the lobby, and who comes back is in it again', async () => {
  const game = await startLobby();
  const ann = new PagePlayer(await openPage(game.url));
  await ann.rooms.getByText(none).waitFor();
  await ann.opensRoom();
  const roomId = new URL(ann.page.url()).hash.slice(1);
  await expect.poll(() => connectionsOf(ann.page)).toEqual([expect.stringContaining(roomId)]);
  await ann.press('Leave');
  await ann.rooms.getByText(/waits? for players|None at/).waitFor();
  await expect.poll(() => connectionsOf(ann.page)).toEqual([expect.stringContaining('/lobby')]);
});

test('a list that somebody watches is right again after the server was killed and started again', async () => {
  const game = await startLobby();
  const watch = { expected: lostConnections };
  const ann = new PagePlayer(await openPage(game.url, watch));
  await ann.opensRoom({ seats: 3 });
  const bo = new PagePlayer(await openPage(game.url, watch));
  await bo.rooms.getByText('1 of 3 seats taken').waitFor();

  await game.kill();
  await bo.rooms.getByText('The server does not answer.').waitFor();
  expect(await bo.rooms.getByRole('button').count()).toBe(0);
  await game.restart();
  await bo.rooms.getByText('1 of 3 seats taken').waitFor();

  const cleo = new PagePlayer(await openPage(game.url));
  await cleo.opensRoom({ seats: 2 });
  await bo.rooms.getByText('2 rooms wait for players.').waitFor();
  await bo.rooms.getByRole('button', { name: 'Join: 1 of 3' }).click();
  await bo.page.getByText('Waiting for').waitFor();
});

test('of many rooms five are shown, and all to who asks', async () => {
  const game = await startLobby();
  const owner = new Client(game.url);
  await owner.auth.signInAnonymously();
  for (let rooms = 0; rooms < 7; rooms++) await owner.create('recall');
  const bo = new PagePlayer(await openPage(game.url));
  await bo.rooms.getByText('7 rooms wait for players.').waitFor();
  expect(await bo.rooms.getByRole('listitem').count()).toBe(5);
  await bo.press('Show all 7');
  expect(await bo.rooms.getByRole('listitem').count()).toBe(7);
});

test('who deletes their data is known no more, here or at the table that they sat at', async () => {
  const game = await startLobby();
  const ann = new PagePlayer(await openPage(game.url));
  const invitation = await ann.opensRoom({ seats: 3 });
  const bo = new PagePlayer(await openPage(invitation));
  await bo.sitsDown('Bo the Unmistakable');
  await ann.page.getByText('Bo the Unmistakable').first().waitFor();
  await bo.page.goto(game.url);
  const stored = async () => JSON.stringify((await bo.page.context().storageState()).origins);
  await bo.page.getByText('Your matches').waitFor();
  expect(await stored()).toContain('Unmistakable');

  await bo.press('Delete my data');
  await bo.press('Delete it all');
  await bo.page.getByText('It is all deleted.').waitFor();
  // Beside her log of what has happened.
  await expect.poll(() => ann.page.getByText('Free seat').count()).toBe(2);
  await bo.press('Close');
  await bo.page.getByText('Your matches').waitFor({ state: 'detached' });
  expect(await bo.page.getByLabel('Your name').inputValue()).toBe('');
  expect(await stored()).not.toMatch(/Unmistakable|room_/);
});

test('who deletes their data is told that it goes on, where it takes its time', async () => {
  const game = await startLobby();
  const ann = new PagePlayer(await openPage(game.url, { expected: /503|401/ }));
  await ann.opensRoom({ seats: 3 });
  await ann.page.goto(game.url);
  await ann.page.route('**/users/me', (route) =>
    route.fulfill({ status: 503, json: { code: 'UNAVAILABLE', message: 'not everything is erased yet' } }),
  );
  await ann.press('Delete my data');
  await ann.press('Delete it all');
  await ann.page.getByText('It is not all deleted yet. Try again in a moment.').waitFor();
  await ann.page.unroute('**/users/me');
  await ann.press('Delete it all');
  await ann.page.getByText('It is all deleted.').waitFor();
});
