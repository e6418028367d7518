import type { DoneCommand, Match, Phase, Player, Room, Seat } from './state.ts';

/** Questions that are asked of a room. */

/** So many entries may the journal of a room have, about 2 MB. A match has 150 to 400: the longest evening has a few thousand. */
export const maxEntries = 30_000;

export const isRunning = (room: Room): boolean => room.match !== null && room.match.phase !== 'finished';

/** Whether the cards of a match are being dealt: who plays is settled, and nobody has any. */
export const isDealing = (room: Room): boolean => room.dealing !== null;

/** Whether no match has begun, its deal included. */
export const isBetweenMatches = (room: Room): boolean => !isRunning(room) && !isDealing(room);

export const phaseOf = (room: Room): Phase =>
  isDealing(room) ? 'dealing' : (room.match?.phase ?? 'waiting_for_players');

/** The number of the match that is being dealt, or comes next. */
export const nextMatchNumber = (room: Room): number => (room.match?.number ?? 0) + 1;

/** The seat with that session id, given up ones included. */
export const seatBySession = (room: Room, sessionId: string): Seat | null =>
  room.seats.find((seat) => seat?.sessionId === sessionId) ?? null;

/** The seat that a person holds. */
export const seatByUser = (room: Room, userId: string): Seat | null =>
  room.seats.find((seat) => seat !== null && isPerson(seat) && seat.userId === userId) ?? null;

/** Whether the user has sat here before, and was not shown out. */
export const isKnown = (room: Room, userId: string): boolean => room.known.includes(userId);

/** Whether the seat belongs to a person, connected or not. */
export const isPerson = (seat: Seat | null): seat is Seat => seat !== null && !seat.isBot && seat.attendance !== 'left';

export const persons = (room: Room): Seat[] => room.seats.filter(isPerson);

/** Whether a computer player acts for the seat: as one, for a leaver, or for a person who is away. */
export const playedByBot = (seat: Seat): boolean => seat.isBot || seat.playedByBot || seat.attendance === 'left';

/** A person who is there, or within the grace of a lost connection or a reservation. */
export const isPresent = (seat: Seat | null): seat is Seat => isPerson(seat) && seat.attendance !== 'away';

/** Whether somebody new may have that seat. A leaver's is free as soon as no match is dealt or runs. */
export const isFree = (room: Room, seat: Seat | null): boolean =>
  seat === null || (seat.attendance === 'left' && isBetweenMatches(room));

/** Seats that nobody has; a reservation counts as taken. */
export const freeSeats = (room: Room): number => room.seats.filter((seat) => isFree(room, seat)).length;

/** Seats taken, computer players included, reservations not. */
export const currentSize = (room: Room): number =>
  room.seats.filter((seat) => seat !== null && seat.attendance !== 'reserved' && !isFree(room, seat)).length;

/** Persons who have come and not gone; reservations not. */
export const peopleIn = (room: Room): number => persons(room).filter((seat) => seat.attendance !== 'reserved').length;

/** The person who has sat the longest among those that `fits` accepts. */
export function longestSeated(room: Room, fits: (seat: Seat) => boolean): Seat | null {
  let longest: Seat | null = null;
  for (const seat of persons(room)) {
    if (fits(seat) && (longest === null || seat.joinedAt < longest.joinedAt)) longest = seat;
  }
  return longest;
}

export const doneCommand = (room: Room, seat: number, commandId: string): DoneCommand | null =>
  room.seats[seat]?.done.find((one) => one.commandId === commandId) ?? null;

/** @throws TypeError where that seat doesn't play: callers have checked. */
export function playerAt(match: Match, seat: number): Player {
  const player = match.players.find((one) => one.seat === seat);
  if (!player) throw new TypeError(`seat ${seat} does not play`);
  return player;
}

/** The seat that plays after `seat`, clockwise by seat number. */
export function seatAfter(match: Match, seat: number): number {
  const at = match.players.findIndex((one) => one.seat === seat);
  return (match.players[(at + 1) % match.players.length] as Player).seat;
}

/** Whether there is a card to draw, after a refill where one is needed. */
export const canDraw = (match: Match): boolean => match.drawPile.length > 0 || match.discard.length > 1;

type Due = 'step' | 'deal' | 'start' | 'seat' | 'empty' | 'expiry';

/** What comes due next, and when (ms), or null. On the same instant the order is that of this list. */
export function nextDue(room: Room): { what: Due; at: number; seat: number } | null {
  if (room.roomId === '' || room.closed) return null;
  let next: { what: Due; at: number; seat: number } | null = null;
  const consider = (what: Due, at: number, seat = -1) => {
    if (next === null || at < next.at) next = { what, at, seat };
  };
  if (room.match && isRunning(room)) consider('step', room.match.deadlineAt);
  if (room.dealing) consider('deal', room.dealing.deadlineAt);
  if (room.startsAt !== null) consider('start', room.startsAt);
  for (const seat of room.seats) if (seat && seat.until > 0) consider('seat', seat.until, seat.seat);
  if (room.emptySince !== null) consider('empty', room.emptySince + room.settings.emptyMs);
  consider('expiry', room.touchedAt + room.settings.ttlMs);
  return next;
}

/** When the command `time_passed` has something to do (ms), or null where nothing is ever due. */
export const nextDueAt = (room: Room): number | null => nextDue(room)?.at ?? null;

/** The lowest seat that nobody has had, else the lowest that somebody left: a leaver's row is seen as long as it can be. */
export function firstFree(room: Room): number {
  const untouched = room.seats.indexOf(null);
  return untouched !== -1 ? untouched : room.seats.findIndex((seat) => isFree(room, seat));
}
