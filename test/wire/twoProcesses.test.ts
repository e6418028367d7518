import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { matchEvents, messages } from '../support/said.ts';
import { PlayerProcess, type Told } from './playerProcess.ts';
import { type ServerProcess, startServerProcess } from './serverProcess.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** These want a journal that is away, a clock that is set, or a lost connection that comes back. */
const ofTrouble = ['paused', 'resumed', 'clock_moved', 'missed_events'];

let server: ServerProcess;
let ada: PlayerProcess;
let ben: PlayerProcess;
let adasId: string;

beforeAll(async () => {
  server = await startServerProcess({
    ...{ INITIAL_PEEK_S: '2', SAME_RANK_WINDOW_S: '0.03', POWER_S: '2', SHOW_S: '0.02', MESSAGES_PER_S: '1000' },
    ...{ BOT_DELAY_MIN_S: '0', BOT_DELAY_MAX_S: '0.02', RECONNECT_GRACE_S: '0.2', EMPTY_ROOM_S: '0.2' },
    ...{ MONITOR_USER: 'operator', MONITOR_PASSWORD: 'open sesame' },
  });
  [ada, ben] = [new PlayerProcess(server.url), new PlayerProcess(server.url)];
  [adasId] = await Promise.all([ada.do('signIn', 'Ada'), ben.do('signIn', 'Ben')]);
});

afterAll(async () => {
  await Promise.all([ada?.stop(), ben?.stop()]);
  await server?.stop();
});

test('two processes that use nothing but the SDK play against each other and two computer players to the end', async () => {
  const style = { guesses: 0.2, takes: 0.2 };
  const tables = ['classic', 'clear'].flatMap((type) => [1, 2, 3].map((i) => ({ table: `${type} ${i}`, type })));
  const ends = tables.map(async ({ table, type }) => {
    await sitDown(table, { game_type: type, max_players: 4, bots: 2, allow_discard_take: true }, style, style);
    await ada.do('ask', table, 'start_match');
    const ended = await bothSee(table, 'match_event', ({ type }) => type === 'match_ended');
    expect(ended[0]).toEqual(ended[1]);
    expect(ended[0].type === 'match_ended' && ended[0].results).toHaveLength(4);
    expect(ada.all('match_event', table)).toEqual(ben.all('match_event', table));
    const [hers, his] = await bothSee(table, 'finished');
    expect(hers).toEqual(his);
  });
  await Promise.all(ends);
});

test('a match in which nobody can draw any more goes on, and a player without a card to play passes', async () => {
  const keeps = { playsDrawn: 1, sameRank: 0, usesPowers: 0, collects: 0, ...neverCalls };
  await sitDown('scarce', { max_players: 2 }, { ...keeps, guesses: 0 }, { ...keeps, guesses: 1 });
  await ada.do('ask', 'scarce', 'start_match');
  await bothSee('scarce', 'match_event', ({ type }) => type === 'reshuffled');
  await bothSee('scarce', 'match_event', ({ type }) => type === 'turn_passed');
  await Promise.all([ada.do('leave', 'scarce'), ben.do('leave', 'scarce')]);
});

test('a computer player plays on for who lets the time run out, until they are back', async () => {
  const style = { ...neverCalls, guesses: 1 };
  await sitDown('idle', { max_players: 2, turn_time_limit: 0.2 }, style, style);
  await ben.do('pause', 'idle');
  await ada.do('ask', 'idle', 'start_match');
  await bothSee('idle', 'match_event', ({ type }) => type === 'bot_took_over');
  await ben.do('resume', 'idle');
  await bothSee('idle', 'match_event', ({ type }) => type === 'player_back');
  await Promise.all([ada.do('leave', 'idle'), ben.do('leave', 'idle')]);
});

