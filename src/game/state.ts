import type { Card, PointRules, Power } from './cards.ts';
import type { Hand, PlaceOf } from './hand.ts';

/** A room as the fold of its events. Immutable: every change makes new values along its path and shares the rest. */

export type GameType = 'classic' | 'clear';
export type BotLevel = 'easy' | 'medium' | 'hard' | 'expert';
export type WinType = 'lowest_points' | 'empty_hand' | 'four_of_a_kind';
/** lapsed: nobody connected to a reservation, or the match of a seat whose grace had ended is over. */
export type LeaveReason = 'left' | 'dropped' | 'kicked' | 'signed_out' | 'removed' | 'lapsed';
export type Phase =
  | 'waiting_for_players'
  | 'dealing'
  | 'initial_peek'
  | 'player_turn'
  | 'same_rank_window'
  | 'special_play_window'
  | 'finished';

/** What a room was opened with, the times that it plays by included (ms): it keeps them whatever the server's settings become. */
export interface RoomSettings extends PointRules {
  readonly permission: 'public' | 'private';
  /** A salted hash, or empty. */
  readonly passwordHash: string;
  readonly allowedUsers: readonly string[];
  readonly allowedRoles: readonly string[];
  readonly maxPlayers: number;
  readonly minPlayers: number;
  readonly gameType: GameType;
  readonly allowDiscardTake: boolean;
  /** A same-rank window may end early, when no person has a use for it. */
  readonly shortWindows: boolean;
  readonly botLevel: BotLevel;
  /** Opened by random join. */
  readonly random: boolean;
  /** Starts by itself this long after it opened (ms), or at once when full; null: only when told to. */
  readonly startDelayMs: number | null;
  readonly turnMs: number;
  readonly initialPeekMs: number;
  readonly windowMs: number;
  readonly powerMs: number;
  readonly showMs: number;
  readonly reservationMs: number;
  readonly graceMs: number;
  readonly emptyMs: number;
  readonly ttlMs: number;
  /** Missed turns in a row after which a computer player plays on. */
  readonly missedTurns: number;
  readonly maxTurns: number;
  /** Entries that a journal holds, after which the room closes as soon as no match runs. */
  readonly maxEntries: number;
}

/** A command that was carried out, for the repeat that may come. */
export interface DoneCommand {
  readonly commandId: string;
  /** The message's type, and a hash of it and its payload: the same id with another request is refused. */
  readonly request: string;
  readonly n: number;
  readonly sessionId?: string;
}

export interface Seat {
  readonly seat: number;
  readonly sessionId: string;
  /** Empty for a computer player. */
  readonly userId: string;
  readonly name: string;
  readonly dealNonce: string;
  /** Which sign-out was the user's last one when they came. */
  readonly generation: number;
  /** The client has said that it will commit to a part of the next deal. */
  readonly dealPart: boolean;
  /** To the seat's part of the next deal; empty where there is none. */
  readonly commitment: string;
  /** How often the seat has committed itself for the next deal. */
  readonly commits: number;
  readonly isBot: boolean;
  readonly level: BotLevel;
  readonly joinedAt: number;
  /** The number of the event by which it was taken: what was before is not told to who sits there. */
  readonly since: number;
  /** Whoever comes back to it is sent what they have missed. */
  readonly events: boolean;
  /**
   * reserved: not connected to yet; held: dropped, within its grace; away: the grace is over, in a running match;
   * left: given up, and free as soon as no match runs.
   */
  readonly attendance: 'reserved' | 'connected' | 'held' | 'away' | 'left';
  /** When a reservation lapses or a grace ends (ms); 0 where neither runs. */
  readonly until: number;
  /** The hash of a reservation's pass; empty once somebody has connected. */
  readonly pass: string;
  /** The reconnection token of who sits there; empty before. Secret. */
  readonly token: string;
  /** A computer player plays for this person. */
  readonly playedByBot: boolean;
  readonly done: readonly DoneCommand[];
  /** How often somebody has come back to it since the last match began. */
  readonly returns: Tally;
}

/** A seat that somebody sat in and has given up. */
export interface Parted {
  readonly sessionId: string;
  /** The reconnection token that is of no use any more. Secret all the same: it proves whose seat it was. */
  readonly token: string;
  readonly reason: LeaveReason;
}

/** What a seat that plays adds to the deal (rules.md 4). */
export interface DealPart {
  readonly seat: number;
  /** Who sat there when the parts were closed. */
  readonly sessionId: string;
  /** Empty: takes no part. */
  readonly commitment: string;
  /** Empty until it is revealed. Secret until the cards are dealt. */
  readonly nonce: string;
}

