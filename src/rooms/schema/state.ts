import { type SchemaType, schema, t } from '@colyseus/schema';

/**
 * The synced state (protocol.md, 5): what everybody may know, the same for each client. An absent session id, rank or suit
 * is an empty string, an absent time 0. Fields are added at the end, never moved: clients may be older.
 */

/** A card that everybody sees, or none. */
const CardState = schema(
  {
    rank: t.string().default(''),
    suit: t.string().default(''),
  },
  'Card',
);

/** A slot of a hand; rank and suit only of a face-up card. */
export const SlotState = schema(
  {
    empty: t.boolean().default(false),
    faceUp: t.boolean().default(false),
    rank: t.string().default(''),
    suit: t.string().default(''),
  },
  'Slot',
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
    status: t.string().default('waiting'),
    cardCount: t.uint8().default(0),
    hand: t.array(SlotState),
    collectionRank: t.string().default(''),
    /** At the end of a match, as `place` and `winType`. */
    points: t.uint16().default(0),
    missedTurns: t.uint16().default(0),
    /** 0 while nothing is decided. */
    place: t.uint8().default(0),
    winType: t.string().default(''),
    playedByBot: t.boolean().default(false),
    /** To the player's part of the deal. */
    dealCommitment: t.string().default(''),
    /** In the last deal: the nonce revealed, or `left_out`. */
    dealPart: t.string().default(''),
  },
  'Player',
);
export type PlayerState = SchemaType<typeof PlayerState>;

export const RecallState = schema(
  {
    roomId: t.string().default(''),
    ownerId: t.string().default(''),
    permission: t.string().default('public'),
    gameType: t.string().default('classic'),
    phase: t.string().default('waiting_for_players'),
    maxPlayers: t.uint8().default(0),
    minPlayers: t.uint8().default(0),
    /** Seconds. */
    turnTimeLimit: t.number().default(0),
    startsAt: t.number().default(0),
    turn: t.string().default(''),
    deadlineAt: t.number().default(0),
    drawPile: t.uint8().default(0),
    discardTop: t.ref(CardState),
    discardCount: t.uint8().default(0),
    recallCalledBy: t.string().default(''),
    winners: t.array('string'),
    matchNumber: t.number().default(0),
    dealCommitment: t.string().default(''),
    dealSeed: t.string().default(''),
    /** By session id. */
    players: t.map(PlayerState),
    /** 0 before the first deal. */
    dealFormula: t.uint8().default(0),
    shortWindows: t.boolean().default(false),
  },
  'RecallState',
);
export type RecallState = SchemaType<typeof RecallState>;
