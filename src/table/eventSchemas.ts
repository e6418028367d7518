import { z } from 'zod';
import type { Event, EventOf } from '../game/events.ts';
import type { Keyed } from './keyed.ts';
import { roomSchema } from './roomSchema.ts';
import * as is from './schemaParts.ts';

/**
 * What each event looks like in a journal, so that no process folds what it doesn't know. Types hold this list to
 * src/game/events.ts: an event or a field that is missing here, or is of another kind, doesn't compile.
 */

const { int, text, ms, seat, slot, card, cards, place, power, level, leaveReason, winType } = is;

const fields = {
  room_opened: {
    version: z.literal(1),
    roomId: text,
    settings: is.settings,
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
    events: z.boolean().exactOptional(),
  },
  bot_seated: { seat, sessionId: text, name: text, level },
  seat_connected: { seat, token: text, events: z.boolean().exactOptional() },
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
  person_erased: { userId: text },
  /** `sum`: of the room, as entries.ts makes it. */
  snapshot: { room: roomSchema, sum: text },
  room_closed: { reason: is.closed },
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
type Fields<T extends Event['type']> = FieldsOf<EventOf<T>> &
  (T extends 'snapshot' ? { readonly sum: z.ZodString } : object);
type FieldsOf<E> = { readonly [F in Exclude<keyof E, 'type' | 'at'>]-?: z.ZodType<E[F] | undefined> };

/** The same of those that name somebody by a key, instead (keyed.ts). */
const keyedFields = {
  room_opened: { ...without(fields.room_opened, 'ownerId'), owner: text, allowed: z.array(text) },
  seat_reserved: { ...without(fields.seat_reserved, 'userId', 'name'), person: text },
  unkicked: { person: text },
  owner_changed: { owner: text },
  person_erased: { person: text },
} satisfies { readonly [T in keyof Keyed]: FieldsOf<Keyed[T]> };

function without<T extends object, F extends keyof T>(from: T, ...names: F[]): Omit<T, F> {
  const left = { ...from };
  for (const name of names) delete left[name];
  return left;
}

const schemasOf = (all: Record<string, z.ZodRawShape>): unknown =>
  Object.fromEntries(
    Object.entries(all).map(([type, its]) => [type, z.strictObject({ type: z.literal(type), at: ms, ...its })]),
  );

/** By the type of the event, what it has in a journal. */
export const eventSchemas = schemasOf(fields) as { readonly [T in Event['type']]: z.ZodType<EventOf<T>> };

/** The same, where it names somebody by a key. */
export const keyedSchemas = schemasOf(keyedFields) as { readonly [T in keyof Keyed]: z.ZodType<Keyed[T]> };
