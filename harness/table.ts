import type { Room } from '@colyseus/sdk';
import type { Place } from '../src/protocol/cards.ts';
import type { GameRoom } from '../src/protocol/sdk.ts';
import type { SyncedPlayer, SyncedSlot } from '../src/protocol/state.ts';

/** A client's connection to a table. */
export type TableRoom = Room<GameRoom>;

/** The slots of a hand that hold a card which `fits` accepts. */
export function slotsOf(player: SyncedPlayer, fits: (slot: SyncedSlot) => boolean = () => true): Place[] {
  const slots = Array.from(player.hand);
  return slots.flatMap((held, slot) => (held.empty || !fits(held) ? [] : [{ session_id: player.sessionId, slot }]));
}

export const faceDown = (slot: SyncedSlot): boolean => !slot.faceUp;
