import { z } from 'zod';
import type { Event, EventOf } from '../game/events.ts';
import type { RoomSettings } from '../game/state.ts';

/**
 * What each event looks like in a journal, so that no process folds what it doesn't know. Types hold this list to
 * src/game/events.ts: an event or a field that is missing here, or is of another kind, doesn't compile.
 */

const int = z.int();
const text = z.string();
const seat = int.min(0).max(63);
const slot = int.min(-1).max(1023);
/** Two decks have fewer. */
const card = int.min(0).max(255);
const cards = z.array(card);
const ms = z.number();
const place = z.strictObject({ seat, slot });
const power = z.enum(['queen', 'jack']);
const level = z.enum(['easy', 'medium', 'hard', 'expert']);
const leaveReason = z.enum(['left', 'dropped', 'kicked', 'signed_out', 'removed', 'lapsed']);
const winType = z.enum(['lowest_points', 'empty_hand', 'four_of_a_kind']);

const settings = {
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

const fields = {
  room_opened: {
    version: z.literal(1),
    roomId: text,
    // Without the newer ones, what is folded is as good as with them.
    settings: z.strictObject(settings) as unknown as z.ZodType<RoomSettings>,
    ownerId: text,
    botSeed: text,
    secret: text,
    commitment: text,
  },
  seat_reserved: {
    seat,
    sessionId: text,
    userId: text,
    name: text,
    dealNonce: text,
    dealPart: z.boolean().exactOptional(),
    until: ms,
    generation: ms.exactOptional(),
    pass: text.exactOptional(),
  },
  bot_seated: { seat, sessionId: text, name: text, level },
  seat_connected: { seat, token: text },
  seat_dropped: { seat, until: ms },
  grace_ended: { seat },
  seat_left: { seat, reason: leaveReason },
  unkicked: { userId: text },
  owner_changed: { ownerId: text },
  deal_committed: { seat, matchNumber: int, commitment: text },
  deal_revealed: { seat, nonce: text },
  start_scheduled: { startsAt: ms },
  start_called_off: {},
  time_lost: { byMs: ms },
  clock_moved: { byMs: ms },
  command_done: { seat, commandId: text, request: text, n: int, sessionId: text.exactOptional() },
  room_closed: { reason: z.enum(['empty', 'expired', 'closed', 'played_out']) },
  deal_closed: { matchNumber: int, seats: z.array(seat), commitments: z.array(text), deadlineAt: ms },
  match_started: {
    matchNumber: int,
    seats: z.array(seat),
    nonces: z.array(text),
    formula: z.literal(2).exactOptional(),
    parts: z.array(z.strictObject({ commitment: text, nonce: text })).exactOptional(),
    seed: text,
    hands: z.array(cards),
    discard: card,
    drawPile: cards,
    starter: seat,
    deadlineAt: ms,
  },
  peeked: {
    seat,
    slots: z.tuple([slot, slot]),
    cards: z.tuple([card, card]),
    byLot: z.boolean(),
    until: ms,
    deadlineAt: ms.exactOptional(),
  },
  peek_over: { collections: z.array(z.strictObject({ seat, slot, card })) },
  turn_started: { seat, turn: int, step: z.enum(['draw', 'play']), deadlineAt: ms },
  drew: { seat, card, deadlineAt: ms },
  took: { seat, card, deadlineAt: ms },
  played: { seat, slot, card },
  window_opened: { deadlineAt: ms },
  same_rank_played: { seat, slot, card },
  same_rank_refused: { seat, slot, penalty: z.strictObject({ slot, card }).nullable() },
  window_closed: {},
  power_opened: { seat, power, deadlineAt: ms },
  queen_peeked: { seat, target: place, card, until: ms },
  jack_swapped: { seat, first: place, second: place },
  power_skipped: { seat, power, why: z.enum(['chosen', 'time', 'nothing']) },
  collected: { seat, slot, card, from: z.enum(['discard', 'drawn']) },
  reshuffled: { drawPile: cards },
  recall_called: { seat },
  turn_missed: { seat, kept: z.strictObject({ slot, card }).nullable() },
  turn_passed: { seat },
  bot_took_over: { seat, why: z.enum(['missed', 'away', 'left']) },
  player_back: { seat },
  match_ended: {
    how: z.enum([...winType.options, 'abandoned']),
    kept: z.strictObject({ seat, slot, card }).nullable(),
    results: z.array(
      z.strictObject({ seat, points: int, cards: int, place: int, winType: z.enum([...winType.options, '']) }),
    ),
    secret: text,
    nextSecret: text,
    nextCommitment: text,
  },
} satisfies { readonly [T in Event['type']]: Fields<T> };

/** A schema for each field of an event, of that field's own type. */
type Fields<T extends Event['type']> = {
  readonly [F in Exclude<keyof EventOf<T>, 'type' | 'at'>]-?: z.ZodType<EventOf<T>[F] | undefined>;
};

/** By the type of the event, what it has in a journal. */
export const eventSchemas = Object.fromEntries(
  Object.entries(fields).map(([type, its]) => [type, z.strictObject({ type: z.literal(type), at: ms, ...its })]),
) as unknown as { readonly [T in Event['type']]: z.ZodType<EventOf<T>> };
