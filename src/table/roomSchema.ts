import { z } from 'zod';
import type { Room } from '../game/state.ts';
import * as is from './schemaParts.ts';

/**
 * What a room looks like in a snapshot. Types hold it to src/game/state.ts. As with events, fields are added, never changed
 * or removed; one that is newer than the first snapshots is optional here, and what stands for it is said where it is read.
 */

const { int, text, ms, seat, slot, card, cards } = is;

/** A schema for each field of a type, and no other. */
type Shape<T> = { readonly [F in keyof T]-?: z.ZodType<T[F]> };
const shape = <T>(fields: Shape<T>) => z.strictObject(fields) as unknown as z.ZodType<T>;

const tally = shape<Room['comings']>({ times: int, inMinute: int, minuteAt: ms });

const seats = shape<NonNullable<Room['seats'][number]>>({
  seat,
  sessionId: text,
  userId: text,
  name: text,
  dealNonce: text,
  generation: ms,
  dealPart: z.boolean(),
  commitment: text,
  commits: int,
  isBot: z.boolean(),
  level: is.level,
  joinedAt: ms,
  since: int,
  events: z.boolean(),
  attendance: z.enum(['reserved', 'connected', 'held', 'away', 'left']),
  until: ms,
  pass: text,
  token: text,
  playedByBot: z.boolean(),
  done: z.array(z.strictObject({ commandId: text, request: text, n: int, sessionId: text.exactOptional() })),
  returns: tally,
});

type Match = NonNullable<Room['match']>;
const parts = z.array(shape<Match['parts'][number]>({ seat, sessionId: text, commitment: text, nonce: text }));

const players = z.array(
  shape<Match['players'][number]>({
    seat,
    sessionId: text,
    hand: z.array(
      shape<NonNullable<Match['players'][number]['hand'][number]>>({ card, faceUp: z.boolean() }).nullable(),
    ),
    peeked: z.boolean(),
    missed: int,
    outOfWindow: z.boolean(),
  }),
);

const match = shape<Match>({
  number: int,
  phase: z.enum(['initial_peek', 'player_turn', 'same_rank_window', 'special_play_window', 'finished']),
  seed: text,
  formula: z.literal([1, 2]),
  parts,
  players,
  drawPile: cards,
  discard: cards,
  turn: int,
  turnNumber: int,
  step: z.enum(['draw', 'play']),
  drawn: shape<NonNullable<Match['drawn']>>({ card, taken: z.boolean() }).nullable(),
  deadlineAt: ms,
  powers: z.array(shape<Match['powers'][number]>({ seat, power: is.power })),
  calledBy: seat.nullable(),
  passes: int,
  reshuffles: int,
  showing: z.array(
    shape<Match['showing'][number]>({
      to: seat,
      place: z.strictObject({ seat, slot }),
      card,
      reason: z.enum(['initial_peek', 'queen_peek']),
      until: ms,
    }),
  ),
  how: z.enum([...is.winType.options, 'abandoned']).nullable(),
  results: z.array(
    shape<Match['results'][number]>({
      seat,
      points: int,
      cards: int,
      place: int,
      winType: z.enum([...is.winType.options, '']),
    }),
  ),
  revealed: text,
});

export const roomSchema = shape<Room>({
  roomId: text,
  settings: is.settings,
  ownerId: text,
  openedAt: ms,
  n: int.min(1),
  base: int,
  told: int,
  touchedAt: ms,
  seats: z.array(seats.nullable()),
  parted: z.array(shape<Room['parted'][number]>({ sessionId: text, token: text, reason: is.leaveReason })),
  kicked: z.array(shape<Room['kicked'][number]>({ userId: text, name: text })),
  emptySince: ms.nullable(),
  startsAt: ms.nullable(),
  botSeed: text,
  secret: text,
  commitment: text,
  dealing: shape<NonNullable<Room['dealing']>>({ parts, deadlineAt: ms }).nullable(),
  match: match.nullable(),
  comings: tally,
  changes: tally,
  comers: z.array(shape<Room['comers'][number]>({ userId: text, comings: tally })),
  known: z.array(text),
  closed: is.closed.nullable(),
});
