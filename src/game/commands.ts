import type { PlaceOf } from './hand.ts';
import type { BotLevel, LeaveReason, RoomSettings } from './state.ts';

/** A move of a seat in a match, rules 5 to 10. A person and a computer player send the same. */
export type Move =
  | { type: 'completed_initial_peek'; slots: readonly [number, number] }
  | { type: 'draw_card' }
  | { type: 'take_from_discard' }
  | { type: 'play_card'; slot: number }
  | { type: 'same_rank_play'; slot: number }
  | { type: 'collect_from_discard' }
  | { type: 'collect_drawn' }
  | { type: 'queen_peek'; target: PlaceOf }
  | { type: 'jack_swap'; first: PlaceOf; second: PlaceOf }
  | { type: 'skip_power' }
  | { type: 'call_recall' };

/** What a seated person may ask of the room itself. */
export type RoomRequest =
  | { type: 'start_match' }
  | { type: 'add_bot'; level?: BotLevel }
  | { type: 'remove_bot'; sessionId: string }
  | { type: 'kick'; sessionId: string }
  | { type: 'unkick'; userId: string }
  | { type: 'deal_commit'; matchNumber: number; commitment: string }
  | { type: 'deal_reveal'; matchNumber: number; nonce: string }
  | { type: 'take_seat_back' };

export type Command =
  /** The first command of a room. The owner's seat is reserved with it, and computer players are seated. */
  | { type: 'open'; roomId: string; settings: RoomSettings; owner: Entrant; bots: number }
  /**
   * Reserve a seat for a user, or find the one that they have. `password` is how the one that came with it compares to the
   * room's. `random`: by random join, which enters only rooms that start by themselves.
   */
  | { type: 'enter'; who: Entrant; roles: readonly string[]; password: 'none' | 'wrong' | 'right'; random: boolean }
  /** A connection sits down in its seat, or is back in it. `events`: whether it wants what it misses, where it has said so anew. */
  | { type: 'connect'; sessionId: string; token: string; events?: boolean }
  | { type: 'drop'; sessionId: string }
  | { type: 'leave'; sessionId: string; reason: LeaveReason }
  | { type: 'move'; seat: number; by: 'person' | 'bot'; move: Move; id?: CommandId }
  | { type: 'request'; seat: number; request: RoomRequest; id?: CommandId }
  /**
   * These seats have said that they have no card for the same-rank window, when the room had `n` events: it ends early
   * where nobody else may want it. Their presses are in no event, since its number alone would tell of them.
   */
  | { type: 'end_window'; passed: ReadonlySet<number>; n: number }
  /** Carries out whatever is due at `now`. */
  | { type: 'time_passed' }
  /** The room was paused for so long. */
  | { type: 'time_lost'; byMs: number }
  /** The clock of the owning process was set by so much; `now` is what it would have been without. */
  | { type: 'clock_moved'; byMs: number }
  /** The room is back after its process was lost: nobody is connected, and no time has passed since its last event. */
  | { type: 'recover' }
  /** A user is erased: their seat is given up, and the room knows them no more. */
  | { type: 'erase'; userId: string }
  | { type: 'close'; reason: 'closed' };

export type CommandOf<T extends Command['type']> = Extract<Command, { type: T }>;

/** `sessionId`: the id that a new seat gets (unguessable, made by the shell). */
export interface Entrant {
  readonly userId: string;
  readonly name: string;
  readonly dealNonce: string;
  /** The client will commit to a part of the deal: a room that starts by itself when it is full waits for that. */
  readonly dealPart?: boolean;
  readonly sessionId: string;
  /** Which sign-out was the user's last one before; 0: none. */
  readonly generation?: number;
  /** The hash of the pass that the seat's first connection shows. */
  readonly pass?: string;
  /** The client wants what it misses. */
  readonly events?: boolean;
}

/** A client's own id of a command; `request` tells its message and payload from others. */
export interface CommandId {
  readonly commandId: string;
  readonly request: string;
}
