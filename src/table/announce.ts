import { isPerson } from '../game/room.ts';
import { showingTo, shownBy } from '../game/seen.ts';
import type { LeaveReason, Room, Seat } from '../game/state.ts';
import type { Hooks } from '../hooks.ts';
import type { ToClient } from '../protocol/toClient.ts';
import type { MissedEvents } from './missedEvents.ts';
import { cardsShown, matchEvent, playerJoined, playerLeft, roomClosed, roomCreated, roomJoined } from './projection.ts';
import type { Step } from './steps.ts';

/** How a connection has come to its seat: by opening the room, by joining it, or back by its reconnection token. */
export type WayIn = 'created' | 'joined' | 'back';

/** The connections of a room. */
export interface Audience {
  all<T extends keyof ToClient>(type: T, payload: ToClient[T]): void;
  /** Everybody but the one in that seat. */
  others<T extends keyof ToClient>(sessionId: string, type: T, payload: ToClient[T]): void;
  /** The one in that seat, where somebody is connected. */
  one<T extends keyof ToClient>(sessionId: string, type: T, payload: ToClient[T]): void;
  wayInOf(sessionId: string): WayIn;
  /** Who sits there hears of everything from now on. @returns whether it was behind until now */
  caughtUp(sessionId: string): boolean;
}

/** What was told while somebody was away. */
export type Missed = Pick<MissedEvents, 'of' | 'begin'>;

/** Who is told what when something has happened (protocol.md, 4 and 8): the messages beside the synced state, and the hooks. */
export class Announcer {
  readonly #to: Audience;
  readonly #missed: Missed;
  readonly #hooks: Hooks;

  constructor(to: Audience, missed: Missed, hooks: Hooks) {
    this.#to = to;
    this.#missed = missed;
    this.#hooks = hooks;
  }

  announce({ before, event, after }: Step): void {
    switch (event.type) {
      case 'seat_connected':
        this.#connected(before.seats[event.seat] as Seat, after.seats[event.seat] as Seat, after, event.at);
        break;
      case 'seat_left': {
        const seat = before.seats[event.seat] ?? null;
        // Nobody has heard of a mere reservation; that somebody is away was told when their grace ended.
        const wasThere = seat?.attendance === 'connected' || seat?.attendance === 'held';
        if (isPerson(seat) && wasThere) this.#left(seat, event.reason, after);
        break;
      }
      case 'grace_ended':
        this.#left(after.seats[event.seat] as Seat, 'dropped', after);
        break;
      case 'clock_moved':
        this.#to.all('clock_moved', { by_ms: event.byMs, at: event.at + event.byMs });
        break;
      case 'room_closed': {
        const closed = roomClosed(after.roomId, event.reason);
        this.#to.all('room_closed', closed);
        this.#hooks.emit('room_closed', closed);
        break;
      }
      default: {
        const told = matchEvent(after, event);
        if (told) this.#to.all('match_event', told);
        const shown = shownBy(event);
        const seat = shown && after.seats[shown.to];
        if (seat) this.#to.one(seat.sessionId, 'cards_shown', cardsShown(after, shown));
      }
    }
  }

  /** @param was the seat until now */
  #connected(was: Seat, seat: Seat, room: Room, now: number): void {
    const isNew = was.attendance === 'reserved';
    const wayIn = this.#to.wayInOf(seat.sessionId);
    if (wayIn !== 'back') this.#greet(seat, isNew, wayIn, room);
    // Another device than before has nothing yet, and begins with the state.
    if (!isNew && wayIn !== 'back') this.#missed.begin(seat.sessionId, room.n);
    const missed = this.#to.caughtUp(seat.sessionId) && this.#missed.of(seat, room.n);
    if (missed) this.#to.one(seat.sessionId, 'missed_events', missed);
    // The others were told that who is away has left.
    if (isNew || was.attendance === 'away') {
      const joined = playerJoined(room, seat);
      this.#to.others(seat.sessionId, 'player_joined', joined);
      this.#to.others(seat.sessionId, 'recall_new_player_joined', joined);
    }
    for (const shown of showingTo(room, seat.seat, now)) {
      this.#to.one(seat.sessionId, 'cards_shown', cardsShown(room, shown));
    }
  }

  #greet(seat: Seat, isNew: boolean, wayIn: WayIn, room: Room): void {
    const joined = roomJoined(room, seat);
    const isCreator = isNew && wayIn === 'created';
    if (isCreator) this.#to.one(seat.sessionId, 'create_room_success', roomCreated(room));
    this.#to.one(seat.sessionId, 'room_joined', joined);
    if (!isNew) this.#to.one(seat.sessionId, 'already_joined', joined);
    else if (!isCreator) this.#to.one(seat.sessionId, 'join_room_success', joined);
    this.#hooks.emit('room_joined', { ...joined, name: seat.name, already_joined: !isNew });
  }

  #left(seat: Seat, reason: LeaveReason, room: Room): void {
    const gone = playerLeft(room, seat, reason);
    this.#to.others(seat.sessionId, 'player_left', gone);
    this.#hooks.emit('leave_room', gone);
  }
}
