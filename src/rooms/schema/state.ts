import { type FieldBuilder, type SchemaType, schema, t } from '@colyseus/schema';
import type { SyncedCard, SyncedPlayer, SyncedSlot, SyncedState } from '../../protocol/state.ts';

/**
 * The synced state (protocol.md, 5), which src/protocol/state.ts explains, as Colyseus encodes it. Fields are added at the
 * end, never moved: clients may be older. What is generated from it for other languages (unity/, clients/) calls a class by
 * its constant, so that each has the name of its constant; and of the numbers it has only those that every SDK reads
 * exactly: whole ones of a size that never overflows, and float64 for the rest, times above all. Unity's "number" has
 * float32's precision.
 */

/** A field for each one that clients read, and of its type: one more, or one less, doesn't compile. */
type FieldsOf<State> = { [Field in keyof State]: FieldBuilder<State[Field], boolean> };

const CardState = schema(
  {
    rank: t.string<SyncedCard['rank']>().default(''),
    suit: t.string<SyncedCard['suit']>().default(''),
  } satisfies FieldsOf<SyncedCard>,
  'CardState',
);

export const SlotState = schema(
  {
    empty: t.boolean().default(false),
    faceUp: t.boolean().default(false),
    rank: t.string<SyncedSlot['rank']>().default(''),
    suit: t.string<SyncedSlot['suit']>().default(''),
  } satisfies FieldsOf<SyncedSlot>,
  'SlotState',
);
export type SlotState = SchemaType<typeof SlotState>;

export const PlayerState = schema(
  {
    sessionId: t.string().default(''),
    userId: t.string().default(''),
    name: t.string().default(''),
    seat: t.uint8().default(0),
    dealNonce: t.string().default(''),
    isBot: t.boolean().default(false),
    connected: t.boolean().default(false),
    status: t.string<SyncedPlayer['status']>().default('waiting'),
    cardCount: t.uint8().default(0),
    hand: t.array(SlotState),
    collectionRank: t.string<SyncedPlayer['collectionRank']>().default(''),
    points: t.int32().default(0),
    missedTurns: t.uint16().default(0),
    place: t.uint8().default(0),
    winType: t.string<SyncedPlayer['winType']>().default(''),
    playedByBot: t.boolean().default(false),
    dealCommitment: t.string().default(''),
    dealPart: t.string().default(''),
  } satisfies FieldsOf<SyncedPlayer>,
  'PlayerState',
);
export type PlayerState = SchemaType<typeof PlayerState>;

export const RecallState = schema(
  {
    roomId: t.string().default(''),
    ownerId: t.string().default(''),
    permission: t.string<SyncedState['permission']>().default('public'),
    gameType: t.string<SyncedState['gameType']>().default('classic'),
    phase: t.string<SyncedState['phase']>().default('waiting_for_players'),
    maxPlayers: t.uint8().default(0),
    minPlayers: t.uint8().default(0),
    turnTimeLimit: t.float64().default(0),
    startsAt: t.float64().default(0),
    turn: t.string().default(''),
    deadlineAt: t.float64().default(0),
    drawPile: t.uint8().default(0),
    discardTop: t.ref(CardState),
    discardCount: t.uint8().default(0),
    recallCalledBy: t.string().default(''),
    winners: t.array('string'),
    matchNumber: t.uint32().default(0),
    dealCommitment: t.string().default(''),
    dealSeed: t.string().default(''),
    players: t.map(PlayerState),
    dealFormula: t.uint8<SyncedState['dealFormula']>().default(0),
    shortWindows: t.boolean().default(false),
  } satisfies FieldsOf<SyncedState>,
  'RecallState',
);
export type RecallState = SchemaType<typeof RecallState>;
