import type { BanFacts } from '../../src/protocol/admin.ts';
import type { Answers, PersonAnswers } from '../../src/protocol/answers.ts';
import type { CardFace, Place } from '../../src/protocol/cards.ts';
import type { OwnUser, RouteAnswers } from '../../src/protocol/http.ts';
import type { MatchEventOf, MatchEventType } from '../../src/protocol/matchEvent.ts';
import type { PlayerJoined, RoomFacts, RoomJoined, ToClient, ToVisitor } from '../../src/protocol/toClient.ts';

/** One of each thing that the server says (protocol.md, 3, 4 and 7), with every field that it may have. */

const card: CardFace = { rank: '9', suit: 'clubs', points: 9 };
const ann: Place = { session_id: 'ann', slot: 2 };
const ben: Place = { session_id: 'ben', slot: 0 };
const players = ['ann', 'ben'];
const at = 1_700_000_000_000;

export const matchEvents: { [T in MatchEventType]: Required<MatchEventOf<T>> } = {
  deal_closed: { n: 7, type: 'deal_closed', match_number: 1, players, taking_part: players, deadline_at: at },
  match_started: {
    n: 8,
    type: 'match_started',
    match_number: 1,
    players,
    starter: 'ann',
    discard: card,
    deadline_at: at,
    left_out: ['ben'],
  },
  peeked: { n: 9, type: 'peeked', session_id: 'ann', slots: [0, 3], by_lot: false, until_at: at },
  peek_over: { n: 10, type: 'peek_over', collections: [{ ...ann, ...card }] },
  turn_started: { n: 11, type: 'turn_started', session_id: 'ann', turn: 1, step: 'draw', deadline_at: at },
  drew: { n: 12, type: 'drew', session_id: 'ann', deadline_at: at },
  took: { n: 13, type: 'took', session_id: 'ann', card, deadline_at: at },
  played: { n: 14, type: 'played', session_id: 'ann', slot: 2, card },
  window_opened: { n: 15, type: 'window_opened', deadline_at: at },
  same_rank_played: { n: 16, type: 'same_rank_played', session_id: 'ben', slot: 0, card },
  same_rank_refused: { n: 17, type: 'same_rank_refused', session_id: 'ben', slot: 1, penalty_slot: 4 },
  window_closed: { n: 18, type: 'window_closed' },
  power_opened: { n: 19, type: 'power_opened', session_id: 'ann', power: 'queen', deadline_at: at },
  queen_peeked: { n: 20, type: 'queen_peeked', session_id: 'ann', target: ben, until_at: at },
  jack_swapped: { n: 21, type: 'jack_swapped', session_id: 'ann', first: ann, second: ben },
  power_skipped: { n: 22, type: 'power_skipped', session_id: 'ann', power: 'jack', why: 'chosen' },
  collected: { n: 23, type: 'collected', session_id: 'ann', slot: 4, card, from: 'discard' },
  reshuffled: { n: 24, type: 'reshuffled', draw_pile: 30 },
  recall_called: { n: 25, type: 'recall_called', session_id: 'ann' },
  turn_missed: { n: 26, type: 'turn_missed', session_id: 'ben', kept_slot: 4 },
  turn_passed: { n: 27, type: 'turn_passed', session_id: 'ben' },
  bot_took_over: { n: 28, type: 'bot_took_over', session_id: 'ben', why: 'missed' },
  player_back: { n: 29, type: 'player_back', session_id: 'ben' },
  match_ended: {
    n: 30,
    type: 'match_ended',
    how: 'lowest_points',
    results: [{ session_id: 'ann', points: 3, cards: 2, place: 1, win_type: 'lowest_points' }],
  },
};

const facts: RoomFacts = {
  room_id: 'room_1',
  owner_id: 'user of ann',
  permission: 'public',
  game_type: 'classic',
  current_size: 2,
  people: 2,
  max_size: 4,
  min_players: 2,
  turn_time_limit: 30,
  auto_start: false,
  phase: 'waiting_for_players',
  created_at: at,
};
const joined: RoomJoined = {
  room_id: 'room_1',
  session_id: 'ben',
  user_id: 'user of ben',
  owner_id: 'user of ann',
  current_size: 2,
  max_size: 4,
  min_players: 2,
  joined_at: at,
};
const newPlayer: PlayerJoined = {
  room_id: 'room_1',
  owner_id: 'user of ann',
  session_id: 'ben',
  user_id: 'user of ben',
  name: 'Ben',
  player_count: 2,
  joined_at: at,
};

