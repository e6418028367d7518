import type { Rank, Suit } from './cards.ts';
import type { WinType } from './matchEvent.ts';
import type { GameType, Permission } from './options.ts';

/**
 * The synced state as a client reads it (protocol.md, 5): what everybody may know, the same for each client. Times are Unix
 * ms by the server's clock. An absent session id, rank or suit is an empty string, an absent time 0.
 */

/** What one reads an array by, and the SDK's lists have too. */
type Reading = 'at' | 'every' | 'filter' | 'find' | 'findIndex' | 'includes' | 'indexOf' | 'map' | 'reduce' | 'some';

/** A list as an SDK keeps it: an array of a kind of its own. */
export interface SyncedList<Item> extends ArrayLike<Item>, Iterable<Item>, Pick<readonly Item[], Reading> {
  [Symbol.iterator](): IterableIterator<Item>;
  entries(): IterableIterator<[number, Item]>;
  forEach(listener: (item: Item, index: number) => void): void;
}

export const phases = [
  'waiting_for_players',
  'dealing',
  'initial_peek',
  'player_turn',
  'same_rank_window',
  'special_play_window',
  'finished',
] as const;
export type Phase = (typeof phases)[number];

/** What a player has to do. */
export type Status =
  | 'waiting'
  | 'revealing'
  | 'peeking'
  | 'drawing_card'
  | 'playing_card'
  | 'same_rank_window'
  | 'queen_peek'
  | 'jack_swap'
  | 'finished';

/** A card that everybody sees, or none. */
export interface SyncedCard {
  readonly rank: Rank | '';
  readonly suit: Suit | '';
}

/** A slot of a hand; rank and suit only of a face-up card. */
export interface SyncedSlot extends SyncedCard {
  readonly empty: boolean;
  readonly faceUp: boolean;
}

export interface SyncedPlayer {
  readonly sessionId: string;
  readonly userId: string;
  readonly name: string;
  /** Players are in this order, clockwise. */
  readonly seat: number;
  readonly dealNonce: string;
  readonly isBot: boolean;
  readonly connected: boolean;
  readonly status: Status;
  readonly cardCount: number;
  readonly hand: SyncedList<SyncedSlot>;
  readonly collectionRank: Rank | '';
  /** At the end of a match, as `place` and `winType`. */
  readonly points: number;
  readonly missedTurns: number;
  /** 0 while nothing is decided. */
  readonly place: number;
  readonly winType: WinType | '';
  readonly playedByBot: boolean;
  /** To the player's part of the deal. */
  readonly dealCommitment: string;
  /** In the last deal: the nonce revealed, or `left_out`. */
  readonly dealPart: string;
}

export interface SyncedState {
  readonly roomId: string;
  /** A user id. */
  readonly ownerId: string;
  readonly permission: Permission;
  readonly gameType: GameType;
  readonly phase: Phase;
  readonly maxPlayers: number;
  readonly minPlayers: number;
  /** Seconds. */
  readonly turnTimeLimit: number;
  readonly startsAt: number;
  /** A session id. */
  readonly turn: string;
  readonly deadlineAt: number;
  readonly drawPile: number;
  readonly discardTop: SyncedCard;
  readonly discardCount: number;
  /** A session id. */
  readonly recallCalledBy: string;
  /** Session ids. */
  readonly winners: SyncedList<string>;
  readonly matchNumber: number;
  readonly dealCommitment: string;
  readonly dealSeed: string;
  /** By session id. */
  readonly players: ReadonlyMap<string, SyncedPlayer>;
  /** 0 before the first deal. */
  readonly dealFormula: 0 | 1 | 2;
  readonly shortWindows: boolean;
}

/** A copy of it that shares nothing. What was never sent is missing. */
export interface StateJson extends Partial<Omit<SyncedState, 'winners' | 'players'>> {
  readonly winners?: readonly string[];
  readonly players?: Readonly<Record<string, PlayerJson>>;
}
export interface PlayerJson extends Partial<Omit<SyncedPlayer, 'hand'>> {
  readonly hand?: readonly SyncedSlot[];
}

/** The state as Colyseus' SDK for JavaScript keeps it, which changes it in place. */
export interface LiveState extends SyncedState {
  toJSON(): StateJson;
}
