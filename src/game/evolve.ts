import { without } from './erasing.ts';
import type { Event } from './events.ts';
import { type EventOfMatch, evolveMatch, matchFrom } from './evolveMatch.ts';
import { kickedWith, kickedWithout } from './kicked.ts';
import { isPerson, maxEntries } from './room.ts';
import { isTold } from './seen.ts';
import type { DealPart, LeaveReason, Room, RoomSettings, Seat, Tally } from './state.ts';
import { renews, returnedTo, tallied, untouched } from './waiting.ts';

/** The room before anything has happened. Its settings come with `room_opened`. */
export const initial: Room = {
  roomId: '',
  settings: {} as RoomSettings,
  ownerId: '',
  openedAt: 0,
  n: 0,
  base: 0,
  told: 0,
  touchedAt: 0,
  seats: [],
  parted: [],
  kicked: [],
  emptySince: null,
  startsAt: null,
  botSeed: '',
  secret: '',
  commitment: '',
  dealing: null,
  match: null,
  comings: untouched,
  changes: untouched,
  comers: [],
  known: [],
  closed: null,
};

/** What the first rooms were opened with. Never add to it: their journals may still be read. */
type FirstSetting =
  | 'permission'
  | 'passwordHash'
  | 'allowedUsers'
  | 'allowedRoles'
  | 'maxPlayers'
  | 'minPlayers'
  | 'gameType'
  | 'redKingPoints'
  | 'allowDiscardTake'
  | 'botLevel'
  | 'random'
  | 'startDelayMs'
  | 'turnMs'
  | 'initialPeekMs'
  | 'windowMs'
  | 'powerMs'
  | 'showMs'
  | 'reservationMs'
  | 'graceMs'
  | 'emptyMs'
  | 'ttlMs'
  | 'missedTurns'
  | 'maxTurns';
/** What every later setting is in a room that was opened before there was such a one. */
const newerSettings: Omit<RoomSettings, FirstSetting> = { maxEntries, shortWindows: false };

/** Repeats of a seat's last commands are recognised as far back as this. */
const commandsKept = 32;
/** So many seats that were given up are remembered. */
const partedKept = 16;

/**
 * What an event makes of a room. Holds no rule, and never fails on an event that was ever written.
 * @throws TypeError for an event that it doesn't know, in a match; which journals hold such is found before
 *   (src/table/entries.ts)
 */
export function evolve(room: Room, event: Event): Room {
  if (event.type === 'snapshot') return { ...event.room, base: event.room.n };
  const n = room.n + 1;
  const changed = change(room, event);
  // Everybody is told of what happens in a match, and it counts for nothing else.
  if (changed === null) {
    const match = room.match && evolveMatch(room.match, event);
    return { ...room, touchedAt: event.at, told: n, match, n };
  }
  const touchedAt = renews(room, event) ? event.at : room.touchedAt;
  const told = isTold(event) ? n : room.told;
  return { ...room, touchedAt, told, ...changed, ...tallied(room, event), n };
}

/** What it changes; null where that is the match alone, as by most events. */
function change(room: Room, event: Exclude<Event, { type: 'snapshot' }>): Partial<Room> | null {
  switch (event.type) {
    case 'room_opened': {
      const { roomId, ownerId, botSeed, secret, commitment, at } = event;
      const settings = { ...newerSettings, ...event.settings };
      const seats = Array.from({ length: settings.maxPlayers }, () => null);
      return { roomId, settings, ownerId, botSeed, secret, commitment, openedAt: at, emptySince: at, seats };
    }
    case 'seat_reserved': {
      const {
        seat,
        sessionId,
        userId,
        name,
        dealNonce,
        dealPart = false,
        until,
        at,
        generation = at,
        pass = '',
        events = false,
      } = event;
      const who = { seat, sessionId, userId, name, dealNonce, dealPart, events };
      const taken = { ...who, until, generation, pass, joinedAt: at, since: room.n + 1, isBot: false };
      const reserved = { ...emptySeat, ...taken, attendance: 'reserved', level: room.settings.botLevel } as const;
      // In older journals who was kicked could come in again at once.
      return { ...seated(room, reserved, at), kicked: kickedWithout(room, userId) };
    }
    case 'bot_seated': {
      const { seat, sessionId, name, level, at } = event;
      const taken = { seat, sessionId, name, level, joinedAt: at, since: room.n + 1, isBot: true };
      return seated(room, { ...emptySeat, ...taken, attendance: 'connected' }, at);
    }
    case 'seat_connected': {
      const who = room.seats[event.seat];
      const known = knownWith(room, who?.userId ?? '');
      const returns = who ? returnedTo(who, event.at) : untouched;
      const { token, events = who?.events ?? false } = event;
      const taken = { attendance: 'connected', token, events, pass: '', until: 0, returns } as const;
      return { known, ...reseated(room, event.seat, event.at, taken) };
    }
    case 'seat_dropped':
      return reseated(room, event.seat, event.at, { attendance: 'held', until: event.until });
    case 'grace_ended':
      return reseated(room, event.seat, event.at, { attendance: 'away', until: 0 });
    case 'seat_left': {
      const { seat, reason, at } = event;
      const who = reason === 'kicked' ? room.seats[seat] : undefined;
      const shownOut = who && { known: knownWithout(room, who.userId), kicked: kickedWith(room, who) };
      return { parted: partedWith(room, seat, reason), ...shownOut, ...left(room, seat, at) };
    }
    case 'unkicked':
      return { kicked: kickedWithout(room, event.userId) };
    case 'owner_changed':
      return { ownerId: event.ownerId };
    case 'deal_committed': {
      const commits = (room.seats[event.seat]?.commits ?? 0) + 1;
      return reseated(room, event.seat, event.at, { commitment: event.commitment, commits });
    }
    case 'deal_closed': {
      const { commitments, deadlineAt } = event;
      const parts = event.seats.map((seat, i): DealPart => {
        return { seat, sessionId: room.seats[seat]?.sessionId ?? '', commitment: commitments[i] ?? '', nonce: '' };
      });
      const seats = room.seats.map((seat) => (seat && event.seats.includes(seat.seat) ? seat : null));
      return { seats, dealing: { parts, deadlineAt }, startsAt: null };
    }
    case 'deal_revealed':
      return {
        dealing: room.dealing && {
          ...room.dealing,
          parts: room.dealing.parts.map((part) => (part.seat === event.seat ? { ...part, nonce: event.nonce } : part)),
        },
      };
    case 'start_scheduled':
      return { startsAt: event.startsAt };
    case 'start_called_off':
      return { startsAt: null };
    case 'time_lost':
      return { ...later(room, event.byMs), touchedAt: event.at };
    case 'clock_moved':
      return byAnotherClock(later(room, event.byMs), event.byMs);
    case 'command_done': {
      const { seat, commandId, request, n, sessionId } = event;
      const done = [...(room.seats[seat]?.done ?? []), { commandId, request, n, ...(sessionId && { sessionId }) }];
      return reseated(room, seat, event.at, { done: done.slice(-commandsKept) });
    }
    case 'person_erased':
      return without(room, event.userId);
    case 'room_closed':
      return { closed: event.reason, startsAt: null };
    case 'match_started': {
      const seats = room.seats.map((seat) => {
        if (seat === null || !event.seats.includes(seat.seat)) return null;
        return { ...seat, playedByBot: false, commitment: '', commits: 0, returns: untouched };
      });
      return { seats, match: matchFrom(event, seats), dealing: null, startsAt: null, kicked: [] };
    }
    case 'bot_took_over':
      return reseated(room, event.seat, event.at, { playedByBot: true });
    case 'player_back':
      return reseated(room, event.seat, event.at, { playedByBot: false });
    case 'match_ended': {
      const match = room.match && evolveMatch(room.match, event);
      return { match, secret: event.nextSecret, commitment: event.nextCommitment };
    }
    default:
      event satisfies EventOfMatch;
      return null;
  }
}

