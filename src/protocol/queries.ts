import type { GameType } from './options.ts';
import type { Phase } from './state.ts';
import type { RoomFacts } from './toClient.ts';

/** What may be asked of the lists of rooms, and their pages (protocol.md, 4 and 7). The validators: `schemas/queries.ts`. */

/** A room whose match has ended is entered, and listed, as one that waits (rules.md, 12). */
export const enterable: readonly Phase[] = ['waiting_for_players', 'finished'];

/** The most items of a page, and of a lobby. */
export const maxPage = 100;
/** The most rooms in a user's list of their own. */
export const maxUsersRooms = 50;

/** Which public rooms: by default those that may be entered and have a free seat. */
export interface RoomFilter {
  game_type?: GameType | undefined;
  phase?: Phase | undefined;
  /** 0 to 8. */
  min_free?: number | undefined;
}

interface PageQuery {
  /** 1 to `maxPage`; 50 where nothing is said. */
  limit?: number | undefined;
  /** The `next_cursor` of the page before. */
  cursor?: string | undefined;
}

export interface PublicRoomsQuery extends RoomFilter, PageQuery {}
export interface AllRoomsQuery extends Omit<RoomFilter, 'min_free'>, PageQuery {}

/** Whose presence: up to `maxPage` user ids. */
export interface PresenceQuery {
  user_ids: string[];
}

/** A page of a list, the newest first. */
export interface RoomPage<Item = RoomFacts> {
  rooms: readonly Item[];
  /** How many fit the query in all. */
  total: number;
  /** Null on the last page. */
  next_cursor: string | null;
}

/** A room as an operator sees it. */
export interface OperatorsRoom extends RoomFacts {
  process_id: string;
  /** When it expires if nothing happens in it; null where it has just gone. */
  expires_at: number | null;
}
