import { afterEach, expect, test } from 'vitest';
import { type ManualClock, manualClock } from '../support/clock.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { TestPlayer } from './player.ts';

// rules.md 7: in a room with short windows people say that they have no card.

let server: TestServer;
let clock: ManualClock;
afterEach(() => server.stop());

/** A table of so many people, and perhaps computer players, in a window of 5 s. */
async function windowOf(people: number, options: object = {}): Promise<TestPlayer[]> {
  clock = manualClock(Date.now());
  server = await startServer({ BOT_DELAY_MIN_S: '0.6', BOT_DELAY_MAX_S: '2.5' }, { clock });
  const wishes = { max_players: 8, min_players: people, game_type: 'clear', short_windows: true, ...options };
  const owner = new TestPlayer(await (await server.client('user 0')).create('recall', wishes));
  const others = Array.from({ length: people - 1 }, async (_, i) => {
    return new TestPlayer(await (await server.client(`user ${i + 1}`)).joinById(owner.roomId));
  });
  const players = [owner, ...(await Promise.all(others))];
  await owner.ask('start_match');
  for (const player of players) await player.sees((state) => state.phase === 'initial_peek');
  for (const player of players) await player.ask('completed_initial_peek', { slots: [0, 1] });
  // The cards are turned over again; then computer players have their turns, until it is a person's.
  const onTurn = () => players.find(({ id, state }) => state.turn === id && state.phase === 'player_turn');
  for (let steps = 0; !onTurn(); steps++) {
    if (steps > 500) throw new Error('no person comes to their turn');
    await clock.advance(200);
  }
  const one = onTurn() as TestPlayer;
  await one.ask('draw_card');
  await one.ask('play_card', { slot: -1 });
  for (const player of players) await player.sees((state) => state.phase === 'same_rank_window');
  return players;
}

const isOpen = (player: TestPlayer) => player.state.phase === 'same_rank_window';

test('it ends after 2 s where all have pressed by then, and a press is answered without a number and told to nobody', async () => {
  const players = await windowOf(3);
  const [ann, ben] = players as [TestPlayer, TestPlayer];
  await clock.advance(500);
  const heard = players.map((one) => one.heard.length);
  const before = JSON.stringify(ann.state.toJSON());
  for (const player of players) expect(await player.ask('pass_window')).toEqual({});
  expect(players.map((one) => one.heard.length)).toEqual(heard);
  expect(JSON.stringify(ann.state.toJSON())).toBe(before);
  await clock.advance(1_499);
  expect(isOpen(ann)).toBe(true);
  await clock.advance(1);
  await ben.event('window_closed');
});

test('it ends after 3.5 s where the last has pressed after 2 s, and only after 5 s where one has not', async () => {
  const players = await windowOf(3);
  const [ann, ben, cyd] = players as [TestPlayer, TestPlayer, TestPlayer];
  await ann.ask('pass_window');
  await ben.ask('pass_window');
  await clock.advance(2_100);
  await cyd.ask('pass_window');
  await clock.advance(1_390);
  expect(isOpen(ann)).toBe(true);
  await clock.advance(10);
  await ann.event('window_closed');
});

test('presses are for one window, and computer players have had their chance when it ends', async () => {
  const players = await windowOf(3, { bots: 2 });
  for (const player of players) await player.ask('pass_window');
  await clock.advance(2_000);
  const [ann] = players as [TestPlayer];
  // A computer player that has played a card thinks anew: then it is the next moment, or the last.
  for (let steps = 0; isOpen(ann) && steps < 30; steps++) await clock.advance(100);
  await ann.event('window_closed');
  expect(await ann.refused('pass_window')).toMatchObject({ code: 'WRONG_PHASE' });
});

test('it takes its whole time with two people, whose presses are refused', async () => {
  const players = await windowOf(2);
  const [ann, ben] = players as [TestPlayer, TestPlayer];
  expect(await ann.refused('pass_window')).toMatchObject({
    code: 'NOT_ALLOWED',
    message: expect.stringMatching(/fewer than 3 people/),
  });
  await clock.advance(4_990);
  expect(isOpen(ben)).toBe(true);
  await clock.advance(10);
  await ben.event('window_closed');
});

test('a room in which three people can never sit has none', async () => {
  server = await startServer();
  const client = await server.client('ann');
  for (const options of [{ max_players: 2 }, { max_players: 4, bots: 2 }]) {
    const opening = client.create('recall', { ...options, short_windows: true });
    await expect(opening).rejects.toThrow(/INVALID_OPTIONS: short_windows: needs seats for three people/);
  }
});
