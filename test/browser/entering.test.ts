import { test } from 'vitest';
import { lostConnections, openPage, refusedCalls } from './chromium.ts';
import { startGame } from './game.ts';
import { Player } from './player.ts';

const wayOn = 'Back to the lobby';

async function says(player: Player, heading: string): Promise<void> {
  await player.page.getByRole('heading', { name: heading }).waitFor();
  await player.press(wayOn);
  await player.page.getByRole('button', { name: 'Play now' }).waitFor();
}

test('a wrong link ends in a sentence and a way on', async () => {
  const game = await startGame();
  const link = `${game.url}/#room_00000000-0000-4000-8000-000000000000`;
  await says(new Player(await openPage(link, { expected: refusedCalls })), 'This room is gone');
});

test('what is neither a link nor a room id is answered where it was typed', async () => {
  const game = await startGame();
  const ann = new Player(await openPage(game.url));
  await ann.page.getByLabel('Link or room id').fill('my room');
  await ann.press('Join');
  await ann.page.getByRole('alert').getByText('neither a link nor a room id').waitFor();
});

test('a private room asks for its password, says when it is wrong, and opens to the right one', async () => {
  const game = await startGame();
  const ann = new Player(await openPage(game.url));
  const invitation = await ann.opensRoom({ password: 'open sesame' });
  const bo = new Player(await openPage(invitation, { expected: refusedCalls }));
  await bo.page.getByLabel('Password').fill('sesame');
  await bo.press('Enter');
  await bo.page.getByText('That is not the password of this room.').waitFor();
  await bo.page.getByLabel('Password').fill('open sesame');
  await bo.press('Enter');
  await bo.page.getByText('Waiting for').waitFor();
});

test('a full room and a running match each say so', async () => {
  const game = await startGame();
  const ann = new Player(await openPage(game.url));
  await ann.page.getByText('4 seats').click();
  await ann.page.getByRole('group', { name: 'Seats' }).getByRole('button', { name: 'One fewer' }).dblclick();
  const invitation = await ann.opensRoom();
  await ann.press('Add a computer player');
  await ann.page.getByRole('button', { name: /^Remove/ }).waitFor();
  await says(new Player(await openPage(invitation, { expected: refusedCalls })), 'This room is full');

  await ann.press('Start the match');
  await ann.hand.waitFor();
  await says(new Player(await openPage(invitation, { expected: refusedCalls })), 'A match is being played here');
});

test('who is taken out of a room is told', async () => {
  const game = await startGame();
  const ann = new Player(await openPage(game.url));
  const invitation = await ann.opensRoom();
  const bo = new Player(await openPage(invitation));
  await ann.press(/^Remove Player_/);
  await says(bo, 'You were taken out of the room');
});

test('a server that is away ends in a sentence, and a try when it is back in a match', async () => {
  const game = await startGame();
  const ann = new Player(await openPage(game.url, { expected: lostConnections }));
  await game.kill();
  await ann.press('Play now');
  await ann.page.getByRole('heading', { name: 'The server does not answer' }).waitFor();
  await game.restart();
  await ann.press('Try again');
  await ann.page.getByText('Starts in').waitFor();
});
