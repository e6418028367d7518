import { z } from 'zod';
import { gameType } from './options.ts';
import { type Phase, phases } from './state.ts';
import type { RoomFacts } from './toClient.ts';

/** What may be asked of the lists of rooms (protocol.md, 4 and 7), by message and by HTTP. Unknown fields are refused by name. */

/** A room whose match has ended is entered, and listed, as one that waits (rules.md, 12). */
export const enterable: readonly Phase[] = ['waiting_for_players', 'finished'];

/** The most items of a page, and of a lobby. */
export const maxPage = 100;
/** The most rooms in a user's list of their own. */
export const maxUsersRooms = 50;

const page = {
  limit: z.int().min(1).max(maxPage).default(50),
  cursor: z.string().min(1).max(100).optional(),
};

/** Which public rooms: by default those that may be entered and have a free seat. */
export const roomFilter = z.strictObject({
  game_type: gameType.optional(),
  phase: z.enum(phases).optional(),
  min_free: z.int().min(0).max(8).optional(),
});
export type RoomFilter = z.infer<typeof roomFilter>;

export const publicRoomsQuery = roomFilter.extend(page);
export type PublicRoomsQuery = z.infer<typeof publicRoomsQuery>;

export const allRoomsQuery = roomFilter.omit({ min_free: true }).extend(page);
export type AllRoomsQuery = z.infer<typeof allRoomsQuery>;

const userIds = z.array(z.string().min(1).max(128)).min(1).max(maxPage);

/** Whose presence, by message. */
export const presenceQuery = z.strictObject({ user_ids: userIds });
export type PresenceQuery = z.infer<typeof presenceQuery>;

/** The same by HTTP: `?ids=a,b`. */
export const presenceParams = z.strictObject({
  ids: z
    .string()
    .transform((ids) => ids.split(','))
    .pipe(userIds),
});

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
