import type { OperatorsRoom } from './queries.ts';
import type { PersonPresence, UsersRooms } from './toClient.ts';

/** What `/admin` answers, for the role `operator` (protocol.md, 7). */

/** A seat of a room that somebody has, or a computer player. */
export interface OperatorsSeat {
  session_id: string;
  /** Empty for a computer player. */
  user_id: string;
  name: string;
  is_bot: boolean;
  attendance: 'reserved' | 'connected' | 'held' | 'away' | 'left';
  joined_at: number;
}

/** How a room is: nothing of its cards. */
export interface RoomReport {
  /** 0 before the first match. */
  match_number: number;
  /** Entries of its journal. */
  events: number;
  /** It stands still, since its journal can't be reached. */
  paused: boolean;
  seats: readonly OperatorsSeat[];
}

export type WholeRoom = OperatorsRoom & RoomReport;

export interface OperatorsUser {
  user_id: string;
  presence: PersonPresence;
  /** As they wanted to be shown last; null where nothing is kept of them. */
  name: string | null;
  banned_until: number | null;
  /** Where they have a seat: the newest rooms, and how many there are. */
  rooms: UsersRooms['rooms'];
  total: number;
}

export interface BanFacts {
  user_id: string;
  /** The id of the operator. */
  banned_by: string;
  banned_at: number;
  banned_until: number;
}

/** One thing that an operator has asked for. */
export interface AuditFacts {
  id: string;
  at: number;
  who: string;
  what: string;
  /** A user (of one who was erased, the hash of their id), a room or a process. */
  whom: string | null;
  /** How, where there is more to say. */
  how: { [field: string]: unknown } | null;
}

/** A process that gives its rooms to the others, or takes rooms again. `asked`: another one, which was told to. */
export interface ProcessFacts {
  process_id: string;
  state: 'drained' | 'serving' | 'asked';
}
