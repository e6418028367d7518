import { setTimeout as delay } from 'node:timers/promises';
import { Client } from '@colyseus/sdk';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { SdkPlayer } from '../../harness/player.ts';
import { TcpProxy } from '../../harness/proxy.ts';
import { type ConnectOptions, connect, type Recall } from '../../packages/recall-protocol/src/connect.ts';
import { asGuest } from '../../packages/recall-protocol/src/guest.ts';
import type { Seat } from '../../packages/recall-protocol/src/seat.ts';
import { type Trouble, troubleOf } from '../../packages/recall-protocol/src/trouble.ts';
import { closeCodes, isForGood } from '../../src/protocol/errors.ts';
import type { MatchEvent } from '../../src/protocol/matchEvent.ts';
import type { GameRoom } from '../../src/protocol/sdk.ts';
import type { SyncedSlot } from '../../src/protocol/state.ts';
import { TestPlayer } from '../rooms/player.ts';
import { startServer, type TestServer } from '../support/server.ts';

/** A seat of recall-protocol/client, through all that may become of its connections. */

let server: TestServer;
beforeAll(async () => {
  const quick = {
    BOT_DELAY_MIN_S: '0.01',
    BOT_DELAY_MAX_S: '0.02',
    SAME_RANK_WINDOW_S: '0.05',
    SHOW_S: '0.05',
    POWER_S: '0.1',
  };
  server = await startServer({ ...quick, RECONNECT_GRACE_S: '1.5' });
});
afterAll(() => server.stop());

/** Somebody whose network is at the test's will. */
async function somebody(
  options: ConnectOptions = {},
  whenFinished = onTestFinished,
): Promise<{ recall: Recall; client: Client; network: TcpProxy }> {
  const network = await TcpProxy.start(server.port);
  whenFinished(() => network.dispose());
  const client = new Client(`http://127.0.0.1:${network.port}`);
  // The SDK keeps one token for all clients of a process.
  client.auth.token = '';
  return { recall: connect(client, { signIn: asGuest(client), ...options }), client, network };
}

/** Somebody else in the room, to see what becomes of it. */
const witness = async ({ roomId }: Seat) => new TestPlayer(await (await server.guest('Wim')).joinById(roomId));
const ended = (seat: Seat) =>
  new Promise<[code: number, trouble: Trouble | undefined]>((resolve) => {
    seat.onLeave((code, trouble) => resolve([code, trouble]));
  });
const back = (seat: Seat) => new Promise<void>((resolve) => void seat.onReconnect(() => resolve()));

test.each(Object.entries(closeCodes).filter(([, code]) => isForGood(code)))(
  'a seat that was closed for good is not come back to: %s',
  async (_, code) => {
    const { recall } = await somebody();
    const seat = await recall.create();
    const over = ended(seat);
    server.colyseus.getRoomById(seat.roomId).clients.getById(seat.sessionId)?.leave(code);
    expect(await over).toEqual([code, undefined]);
  },
);

test('who has no token is signed in, and has the state when they sit', async () => {
  const { recall, client } = await somebody();
  const seat = await recall.create({ max_players: 3 });
  expect(client.auth.token).toBeTruthy();
  expect([seat.state.maxPlayers, seat.me?.sessionId]).toEqual([3, seat.sessionId]);
  expect((await recall.rooms()).rooms.map(({ room_id }) => room_id)).toEqual([seat.roomId]);
});

test('the lists of the state are read as arrays are', async () => {
  const { recall } = await somebody();
  const seat = await recall.create({ max_players: 2, bots: 1 });
  await seat.request('start_match');
  const hand = seat.me?.hand ?? expect.fail();
  expect(hand.map(({ empty }) => empty)).toEqual([false, false, false, false]);
  expect(hand.filter(({ faceUp }) => faceUp)).toEqual([]);
  expect([hand.at(-1), hand.find(({ empty }) => !empty)]).toEqual([hand[3], hand[0]]);
  expect([hand.findIndex(({ empty }) => empty), hand.indexOf(hand[2] as SyncedSlot)]).toEqual([-1, 2]);
  expect([hand.some(({ empty }) => empty), hand.every(({ empty }) => !empty)]).toEqual([false, true]);
  expect([hand.reduce((sum) => sum + 1, 0), seat.state.winners.includes(seat.sessionId)]).toEqual([4, false]);
});

test('whose token the server refuses is signed in anew; without `signIn` that is told', async () => {
  const { recall, client } = await somebody();
  client.auth.token = 'not.a.token';
  await recall.create();
  const other = new Client(server.url);
  other.auth.token = '';
  expect(
    troubleOf(
      await connect(other)
        .create()
        .catch((error) => error),
    ),
  ).toBe('UNAUTHENTICATED');
});

