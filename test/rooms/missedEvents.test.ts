import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { SdkPlayer } from '../../harness/player.ts';
import { quick } from '../../harness/process.ts';
import type { MatchEvent } from '../../src/protocol/matchEvent.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { TestPlayer } from './player.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ ...quick, EMPTY_ROOM_S: '60' });
});
afterAll(() => server.stop());

let ann: TestPlayer;
let ben: TestPlayer;
beforeEach(async () => {
  const room = { max_players: 3, turn_time_limit: 30, events: true };
  ann = new TestPlayer(await (await server.client('ann')).create('recall', room));
  ben = new TestPlayer(await (await server.client('ben')).joinById(ann.roomId));
});

/** Both look at their cards, and turns begin. */
async function begin(): Promise<void> {
  await ann.ask('start_match');
  await ann.ask('completed_initial_peek', { slots: [0, 1] });
  await ben.ask('completed_initial_peek', { slots: [2, 3] });
  await Promise.all([ann, ben].map((one) => one.event('turn_started')));
}

/** Both play to the end. */
async function finish(): Promise<void> {
  const players = [ann, ben].map(({ connection }, seed) => new SdkPlayer(connection as never, { seed }));
  for (const player of players) player.resume();
  await Promise.all([ann, ben].map((one) => one.event('match_ended')));
  for (const player of players) player.pause();
}

const onTurn = () => (ann.state.turn === ann.id ? ann : ben);
const notOnTurn = () => (onTurn() === ann ? ben : ann);
const userOf = ({ state, id }: TestPlayer) => state.players.get(id)?.userId ?? expect.fail('nobody sits there');
const matchEvents = (player: TestPlayer) => player.told('match_event');
const eventsSince = async (player: TestPlayer, since: number): Promise<readonly MatchEvent[]> => {
  const answer = await player.ask('get_events', { since });
  return answer.gap ? expect.fail('there is a gap') : answer.events;
};

/** The connection is lost, and then there is another one by the same token. */
async function away(player: TestPlayer, meanwhile = async () => {}): Promise<TestPlayer> {
  const { reconnectionToken } = player.connection;
  player.connection.connection.close();
  await player.closed;
  const client = await server.client(userOf(player));
  await meanwhile();
  return new TestPlayer(await client.reconnect(reconnectionToken));
}

test('every event after a number is told again as it was told, and nothing else', async () => {
  await begin();
  const { n } = await onTurn().ask('draw_card');
  const told = matchEvents(ben);
  expect(await eventsSince(ben, 0)).toEqual(told);
  expect(await eventsSince(ann, 0)).toEqual(told);
  expect(await eventsSince(ben, told[1]?.n ?? 0)).toEqual(told.slice(2));
  expect(await eventsSince(ben, n)).toEqual([]);
  expect(JSON.stringify(await eventsSince(ben, 0))).not.toMatch(/seed|nonce|hand|drawPile/);
});

test('who comes back is sent what they have missed before anything new, from what they last said they have', async () => {
  await begin();
  const [other, client] = [onTurn(), await server.client(userOf(notOnTurn()))];
  const idle = new TestPlayer(await client.joinById(ann.roomId, { events: true }));
  const has = matchEvents(other).at(-2)?.n ?? 0;
  await idle.ask('ping', { n: has });
  const back = await away(idle, async () => void (await other.ask('draw_card')));
  await back.ask('get_room');
  const missed = matchEvents(other).slice(-2);
  expect(missed).toMatchObject([{ type: 'turn_started' }, { type: 'drew' }]);
  expect(back.told('missed_events')).toEqual([{ since: has, events: missed }]);
  expect(back.types()).not.toContain('match_event');
});

test('who has never said what they have is sent everything of the match, and who did not ask for it nothing', async () => {
  await begin();
  const told = matchEvents(ann);
  const back = await away(ann);
  const { events } = await back.message('missed_events');
  expect(events.slice(0, told.length)).toEqual(told);

  const benAgain = await away(ben);
  await benAgain.ask('get_room');
  expect(benAgain.told('missed_events')).toEqual([]);
});

test('another device begins with the state, and may wish otherwise than the one before', async () => {
  await begin();
  const client = await server.client(userOf(notOnTurn()));
  const phone = new TestPlayer(await client.joinById(ann.roomId, { events: false }));
  await phone.ask('get_room');
  expect(phone.told('missed_events')).toEqual([]);
  const back = await away(phone);
  await back.ask('get_room');
  expect(back.told('missed_events')).toEqual([]);
  const laptop = new TestPlayer(await client.joinById(ann.roomId, { events: true }));
  await laptop.message('already_joined');
  const other = onTurn();
  const again = await away(laptop, async () => void (await other.ask('draw_card')));
  const { since, events } = await again.message('missed_events');
  // What the state had when it sat down is not told to it.
  expect(since).toBeGreaterThanOrEqual(matchEvents(other).at(-2)?.n ?? Number.POSITIVE_INFINITY);
  expect(events).toEqual(matchEvents(other).slice(-1));
});

test('who comes into a room after a match is told nothing of it', async () => {
  await begin();
  await finish();
  const cyd = new TestPlayer(await (await server.client('cyd')).joinById(ann.roomId, { events: true }));
  expect((await eventsSince(ann, 0)).length).toBeGreaterThan(3);
  expect(await eventsSince(cyd, 0)).toEqual([]);
  expect(cyd.told('missed_events')).toEqual([]);
});

test('a number that is none of an event is refused, and changes nothing', async () => {
  await begin();
  const far = 1_000_000;
  for (const since of [-1, 0.5, '1', far, 2 ** 60, null, undefined]) {
    const { code, message } = await ann.refused('get_events', { since });
    expect([code, message]).toEqual(['INVALID_PAYLOAD', expect.stringMatching(/since/)]);
  }
  for (const n of [-1, 'x', far]) expect(await ann.refused('ping', { n })).toMatchObject({ code: 'INVALID_PAYLOAD' });
  const back = await away(ann);
  expect((await back.message('missed_events')).since).toBeLessThan(matchEvents(ann)[0]?.n ?? 0);
});

test('what was before the last match is a gap', async () => {
  await begin();
  await finish();
  const { n } = matchEvents(ann)[0] as MatchEvent;
  await ann.ask('add_bot');
  expect(await eventsSince(ann, n)).toEqual(matchEvents(ann).slice(1));
  const { n: end } = matchEvents(ann).at(-1) as MatchEvent;
  await ann.ask('start_match');
  const answer = await ann.ask('get_events', { since: n });
  expect(answer).toEqual({ n: expect.any(Number), gap: true, events: [] });
  // What is between two matches is nothing that was told.
  expect((await eventsSince(ann, end))[0]).toMatchObject({ match_number: 2 });
});
