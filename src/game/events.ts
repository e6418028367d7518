import type { Card, Power } from './cards.ts';
import type { PlaceOf } from './hand.ts';
import type { BotLevel, LeaveReason, Room, RoomSettings, WinType } from './state.ts';

/**
 * What has happened in a room: the journal's content, hidden cards included. Events are facts; a fold never asks a rule.
 * Fields are added, never changed or removed: an old journal must open under new code. All times are Unix ms, seats are
 * numbers, `deadlineAt` is when the step that the event begins is over.
 */
export type RoomEvent =
  | {
      type: 'room_opened';
      version: 1;
      roomId: string;
      settings: RoomSettings;
      ownerId: string;
      botSeed: string;
      secret: string;
      commitment: string;
    }
  | {
      /** A seat is reserved for somebody who must connect until `until`. */
      type: 'seat_reserved';
      seat: number;
      sessionId: string;
      userId: string;
      name: string;
      dealNonce: string;
      /** The client has said that it takes part in deals. */
      dealPart?: boolean;
      until: number;
      /** Which sign-out was the user's last one before (0: none). A seat of before this was noted goes by `at`. */
      generation?: number;
      /** The hash of the pass that the connection shows. Older journals have none. */
      pass?: string;
      /** The client wants what it has missed, whenever it comes back. */
      events?: boolean;
    }
  | { type: 'bot_seated'; seat: number; sessionId: string; name: string; level: BotLevel }
  /** A connection sits down, or is back; `token` is its reconnection token. `events`: another wish than the seat's so far. */
  | { type: 'seat_connected'; seat: number; token: string; events?: boolean }
  | { type: 'seat_dropped'; seat: number; until: number }
  /** The grace of a dropped seat is over in a running match: the seat stays its person's. */
  | { type: 'grace_ended'; seat: number }
  /** A seat is given up: free at once, or, in a running match, played on by a computer player and free after it. */
  | { type: 'seat_left'; seat: number; reason: LeaveReason }
  /** The owner lets somebody back in who was kicked. */
  | { type: 'unkicked'; userId: string }
  | { type: 'owner_changed'; ownerId: string }
  /** A seat has committed itself to its part of that match's deal; the last one before the closing counts. */
  | { type: 'deal_committed'; seat: number; matchNumber: number; commitment: string }
  /** A seat has shown the nonce that it had committed to. Secret until the cards are dealt. */
  | { type: 'deal_revealed'; seat: number; nonce: string }
  | { type: 'start_scheduled'; startsAt: number }
  | { type: 'start_called_off' }
  /** The room was gone or paused for `byMs`: every running deadline and every shown card gets that time back. */
  | { type: 'time_lost'; byMs: number }
  /** The clock was set by `byMs`, back or forward: so is all that the room reckons with. `at` is by the clock of before. */
  | { type: 'clock_moved'; byMs: number }
  /** A client's command was carried out; a repeat of it gets the same answer. */
  | { type: 'command_done'; seat: number; commandId: string; request: string; n: number; sessionId?: string }
  /** Who that was is not known to the room any more; their seats were given up before. */
  | { type: 'person_erased'; userId: string }
  /** Stands for all that has happened before: what the room was then. */
  | { type: 'snapshot'; room: Room }
  | { type: 'room_closed'; reason: 'empty' | 'expired' | 'closed' | 'played_out' };

/** rules.md 15. */
export type MatchEvent =
  /** Who plays is settled, and so is what each has committed to (empty: takes no part); those who take part reveal now. */
  | {
      type: 'deal_closed';
      matchNumber: number;
      seats: readonly number[];
      commitments: readonly string[];
      deadlineAt: number;
    }
  | {
      type: 'match_started';
      matchNumber: number;
      /** Who plays, in seat order; `hands[i]` and the nonce of the i-th are theirs. */
      seats: readonly number[];
      nonces: readonly string[];
      /** How the seed was made: by the first formula, where this is missing. */
      formula?: 2;
      /** With the second formula: what the i-th has committed to (empty: nothing), and revealed (empty: it was left out). */
      parts?: readonly { commitment: string; nonce: string }[];
      seed: string;
      hands: readonly (readonly Card[])[];
      discard: Card;
      /** The top card is the last. */
      drawPile: readonly Card[];
      starter: number;
      deadlineAt: number;
    }
  | {
      type: 'peeked';
      seat: number;
      slots: readonly [number, number];
      cards: readonly [Card, Card];
      byLot: boolean;
      until: number;
      /** Set by the last seat to peek: when the phase is over. */
      deadlineAt?: number;
    }
  | { type: 'peek_over'; collections: readonly { seat: number; slot: number; card: Card }[] }
  | { type: 'turn_started'; seat: number; turn: number; step: 'draw' | 'play'; deadlineAt: number }
  | { type: 'drew'; seat: number; card: Card; deadlineAt: number }
  | { type: 'took'; seat: number; card: Card; deadlineAt: number }
  | { type: 'played'; seat: number; slot: number; card: Card }
  | { type: 'window_opened'; deadlineAt: number }
  | { type: 'same_rank_played'; seat: number; slot: number; card: Card }
  | { type: 'same_rank_refused'; seat: number; slot: number; penalty: { slot: number; card: Card } | null }
  | { type: 'window_closed' }
  | { type: 'power_opened'; seat: number; power: Power; deadlineAt: number }
  | { type: 'queen_peeked'; seat: number; target: PlaceOf; card: Card; until: number }
  | { type: 'jack_swapped'; seat: number; first: PlaceOf; second: PlaceOf }
  | { type: 'power_skipped'; seat: number; power: Power; why: 'chosen' | 'time' | 'nothing' }
  | { type: 'collected'; seat: number; slot: number; card: Card; from: 'discard' | 'drawn' }
  /** The discard pile without its top card is the new draw pile. */
  | { type: 'reshuffled'; drawPile: readonly Card[] }
  | { type: 'recall_called'; seat: number }
  /** `kept`: the drawn card that went into the hand. */
  | { type: 'turn_missed'; seat: number; kept: { slot: number; card: Card } | null }
  | { type: 'turn_passed'; seat: number }
  | { type: 'bot_took_over'; seat: number; why: 'missed' | 'away' | 'left' }
  | { type: 'player_back'; seat: number }
  | {
      type: 'match_ended';
      how: WinType | 'abandoned';
      /** A drawn card that its player had no time to play went into the hand, and counts. */
      kept: { seat: number; slot: number; card: Card } | null;
      results: readonly { seat: number; points: number; cards: number; place: number; winType: WinType | '' }[];
      secret: string;
      /** Of the deal that comes next. */
      nextSecret: string;
      nextCommitment: string;
    };

/** An event with the time at which the owning process decided it. */
export type Event = (RoomEvent | MatchEvent) & { readonly at: number };
export type EventOf<T extends Event['type']> = Extract<Event, { type: T }>;