test('a refused call and a refused move say why, by the same function', async () => {
  const { recall } = await somebody();
  const missing = recall.joinById('room_00000000-0000-4000-8000-000000000000');
  expect(troubleOf(await missing.catch((error) => error))).toBe('ROOM_NOT_FOUND');
  const seat = await recall.create();
  expect(troubleOf(await seat.request('draw_card').catch((error) => error))).toBe('WRONG_PHASE');
  await seat.leave();
  expect(troubleOf(await seat.request('ping').catch((error) => error))).toBe('AWAY');
});

test('nothing that is told while the caller comes to listen is lost, and the SDK has nothing to warn of', async () => {
  const warn = vi.spyOn(console, 'warn');
  const { recall } = await somebody();
  const seat = await recall.create({ max_players: 2, bots: 1 });
  const told: string[] = [];
  for (const type of ['create_room_success', 'room_joined'] as const) seat.onMessage(type, () => told.push(type));
  const states = vi.fn();
  seat.onStateChange(states);
  await vi.waitFor(() => expect(told).toEqual(['create_room_success', 'room_joined']));
  expect(states).toHaveBeenCalled();

  const events: number[] = [];
  seat.onEvent(({ n }) => events.push(n));
  const over = new Promise<void>((resolve) => void seat.onEvent('match_ended', () => resolve()));
  seat.onStateChange(() => {
    if (seat.me?.status === 'peeking') seat.request('completed_initial_peek', { slots: [0, 1] }).catch(() => {});
    if (seat.me?.status === 'drawing_card') seat.request('draw_card').catch(() => {});
    if (seat.me?.status === 'playing_card') seat.request('call_recall').catch(() => {});
    if (seat.me?.status === 'playing_card') seat.request('play_card', { slot: -1 }).catch(() => {});
  });
  await seat.request('start_match');
  await over;
  expect(events).toEqual([...new Set(events)].sort((a, b) => a - b));
  expect(warn.mock.calls.filter(([text]) => `${text}`.includes('not registered'))).toEqual([]);
});

test('what was asked when the answer got lost is done once, and answered when the connection is back', async () => {
  const { recall, network } = await somebody();
  const seat = await recall.create();
  const wim = await witness(seat);
  network.swallowReplies();
  const answer = seat.request('add_bot', { level: 'easy' });
  await wim.sees(({ players }) => players.size === 3);
  network.restore();
  const bot = await answer;
  expect(seat.state.players.get(bot.session_id)?.isBot).toBe(true);
  expect(seat.state.players.size).toBe(3);
});

test('what is asked while the connection is lost waits for it; a pass in a window does not', async () => {
  const { recall, network } = await somebody();
  const seat = await recall.create();
  const dropped = new Promise<void>((resolve) => void seat.onDrop(() => resolve()));
  network.cut();
  await dropped;
  const [pass, ping] = [seat.request('pass_window'), seat.request('ping')];
  expect(troubleOf(await pass.catch((error) => error))).toBe('AWAY');
  network.restore();
  expect((await ping).at).toBeGreaterThan(0);
});

test('where the SDK gives up, another room takes the place of its own, and whoever listens goes on listening', async () => {
  const { recall, network } = await somebody();
  const seat = await recall.create();
  const rooms = vi.fn();
  seat.onRoom(rooms);
  const wim = await witness(seat);
  const [first, returned] = [seat.room, back(seat)];
  first.reconnection.enabled = false;
  network.cut();
  await wim.sees(({ players }) => players.get(seat.sessionId)?.connected === false);
  network.restore();
  await returned;
  expect(rooms.mock.calls).toEqual([[first], [seat.room]]);
  expect(seat.room).not.toBe(first);
  const left = new Promise((resolve) => void seat.onMessage('player_left', resolve));
  await wim.connection.leave();
  expect(await left).toMatchObject({ session_id: wim.id });
  expect(seat.state.players.size).toBe(1);
});

test('what happened while the connection was lost is told when it is back, each event once and in order', async () => {
  const { recall, network } = await somebody();
  const seat = await recall.create({ max_players: 2 });
  const wim = await witness(seat);
  const [told, missed, gaps]: [MatchEvent[], number[], boolean[]] = [[], [], []];
  seat.onEvent((event, isMissed) => {
    told.push(event);
    if (isMissed) missed.push(event.n);
  });
  seat.onReconnect((gap) => gaps.push(gap));
  const seen: MatchEvent[] = [];
  wim.connection.onMessage('match_event', (event) => seen.push(event));

  await seat.request('start_match');
  const returned = back(seat);
  network.cut();
  await wim.ask('completed_initial_peek', { slots: [0, 1] });
  network.restore();
  await returned;
  // The second time by another room, as where the SDK has given up.
  await seat.request('completed_initial_peek', { slots: [0, 1] });
  const again = back(seat);
  seat.room.reconnection.enabled = false;
  network.cut();
  await vi.waitFor(() => expect(seen.at(-1)?.type).toBe('turn_started'));
  network.restore();
  await again;
  await vi.waitFor(() => expect(told).toEqual(seen));
  expect(told.map(({ type }) => type)).toEqual(['match_started', 'peeked', 'peeked', 'peek_over', 'turn_started']);
  expect(missed).toHaveLength(3);
  expect(gaps).toEqual([false, false]);
});

