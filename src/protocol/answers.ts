import type { MatchEvent } from './matchEvent.ts';
import type { OperatorsRoom, RoomPage } from './queries.ts';
import type { PersonPresence, RoomFacts, UsersRooms } from './toClient.ts';

/** What `room.request` resolves with (protocol.md, 3 and 4), closed lists by what was asked. No answer has a card in it. */

/** `n`: the number of the last event that came of it. */
interface Done {
  n: number;
}

/** The server's clock, Unix ms. */
interface ServerTime {
  at: number;
}

type Nothing = Record<string, never>;

/** Somebody whom the owner has shown out. */
export interface KickedUser {
  user_id: string;
  name: string;
}

/** What has happened since. */
export interface EventsSince {
  /** How many events there are by now. */
  n: number;
  /** Some of those asked for can't be told any more: none are, and the state counts. */
  gap: boolean;
  events: readonly MatchEvent[];
}

/** In a `recall` room. */
export interface Answers {
  start_match: Done;
  /** Of the computer player. */
  add_bot: { session_id: string };
  remove_bot: Done;
  kick: Done;
  unkick: Done;
  get_kicked: { kicked: readonly KickedUser[] };
  deal_commit: Done;
  deal_reveal: Done;
  take_seat_back: Done;
  get_room: RoomFacts;
  get_events: EventsSince;
  ping: ServerTime;
  completed_initial_peek: Done;
  draw_card: Done;
  take_from_discard: Done;
  play_card: Done;
  same_rank_play: Done;
  pass_window: Nothing;
  collect_from_discard: Done;
  collect_drawn: Done;
  queen_peek: Done;
  jack_swap: Done;
  skip_power: Done;
  call_recall: Done;
}

/** In any room. */
export interface PersonAnswers {
  get_public_rooms: RoomPage;
  list_rooms: RoomPage<OperatorsRoom>;
  user_joined_rooms: UsersRooms;
  get_presence: { presence: readonly PersonPresence[] };
}

/** In a lobby. */
export interface VisitorAnswers extends PersonAnswers {
  filter: Nothing;
  ping: ServerTime;
}