/** Who played is seen to the end of the match and after it, until somebody has the seat or the next match starts. */
const left = (room: Room, seat: number, at: number): Partial<Room> =>
  playsIn(room, seat)
    ? reseated(room, seat, at, { attendance: 'left', until: 0, token: '', done: [] })
    : withSeats(room, room.seats.with(seat, null), at);

function partedWith(room: Room, at: number, reason: LeaveReason): Room['parted'] {
  const { sessionId = '', token = '' } = room.seats[at] ?? {};
  return token === '' ? room.parted : [...room.parted, { sessionId, token, reason }].slice(-partedKept);
}

/** So many are known to a room at most. */
const knownKept = 100;

const knownWith = (room: Room, userId: string): Room['known'] =>
  userId === '' || room.known.includes(userId) ? room.known : [...room.known, userId].slice(-knownKept);

const knownWithout = (room: Room, userId = ''): Room['known'] => room.known.filter((one) => one !== userId);

/** Whether who sits there plays in the match, or in the one that is being dealt. */
const playsIn = (room: Room, seat: number): boolean =>
  [...(room.match?.players ?? []), ...(room.dealing?.parts ?? [])].some(
    (one) => one.sessionId === room.seats[seat]?.sessionId,
  );

const nothing = { userId: '', dealNonce: '', dealPart: false, events: false, commitment: '', commits: 0 };
const unknown = { ...nothing, generation: 0, until: 0, pass: '', token: '' };
const emptySeat = { ...unknown, playedByBot: false, done: [], returns: untouched };

function seated(room: Room, seat: Seat, at: number): Partial<Room> {
  return withSeats(room, room.seats.with(seat.seat, seat), at);
}

function reseated(room: Room, seat: number, at: number, changed: Partial<Seat>): Partial<Room> {
  const before = room.seats[seat];
  return before ? seated(room, { ...before, ...changed }, at) : {};
}

function withSeats(room: Room, seats: Room['seats'], at: number): Partial<Room> {
  return { seats, emptySince: seats.some(isPerson) ? null : (room.emptySince ?? at) };
}

/** Everything that runs, ends so much later. */
function later(room: Room, byMs: number): Room {
  const { dealing, match } = room;
  return {
    ...room,
    dealing: dealing && { ...dealing, deadlineAt: dealing.deadlineAt + byMs },
    startsAt: room.startsAt === null ? null : room.startsAt + byMs,
    emptySince: room.emptySince === null ? null : room.emptySince + byMs,
    seats: room.seats.map((seat) => (seat && seat.until > 0 ? { ...seat, until: seat.until + byMs } : seat)),
    match: match && {
      ...match,
      deadlineAt: match.deadlineAt + byMs,
      showing: match.showing.map((one) => ({ ...one, until: one.until + byMs })),
    },
  };
}

/** What has been, and is reckoned with still, was so much later. The room's own time is not renewed. */
function byAnotherClock(room: Room, byMs: number): Room {
  const moved = (tally: Tally): Tally => ({ ...tally, minuteAt: tally.minuteAt + byMs });
  return {
    ...room,
    touchedAt: room.touchedAt + byMs,
    seats: room.seats.map((seat) => seat && { ...seat, joinedAt: seat.joinedAt + byMs, returns: moved(seat.returns) }),
    comings: moved(room.comings),
    changes: moved(room.changes),
    comers: room.comers.map((one) => ({ ...one, comings: moved(one.comings) })),
  };
}