/** The parts of a deal are closed, and those who take part reveal theirs. */
export interface Dealing {
  /** Of all who play, in seat order. */
  readonly parts: readonly DealPart[];
  /** When the cards are dealt without what is missing then. */
  readonly deadlineAt: number;
}

/** Somebody whom the owner has shown out. */
export interface Kicked {
  readonly userId: string;
  readonly name: string;
}

export interface Player {
  readonly seat: number;
  /** Who sat there when the match began. */
  readonly sessionId: string;
  readonly hand: Hand;
  readonly peeked: boolean;
  /** Missed turns in a row. */
  readonly missed: number;
  /** Out of the present same-rank window after a wrong card. */
  readonly outOfWindow: boolean;
}

/** A card that one seat is being shown in its slot; forgotten when the slot changes. */
export interface Showing {
  readonly to: number;
  readonly place: PlaceOf;
  readonly card: Card;
  readonly reason: 'initial_peek' | 'queen_peek';
  readonly until: number;
}

export interface Drawn {
  readonly card: Card;
  /** Taken from the discard pile: everyone knows it, and it can't be played in this turn. */
  readonly taken: boolean;
}

export interface Result {
  readonly seat: number;
  readonly points: number;
  readonly cards: number;
  readonly place: number;
  readonly winType: WinType | '';
}

export interface Match {
  readonly number: number;
  readonly phase: Exclude<Phase, 'waiting_for_players' | 'dealing'>;
  /** Random streams of this match come from here. Secret while it runs. */
  readonly seed: string;
  /** How the seed was made: 1 where nobody took part in the deal, else 2. */
  readonly formula: 1 | 2;
  /** What each seat added to the deal, in seat order; none by the first formula. */
  readonly parts: readonly DealPart[];
  /** In seat order, not by seat number. */
  readonly players: readonly Player[];
  /** The top card is the last. */
  readonly drawPile: readonly Card[];
  /** The top card is the last. */
  readonly discard: readonly Card[];
  /** The seat whose turn it is. */
  readonly turn: number;
  /** Counts turns from 1; 0 in the initial peek. */
  readonly turnNumber: number;
  readonly step: 'draw' | 'play';
  readonly drawn: Drawn | null;
  /** When the present step is over. */
  readonly deadlineAt: number;
  /** Powers that wait, in the order in which their cards were played; the first is the present one in its phase. */
  readonly powers: readonly { readonly seat: number; readonly power: Power }[];
  readonly calledBy: number | null;
  /** Turns passed in a row because nobody could draw nor play. */
  readonly passes: number;
  readonly reshuffles: number;
  readonly showing: readonly Showing[];
  readonly how: WinType | 'abandoned' | null;
  readonly results: readonly Result[];
  /** The secret of this match's deal once it has ended, else empty. */
  readonly revealed: string;
}

/** How often something was done to a room since its last match began. */
export interface Tally {
  readonly times: number;
  /** Of them, within the minute that began at `minuteAt` (ms). */
  readonly inMinute: number;
  readonly minuteAt: number;
}

export interface Comer {
  readonly userId: string;
  readonly comings: Tally;
}

export interface Room {
  readonly roomId: string;
  readonly settings: RoomSettings;
  readonly ownerId: string;
  readonly openedAt: number;
  /** How many events have happened. */
  readonly n: number;
  /** How many of them a snapshot stands for in the journal. */
  readonly base: number;
  /** The number of the last one that players are told of as part of a match; 0 before the first. */
  readonly told: number;
  /** When the last one did. */
  readonly touchedAt: number;
  readonly seats: readonly (Seat | null)[];
  /** The last ones that were given up, so that who comes back to one can be told why. */
  readonly parted: readonly Parted[];
  /** Who stays out until the next match starts, the last one last. */
  readonly kicked: readonly Kicked[];
  /** Since when no seat has belonged to a person, or null. */
  readonly emptySince: number | null;
  readonly startsAt: number | null;
  /** Feeds computer players and their delays. Secret. */
  readonly botSeed: string;
  /** Of the next deal. */
  readonly secret: string;
  readonly commitment: string;
  /** Set between the closing of the parts and the deal. */
  readonly dealing: Dealing | null;
  /** The running match, or the last one. */
  readonly match: Match | null;
  /** Seats that were reserved, and what the owner did to the table, while no match ran. */
  readonly comings: Tally;
  readonly changes: Tally;
  /** Of `comings`, those of each user, at most 64 of them, who came last is last. */
  readonly comers: readonly Comer[];
  /** The ids of those who have sat here and were not shown out, at most 100, the latest last. */
  readonly known: readonly string[];
  /** played_out: its journal has had as many entries as it may. */
  readonly closed: 'empty' | 'expired' | 'closed' | 'played_out' | null;
}
