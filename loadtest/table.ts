import type { Room } from '@colyseus/sdk';
import type { Phase } from '../src/protocol/toClient.ts';

/** The synced state as a client of any language gets it (protocol.md, 5): what a player looks at. */

export interface SlotSeen {
  empty: boolean;
  faceUp: boolean;
  rank: string;
  suit: string;
}

export interface PlayerSeen {
  sessionId: string;
  status: string;
  isBot: boolean;
  playedByBot: boolean;
  hand: ArrayLike<SlotSeen>;
  collectionRank: string;
  seat: number;
  dealNonce: string;
  dealCommitment: string;
}

export interface TableSeen {
  roomId: string;
  phase: Phase;
  gameType: string;
  turn: string;
  deadlineAt: number;
  drawPile: number;
  discardTop: { rank: string; suit: string };
  discardCount: number;
  recallCalledBy: string;
  winners: Iterable<string>;
  matchNumber: number;
  dealCommitment: string;
  players: { get(sessionId: string): PlayerSeen | undefined; values(): Iterable<PlayerSeen> };
}

/** A client's connection to a table. */
export type TableRoom = Room<unknown, TableSeen>;

/** A slot on the table, as messages name it. */
export interface Place {
  session_id: string;
  slot: number;
}

/** The slots of a hand that hold a card which `fits` accepts. */
export function slotsOf(player: PlayerSeen, fits: (slot: SlotSeen) => boolean = () => true): Place[] {
  const slots = Array.from(player.hand);
  return slots.flatMap((held, slot) => (held.empty || !fits(held) ? [] : [{ session_id: player.sessionId, slot }]));
}

export const faceDown = (slot: SlotSeen): boolean => !slot.faceUp;