export const messages: { [M in keyof ToClient]: Required<ToClient[M]> } = {
  create_room_success: { ...facts, is_random_join: false },
  room_joined: joined,
  join_room_success: joined,
  already_joined: joined,
  player_joined: newPlayer,
  recall_new_player_joined: newPlayer,
  player_left: {
    room_id: 'room_1',
    session_id: 'ben',
    user_id: 'user of ben',
    reason: 'dropped',
    player_count: 1,
  },
  leave_room_success: { room_id: 'room_1', session_id: 'ben' },
  room_closed: { room_id: 'room_1', reason: 'closed', message: 'The operator has closed it.' },
  user_joined_rooms: { rooms: [{ ...facts, session_id: 'ben' }], total: 1 },
  presence: { user_id: 'user of ann', status: 'away', last_seen_at: at },
  cards_shown: { cards: [{ ...ann, ...card }], reason: 'queen_peek', until_at: at },
  match_event: matchEvents.played,
  missed_events: { since: 6, events: [matchEvents.played] },
  ack: {
    ...facts,
    command_id: 'a',
    n: 7,
    session_id: 'bot',
    at,
    events: [matchEvents.played],
    gap: true,
    kicked: [{ user_id: 'user of cyd', name: 'Cyd' }],
  },
  paused: { reason: 'the server can not store moves' },
  resumed: { reason: 'the server can not store moves' },
  clock_moved: { by_ms: -600_000, at },
  error: {
    code: 'TOO_MANY_REQUESTS',
    message: 'Slower, please.',
    retry_after_ms: 800,
    place: 'only for a guest who waits',
    request_id: 'only where the log has it',
    request: 'draw_card',
    command_id: 'a',
  },
};

const seven = { n: 7 };

export const answers: Answers = {
  start_match: seven,
  add_bot: { session_id: 'bot' },
  remove_bot: seven,
  kick: seven,
  unkick: seven,
  get_kicked: { kicked: [{ user_id: 'user of cyd', name: 'Cyd' }] },
  deal_commit: seven,
  deal_reveal: seven,
  take_seat_back: seven,
  get_room: facts,
  get_events: { n: 7, gap: false, events: [] },
  ping: { at },
  completed_initial_peek: seven,
  draw_card: seven,
  take_from_discard: seven,
  play_card: seven,
  same_rank_play: seven,
  pass_window: {},
  collect_from_discard: seven,
  collect_drawn: seven,
  queen_peek: seven,
  jack_swap: seven,
  skip_power: seven,
  call_recall: seven,
};

export const toVisitors: Required<ToVisitor> = {
  user_joined_rooms: messages.user_joined_rooms,
  error: messages.error,
  rooms: [facts],
  '+': ['room_1', facts],
  '-': 'room_1',
};

export const personAnswers: PersonAnswers = {
  get_public_rooms: { rooms: [facts], total: 1, next_cursor: null },
  list_rooms: { rooms: [{ ...facts, process_id: 'a', expires_at: at }], total: 1, next_cursor: null },
  user_joined_rooms: messages.user_joined_rooms,
  get_presence: { presence: [messages.presence] },
};

const user: Required<OwnUser> = { id: 'user of ann', name: 'Ann', roles: ['operator'], guest: false };

const ban: BanFacts = { user_id: 'user of ann', banned_by: 'olga', banned_at: at, banned_until: at };
export const routes: { [R in keyof RouteAnswers]: Required<RouteAnswers[R]> } = {
  'POST /auth/anonymous': { user, token: 'a token' },
  'GET /auth/userdata': { user, session: { name: 'Ann', settings: { bots: 1 }, last_seen_at: at, rooms: ['room_1'] } },
  'GET /rooms/public': personAnswers.get_public_rooms,
  'GET /rooms': personAnswers.list_rooms,
  'GET /users/me/rooms': personAnswers.user_joined_rooms,
  'DELETE /users/{id}': { found: true },
  'GET /users/presence': personAnswers.get_presence,
  'GET /admin/rooms': personAnswers.list_rooms,
  'GET /admin/rooms/{room_id}': {
    ...{ ...facts, process_id: 'p', expires_at: at, match_number: 1, events: 40, paused: false },
    seats: [
      { session_id: 'ann', user_id: 'user of ann', name: 'Ann', is_bot: false, attendance: 'connected', joined_at: at },
    ],
  },
  'DELETE /admin/rooms/{room_id}': { room_id: 'room_1', closed: true },
  'GET /admin/users/{user_id}': {
    ...{ user_id: 'user of ann', name: 'Ann', banned_until: at },
    presence: { user_id: 'user of ann', status: 'offline', last_seen_at: at },
    ...personAnswers.user_joined_rooms,
  },
  'POST /admin/users/{user_id}/kick': { user_id: 'user of ann', kicked: true },
  'PUT /admin/users/{user_id}/ban': ban,
  'DELETE /admin/users/{user_id}/ban': { user_id: 'user of ann', was_banned: true },
  'GET /admin/bans': { bans: [ban] },
  'POST /admin/drain': { process_id: 'p', state: 'drained' },
  'POST /admin/undrain': { process_id: 'p', state: 'serving' },
  'GET /admin/audit': {
    entries: [{ id: '7', at, who: 'olga', what: 'ban', whom: 'user of ann', how: { hours: 24 } }],
    next_cursor: '7',
  },
  'GET /health/live': { live: true },
  'GET /livez': { live: true },
  'GET /health/ready': { ready: true, process: 'ok', journal: 'ok', redis: 'ok' },
  'GET /readyz': { ready: true, process: 'ok', journal: 'ok', redis: 'ok' },
};
