import type { IRoomCache, MatchMakerDriver } from '@colyseus/core';
import type { Phase } from '../protocol/state.ts';
import type { RoomFacts } from '../protocol/toClient.ts';

/** A room as it is listed. Rooms of the game have their facts in `metadata`. */
export type Row = IRoomCache<RoomFacts>;

/** A room of the game. */
export interface GameRow extends Row {
  metadata: RoomFacts;
}

/** What somebody who joins at random wants, and the room that they would open. */
export interface Wish {
  readonly gameType: RoomFacts['game_type'];
  /** Rooms that have refused them. */
  readonly skip: readonly string[];
  /** The id that the room gets if they have to open one. Nobody else may use it. */
  readonly roomId: string;
  /** How many seats that room has. */
  readonly maxSize: number;
}

/** The room in which a place was reserved, or that there is none: the one who asked opens theirs. */
export type Place = { readonly room: Row } | 'open';

/** Default: any. */
export interface RoomKind {
  readonly gameType?: RoomFacts['game_type'] | undefined;
  readonly phase?: Phase | undefined;
}

export interface PublicFilter extends RoomKind {
  /** Default: those that may be entered. */
  readonly phase?: Phase | undefined;
  /** At least so many free seats, 0 to 8. Default 1. */
  readonly minFree?: number | undefined;
}

export interface PageOf {
  /** 1 to 100. */
  readonly limit: number;
  /** `next` of the page before, or undefined for the newest rooms. */
  readonly cursor?: string | undefined;
}

/** Rooms, the newest first. A room that stays listed is neither missed nor repeated, whatever comes and goes meanwhile. */
export interface Page {
  readonly rooms: readonly Row[];
  /** How many fit in all. */
  readonly total: number;
  /** The cursor of the next page; undefined on the last one. */
  readonly next: string | undefined;
}

/**
 * Every room there is, on whichever process: what Colyseus' matchmaking asks of a driver, and what finding rooms needs
 * beyond that. What it costs to find a room doesn't depend on how many there are.
 */
export interface RoomIndex extends MatchMakerDriver {
  /** Lists a room, unless its id is taken; so that one create request, answered twice, makes one room. */
  insert(room: IRoomCache): Promise<boolean>;

  /** Removes what a dead process has listed. */
  cleanup(processId: string): Promise<void>;

  /**
   * Removes a room from the list.
   * @param processId only if it is listed by that process; '' for whichever. Default: this process, where it knows its id
   * @returns whether it was there
   */
  remove(roomId: string, processId?: string): Promise<boolean> | boolean;

  /**
   * This process goes on with a room that another has listed: the next `insert` of its own replaces that row, and until
   * then the room stays in every list. The other can neither change nor remove it any more.
   */
  takeOver(roomId: string, processId: string): Promise<void>;

  /**
   * Reserves a place for somebody who joins at random: in a public waiting room of the game type that starts by itself,
   * the fullest first, the oldest among equals, or in one that another caller is just opening. In the same step the place
   * is counted as taken, so that of many who come at once each gets another, and no lock is needed. The reservation lapses
   * by itself; whether the seat is theirs only the room can say. `joinAtRandom` is how to use it.
   */
  reservePlace(wish: Wish): Promise<Place>;

  /** The room has refused the one to whom a place was reserved: it is free for others. */
  giveBack(roomId: string): Promise<void>;

  /** The one who was to open this room has failed. Another place is reserved for who waited for it. */
  giveUp(roomId: string): Promise<void>;

  /**
   * Public rooms that could be entered if they have a seat.
   * @throws RecallError for a malformed cursor.
   */
  listPublic(page: PublicFilter & PageOf): Promise<Page>;

  /**
   * All rooms of one type, private ones included; or those of a kind, which only games have.
   * @throws RecallError for a malformed cursor.
   */
  listAll(page: { readonly name: string } & RoomKind & PageOf): Promise<Page>;

  /** Forgets places that nobody took. Whoever asks for a place does it too: this is for when nobody asks any more. */
  sweep(): Promise<void>;
}
