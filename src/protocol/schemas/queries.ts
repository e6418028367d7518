import { z } from 'zod';
import { maxPage } from '../queries.ts';
import { phases } from '../state.ts';
import { gameType } from './options.ts';

/** What is valid of what is asked of the lists of rooms (protocol.md, 4 and 7). Unknown fields are refused by name. */

const page = {
  limit: z.int().min(1).max(maxPage).default(50),
  cursor: z.string().min(1).max(100).optional(),
};

export const roomFilter = z.strictObject({
  game_type: gameType.optional(),
  phase: z.enum(phases).optional(),
  min_free: z.int().min(0).max(8).optional(),
});

export const publicRoomsQuery = roomFilter.extend(page);
/** With every default in its place. */
export type WholePublicRoomsQuery = z.infer<typeof publicRoomsQuery>;

export const allRoomsQuery = roomFilter.omit({ min_free: true }).extend(page);
export type WholeAllRoomsQuery = z.infer<typeof allRoomsQuery>;

/** For how long somebody is banned: ten years at most. */
export const banBody = z.strictObject({ hours: z.number().positive().max(87_600) });

/** Which process; the one that is asked, where none is named. */
export const drainBody = z.strictObject({ process_id: z.string().min(1).max(100).optional() });

export const auditQuery = z.strictObject({
  limit: z.int().min(1).max(1000).default(100),
  cursor: z
    .string()
    .regex(/^\d{1,16}(-\d{1,16})?$/)
    .optional(),
});

const userIds = z.array(z.string().min(1).max(128)).min(1).max(maxPage);

/** Whose presence, by message. */
export const presenceQuery = z.strictObject({ user_ids: userIds });

/** The same by HTTP: `?ids=a,b`. */
export const presenceParams = z.strictObject({
  ids: z
    .string()
    .transform((ids) => ids.split(','))
    .pipe(userIds),
});
