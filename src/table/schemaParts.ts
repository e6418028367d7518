import { z } from 'zod';
import type { RoomSettings } from '../game/state.ts';

/** What events and snapshots of rooms are made of, in a journal. */

export const int = z.int();
export const text = z.string();
export const seat = int.min(0).max(63);
export const slot = int.min(-1).max(1023);
/** Two decks have fewer. */
export const card = int.min(0).max(255);
export const cards = z.array(card);
export const ms = z.number();
export const place = z.strictObject({ seat, slot });
export const power = z.enum(['queen', 'jack']);
export const level = z.enum(['easy', 'medium', 'hard', 'expert']);
export const leaveReason = z.enum(['left', 'dropped', 'kicked', 'signed_out', 'removed', 'lapsed']);
export const winType = z.enum(['lowest_points', 'empty_hand', 'four_of_a_kind']);

const settingFields = {
  permission: z.enum(['public', 'private']),
  passwordHash: text,
  allowedUsers: z.array(text),
  allowedRoles: z.array(text),
  maxPlayers: int.min(1).max(64),
  minPlayers: int,
  gameType: z.enum(['classic', 'clear']),
  redKingPoints: int,
  allowDiscardTake: z.boolean(),
  botLevel: level,
  random: z.boolean(),
  startDelayMs: ms.nullable(),
  turnMs: ms,
  initialPeekMs: ms,
  windowMs: ms,
  powerMs: ms,
  showMs: ms,
  reservationMs: ms,
  graceMs: ms,
  emptyMs: ms,
  ttlMs: ms,
  missedTurns: int,
  maxTurns: int,
  // Rooms that were opened before there were these have none (`newerSettings` in src/game/evolve.ts).
  maxEntries: int.exactOptional(),
  shortWindows: z.boolean().exactOptional(),
} satisfies Record<keyof RoomSettings, z.ZodType>;

/** Without the newer ones, what is folded is as good as with them. */
export const settings = z.strictObject(settingFields) as unknown as z.ZodType<RoomSettings>;
export const closed = z.enum(['empty', 'expired', 'closed', 'played_out']);
