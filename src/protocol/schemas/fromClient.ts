import { z } from 'zod';
import type { MessageType } from '../fromClient.ts';
import { botLevel } from './options.ts';

/** What is valid of what a client says in a `recall` room (protocol.md, 3). */

const slot = z.int().min(0).max(255);
const sessionId = z.string().min(1).max(64);
/** 32 bytes: what SHA-256 gives, and what it takes of a nonce. */
const hex32 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits, in lower case');
const matchNumber = z.int().min(1);
/** Of the room, in order; 0 is before the first. */
const eventNumber = z.int().min(0);
const place = z.strictObject({ session_id: sessionId, slot });

const shapes = {
  start_match: {},
  add_bot: { level: botLevel.optional() },
  remove_bot: { session_id: sessionId },
  kick: { session_id: sessionId },
  unkick: { user_id: z.string().min(1).max(128) },
  get_kicked: {},
  deal_commit: { match_number: matchNumber, commitment: hex32 },
  deal_reveal: { match_number: matchNumber, nonce: hex32 },
  take_seat_back: {},
  get_room: {},
  get_events: { since: eventNumber },
  /** `n`: the last event that the client has. */
  ping: { n: eventNumber.optional() },
  completed_initial_peek: { slots: z.tuple([slot, slot]) },
  draw_card: {},
  take_from_discard: {},
  /** Slot -1 is the drawn card. */
  play_card: { slot: z.int().min(-1).max(255) },
  same_rank_play: { slot },
  pass_window: {},
  collect_from_discard: {},
  collect_drawn: {},
  queen_peek: place.shape,
  jack_swap: { first: place, second: place },
  skip_power: {},
  call_recall: {},
} satisfies Record<MessageType, z.ZodRawShape>;

const commandId = { command_id: z.string().min(1).max(36).optional() };

function messageOf<S extends z.ZodRawShape>(shape: S) {
  return z.strictObject({ ...shape, ...commandId });
}

/** The validator of each message's payload. */
export const fromClient = Object.fromEntries(
  Object.entries(shapes).map(([type, shape]) => [type, messageOf(shape)]),
) as { [T in MessageType]: ReturnType<typeof messageOf<(typeof shapes)[T]>> };