test('a match through a network that is cut again and again is told whole', async () => {
  const { recall, network } = await somebody();
  // A turn that is missed keeps nobody waiting: something happens all the time.
  const seat = await recall.create({ max_players: 3, bots: 1, turn_time_limit: 0.2 });
  const wim = await (await server.guest('Wim')).joinById<GameRoom>(seat.roomId);
  const [told, seen, gaps]: [MatchEvent[], MatchEvent[], boolean[]] = [[], [], []];
  seat.onEvent((event) => told.push(event));
  seat.onReconnect((gap) => gaps.push(gap));
  new SdkPlayer(wim, {
    seed: 1,
    style: { callsAt: -Infinity, callsAnyway: 0 },
    onMessage: (...[type, payload]) => type === 'match_event' && seen.push(payload as MatchEvent),
  });
  const isOver = () => seen.at(-1)?.type === 'match_ended';
  seat.onStateChange(() => {
    const status = seat.me?.status;
    if (status === 'peeking') seat.request('completed_initial_peek', { slots: [0, 1] }).catch(() => {});
    if (status === 'drawing_card') seat.request('draw_card').catch(() => {});
    if (status !== 'playing_card') return;
    if (gaps.length > 3) seat.request('call_recall').catch(() => {});
    seat.request('play_card', { slot: -1 }).catch(() => {});
  });
  await seat.request('start_match');
  while (!isOver()) {
    network.cut();
    await delay(20);
    network.restore();
    // Things happen while the answer to what was missed is on its way.
    network.delay(40);
    await delay(400);
  }
  await vi.waitFor(() => expect(told).toEqual(seen), { timeout: 10_000 });
  expect(gaps.length).toBeGreaterThan(0);
  expect(gaps).not.toContain(true);
});

test('a program that was started again has its seat by the token, and where another device has made a newer one, by its user', async () => {
  const { recall, client } = await somebody();
  const seat = await recall.create();
  const { reconnectionToken: first, sessionId } = seat;
  seat.letGo();
  const again = await recall.reconnect(first);
  expect(again.sessionId).toBe(sessionId);

  const device = new Client(server.url);
  device.auth.token = client.auth.token ?? '';
  const over = ended(again);
  const newer = await connect(device).joinById(seat.roomId);
  expect(await over).toEqual([closeCodes.replaced, undefined]);
  const replaced = ended(newer);
  expect((await recall.reconnect(first)).sessionId).toBe(sessionId);
  expect(await replaced).toEqual([closeCodes.replaced, undefined]);
});

describe.concurrent('what takes its time:', () => {
  test('a seat that was given up meanwhile is over, and no other one is taken unasked', async ({ onTestFinished }) => {
    const { recall, network } = await somebody({}, onTestFinished);
    const seat = await recall.create();
    const wim = await witness(seat);
    const over = ended(seat);
    network.cut();
    await wim.sees(({ players }) => !players.has(seat.sessionId));
    network.restore();
    expect(await over).toEqual([closeCodes.seatGone, 'UNAUTHENTICATED']);
    expect(wim.state.players.size).toBe(1);
  });

  test('a connection that is back is not given up for what the one before it owed', async ({ onTestFinished }) => {
    const { recall, network } = await somebody({}, onTestFinished);
    const seat = await recall.create();
    const [returned, drops] = [back(seat), vi.fn()];
    seat.onDrop(drops);
    seat.hurry();
    network.cut();
    network.restore();
    await returned;
    // So long it would have waited for the answer.
    await delay(3200);
    expect(drops).toHaveBeenCalledTimes(1);
  });
});

test('who is shown out, and who leaves, is told so and doesn’t come back', async () => {
  const { recall } = await somebody();
  const ann = await recall.create();
  const { recall: other } = await somebody();
  const ben = await other.joinById(ann.roomId);
  const over = ended(ben);
  await ann.request('kick', { session_id: ben.sessionId });
  expect(await over).toEqual([closeCodes.kicked, undefined]);
  const left = ended(ann);
  await ann.leave();
  expect(await left).toEqual([closeCodes.left, undefined]);
});

test('who waits in vain for the server to come back is told when the time is over', async () => {
  const { recall, network } = await somebody({ comeBackMs: 500 });
  const seat = await recall.create();
  seat.room.reconnection.maxRetries = 1;
  const [over, asked] = [ended(seat), vi.fn()];
  network.cut();
  seat.request('ping').catch(asked);
  const [, trouble] = await over;
  expect(trouble).toBe('AWAY');
  await vi.waitFor(() => expect(asked).toHaveBeenCalled());
});