test('who comes and goes is told to the others, each in its own words', async () => {
  const roomId = await sitDown('proxy', { max_players: 2 });
  await ada.sees('proxy', 'player_joined', ({ name }) => name === 'Ben');
  await ada.do('send', 'proxy', 'draw_card');
  await ada.sees('proxy', 'error', ({ code, request }) => code === 'WRONG_PHASE' && request === 'draw_card');
  await ada.do('send', 'proxy', 'get_kicked', { command_id: 'whom' });
  await ada.sees('proxy', 'ack', ({ command_id, kicked }) => command_id === 'whom' && kicked?.length === 0);

  const { sessionId } = await ben.do('join', 'second device', roomId);
  await ben.sees('second device', 'already_joined', ({ session_id }) => session_id === sessionId);
  await ben.sees('proxy', 'closed', ({ code }) => code === 4101);

  await ada.do('ask', 'proxy', 'kick', { session_id: sessionId });
  let kicked = '';
  await ada.sees('proxy', 'player_left', ({ reason, user_id }) => {
    kicked = user_id;
    return reason === 'kicked';
  });
  await ben.sees('second device', 'closed', ({ code }) => code === 4102);
  await ada.do('ask', 'proxy', 'unkick', { user_id: kicked });

  await ben.do('join', 'again', roomId);
  expect(await ben.do('leave', 'again')).toBe(4000);
  await ben.sees('again', 'leave_room_success');
  await ada.sees('proxy', 'player_left', ({ reason }) => reason === 'left');

  await ben.do('join', 'once more', roomId);
  await ben.do('drop', 'once more');
  await ada.sees('proxy', 'player_left', ({ reason }) => reason === 'dropped');
});

test('a room that the operator closes tells its players so', async () => {
  const roomId = await sitDown('closing', {});
  const query = new URLSearchParams({ roomId, method: 'disconnect', args: '[]' });
  const authorization = `Basic ${btoa('operator:open sesame')}`;
  await fetch(`${server.url}/monitor/api/room/call?${query}`, { headers: { authorization } });
  await bothSee('closing', 'room_closed', ({ reason }) => reason === 'closed');
  await bothSee('closing', 'closed', ({ code }) => code === 4105);
});

test('a room that everybody has left is closed', async () => {
  const { roomId } = await ada.do('create', 'hers', { permission: 'private', allowed_users: [adasId] });
  const answer = () => ben.do('join', 'hers', roomId).catch((error: Error) => error.message);
  expect(await answer()).toMatch(/^NOT_ALLOWED: /);
  await ada.do('leave', 'hers');
  await expect.poll(answer, { timeout: 20_000 }).toMatch(/^ROOM_NOT_FOUND: /);
});

test('over all this every message and every event of a match was seen, and no other', () => {
  const types = [...ada.seen, ...ben.seen].map(({ type }) => type);
  const messagesSeen = counted(types.filter((type) => type !== 'closed' && type !== 'finished'));
  const eventsSeen = counted([...ada.all('match_event'), ...ben.all('match_event')].map(({ type }) => type));
  console.log(`messages: ${listed(messagesSeen)}\nmatch events: ${listed(eventsSeen)}`);
  expect([...messagesSeen.keys()].sort()).toEqual(typesOf(messages).filter((type) => !ofTrouble.includes(type)));
  expect([...eventsSeen.keys()].sort()).toEqual(typesOf(matchEvents));
  const reasons = [...ada.all('cards_shown'), ...ben.all('cards_shown')].map(({ reason }) => reason);
  expect([...new Set(reasons)].sort()).toEqual(['drawn', 'initial_peek', 'queen_peek']);
});

test('the server has nothing to complain of, and ends cleanly', async () => {
  await Promise.all([ada.stop(), ben.stop()]);
  expect(server.complaints).toEqual([]);
  expect(await server.stop()).toBe(0);
});

const neverCalls = { callsAt: -1, callsAnyway: 0 };

/** Both sit down at a table that Ada opens. @returns its room id. */
async function sitDown(table: string, options: object, adas: object = {}, bens: object = {}): Promise<string> {
  const { roomId } = await ada.do('create', table, options, adas);
  await ben.do('join', table, roomId, {}, bens);
  return roomId;
}

const bothSee = <T extends keyof Told>(table: string, type: T, fits?: (payload: Told[T]) => boolean) =>
  Promise.all([ada.sees(table, type, fits), ben.sees(table, type, fits)]);

const typesOf = (examples: object): string[] => Object.keys(examples).sort();

function counted(names: string[]): Map<string, number> {
  return new Map([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]));
}

const listed = (counts: Map<string, number>): string =>
  [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
