import type { PlacedCard } from './cards.ts';
import type { ErrorBody } from './errors.ts';
import type { MatchEvent } from './matchEvent.ts';
import type { GameType, Permission } from './options.ts';
import type { Phase } from './state.ts';

/** Everything that the server says beside the synced state and its answers (protocol.md, 4), closed lists. Times are Unix ms. */

/** A room, as whoever may see it does. */
export interface RoomFacts {
  room_id: string;
  owner_id: string;
  permission: Permission;
  game_type: GameType;
  current_size: number;
  /** Of them, persons who are there or within their grace: neither computer players nor reservations. */
  people: number;
  max_size: number;
  min_players: number;
  /** Seconds. */
  turn_time_limit: number;
  auto_start: boolean;
  phase: Phase;
  created_at: number;
}

export interface RoomJoined {
  room_id: string;
  session_id: string;
  user_id: string;
  owner_id: string;
  current_size: number;
  max_size: number;
  min_players: number;
  joined_at: number;
}

export interface PlayerJoined {
  room_id: string;
  owner_id: string;
  session_id: string;
  user_id: string;
  name: string;
  player_count: number;
  joined_at: number;
}

export interface PlayerLeft {
  room_id: string;
  session_id: string;
  user_id: string;
  reason: 'left' | 'dropped' | 'kicked';
  player_count: number;
}

export interface CardsShown {
  cards: readonly PlacedCard[];
  reason: 'initial_peek' | 'drawn' | 'queen_peek';
  until_at: number;
}

/** A room in which a user holds a seat, and which. */
export interface OwnRoom extends RoomFacts {
  session_id: string;
}

/** What happened while somebody was away. */
export interface MissedEvents {
  since: number;
  events: readonly MatchEvent[];
}

/** The rooms in which a user holds a seat. */
export interface UsersRooms {
  /** The newest, at most 50. */
  rooms: readonly OwnRoom[];
  /** How many there are in all. */
  total: number;
}

/** How a user is there, whatever they are connected to. */
export interface PersonPresence {
  user_id: string;
  /** `away`: connected, but silent for a while. */
  status: 'online' | 'away' | 'offline';
  /** Null where nobody knows (any more). */
  last_seen_at: number | null;
}

/** The answer to what was sent with a `command_id` by `send`: the same as to a request, and the id. */
export interface Ack extends Partial<RoomFacts> {
  command_id: string;
  /** The number of the last event that came of it. */
  n?: number;
  /** Of `add_bot`. */
  session_id?: string;
  /** Of `ping`: the server's clock. */
  at?: number;
  /** Of `get_events`, or `gap`. */
  events?: readonly MatchEvent[];
  gap?: true;
  /** Of `get_kicked`. */
  kicked?: readonly { user_id: string; name: string }[];
}

/** In any room. */
export interface ToPerson {
  user_joined_rooms: UsersRooms;
  error: ErrorBody & { request?: string; command_id?: string };
}

/** In a `recall` room. */
export interface ToClient extends ToPerson {
  create_room_success: RoomFacts & { is_random_join: boolean };
  room_joined: RoomJoined;
  join_room_success: RoomJoined;
  already_joined: RoomJoined;
  player_joined: PlayerJoined;
  recall_new_player_joined: PlayerJoined;
  player_left: PlayerLeft;
  leave_room_success: { room_id: string; session_id: string };
  /** `message` where the reason needs words: it says what to do. */
  room_closed: { room_id: string; reason: 'empty' | 'expired' | 'closed' | 'played_out'; message?: string };
  presence: PersonPresence;
  cards_shown: CardsShown;
  match_event: MatchEvent;
  /** To who has come back, before anything new: every `match_event` after `since`, of which the client may have some. */
  missed_events: MissedEvents;
  ack: Ack;
  /** Nothing can be stored, so that nothing is moved, and every deadline waits; until `resumed`. */
  paused: { reason: string };
  resumed: { reason: string };
  /** The server's clock was set: it is `at` there now, and every time that was told before is another by so much. */
  clock_moved: { by_ms: number; at: number };
}

const toClient: { readonly [T in keyof ToClient]: true } = {
  user_joined_rooms: true,
  error: true,
  create_room_success: true,
  room_joined: true,
  join_room_success: true,
  already_joined: true,
  player_joined: true,
  recall_new_player_joined: true,
  player_left: true,
  leave_room_success: true,
  room_closed: true,
  presence: true,
  cards_shown: true,
  match_event: true,
  missed_events: true,
  ack: true,
  paused: true,
  resumed: true,
  clock_moved: true,
};
/** The names of all that a client may be told in a `recall` room. */
export const toClientTypes = Object.keys(toClient) as readonly (keyof ToClient)[];

/** In a `lobby`. */
export interface ToVisitor extends ToPerson {
  /** All that there is to see, at most 100. */
  rooms: readonly RoomFacts[];
  /** A room that is new in the list, or has changed. */
  '+': readonly [roomId: string, facts: RoomFacts];
  /** The id of a room that is in the list no more. */
  '-': string;
}
