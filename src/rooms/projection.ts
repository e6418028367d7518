import { type Card, pointsOf, rankOf, suitOf } from '../game/cards.ts';
import type { Event, PlaceOf } from '../game/events.ts';
import { currentSize, peopleIn, phaseOf } from '../game/room.ts';
import { type SeenEvent, type Shown, seen } from '../game/seen.ts';
import type { LeaveReason, Room, Seat } from '../game/state.ts';
import type {
  CardsShown,
  MatchEvent,
  PlayerJoined,
  PlayerLeft,
  RoomFacts,
  RoomJoined,
  ToClient,
} from '../protocol/toClient.ts';

/** What the game knows, in the words of the wire (protocol.md, 4): session ids for seats, ranks and suits for cards. */

export function roomFacts(room: Room): RoomFacts {
  const { permission, gameType, maxPlayers, minPlayers, turnMs, startDelayMs } = room.settings;
  return {
    room_id: room.roomId,
    owner_id: room.ownerId,
    permission,
    game_type: gameType,
    current_size: currentSize(room),
    people: peopleIn(room),
    max_size: maxPlayers,
    min_players: minPlayers,
    turn_time_limit: turnMs / 1000,
    auto_start: startDelayMs !== null,
    phase: phaseOf(room),
    created_at: room.openedAt,
  };
}

export function roomJoined(room: Room, seat: Seat): RoomJoined {
  return {
    room_id: room.roomId,
    session_id: seat.sessionId,
    user_id: seat.userId,
    owner_id: room.ownerId,
    current_size: currentSize(room),
    max_size: room.settings.maxPlayers,
    min_players: room.settings.minPlayers,
    joined_at: seat.joinedAt,
  };
}

export function playerJoined(room: Room, seat: Seat): PlayerJoined {
  return {
    room_id: room.roomId,
    owner_id: room.ownerId,
    session_id: seat.sessionId,
    user_id: seat.userId,
    name: seat.name,
    player_count: currentSize(room),
    joined_at: seat.joinedAt,
  };
}

export function playerLeft(room: Room, seat: Seat, reason: LeaveReason): PlayerLeft {
  return {
    room_id: room.roomId,
    session_id: seat.sessionId,
    user_id: seat.userId,
    reason: reason === 'dropped' || reason === 'kicked' ? reason : 'left',
    player_count: currentSize(room),
  };
}

export function roomClosed(roomId: string, reason: NonNullable<Room['closed']>): ToClient['room_closed'] {
  const message = whyClosed[reason];
  return { room_id: roomId, reason, ...(message && { message }) };
}

const whyClosed: Partial<Record<NonNullable<Room['closed']>, string>> = {
  closed: 'The operator of this server has closed the room.',
  played_out: 'This room has been played in for as long as one room can be: open another one.',
};

export function cardsShown(room: Room, { cards, reason, until }: Shown): CardsShown {
  const wire = wireOf(room);
  return { cards: cards.map((one) => ({ ...wire.place(one), ...wire.card(one.card) })), reason, until_at: until };
}

/**
 * An event as everybody is told of it, or null where it is not for players.
 * @param room as the event leaves it
 */
export function matchEvent(room: Room, event: Event): MatchEvent | null {
  const public_ = seen(event);
  if (!public_) return null;
  const fieldsOf = fields[public_.type] as (event: SeenEvent, wire: Wire) => object;
  return { n: room.n, type: public_.type, ...fieldsOf(public_, wireOf(room)) };
}

interface Wire {
  /** The session id of a seat. */
  by(seat: number): string;
  place(place: PlaceOf): { session_id: string; slot: number };
  card(card: Card): { rank: string; suit: string; points: number };
}

function wireOf(room: Room): Wire {
  const by = (seat: number) => room.seats[seat]?.sessionId ?? '';
  return {
    by,
    place: ({ seat, slot }) => ({ session_id: by(seat), slot }),
    card: (card) => ({
      rank: rankOf(card),
      suit: suitOf(card),
      points: pointsOf(card, room.settings),
    }),
  };
}

type Fields = { [T in SeenEvent['type']]: (event: Extract<SeenEvent, { type: T }>, wire: Wire) => object };

const who = ({ seat }: { seat: number }, { by }: Wire) => ({ session_id: by(seat) });

/** The fields of each match event; docs/protocol.md explains them to client authors. */
const fields: Fields = {
  deal_closed: ({ matchNumber, seats, takingPart, deadlineAt }, { by }) => ({
    match_number: matchNumber,
    players: seats.map(by),
    taking_part: takingPart.map(by),
    deadline_at: deadlineAt,
  }),
  match_started: ({ matchNumber, seats, starter, discard, deadlineAt, leftOut }, { by, card }) => ({
    match_number: matchNumber,
    players: seats.map(by),
    starter: by(starter),
    discard: card(discard),
    deadline_at: deadlineAt,
    ...(leftOut && { left_out: leftOut.map(by) }),
  }),
  peeked: (e, wire) => ({ ...who(e, wire), slots: e.slots, by_lot: e.byLot, until_at: e.until }),
  peek_over: (e, wire) => ({
    collections: e.collections.map((one) => ({ ...wire.place(one), ...wire.card(one.card) })),
  }),
  turn_started: (e, wire) => ({ ...who(e, wire), turn: e.turn, step: e.step, deadline_at: e.deadlineAt }),
  drew: (e, wire) => ({ ...who(e, wire), deadline_at: e.deadlineAt }),
  took: (e, wire) => ({ ...who(e, wire), card: wire.card(e.card), deadline_at: e.deadlineAt }),
  played: (e, wire) => ({ ...wire.place(e), card: wire.card(e.card) }),
  window_opened: (e) => ({ deadline_at: e.deadlineAt }),
  same_rank_played: (e, wire) => ({ ...wire.place(e), card: wire.card(e.card) }),
  same_rank_refused: (e, wire) => ({ ...wire.place(e), penalty_slot: e.penaltySlot }),
  window_closed: () => ({}),
  power_opened: (e, wire) => ({ ...who(e, wire), power: e.power, deadline_at: e.deadlineAt }),
  queen_peeked: (e, wire) => ({ ...who(e, wire), target: wire.place(e.target), until_at: e.until }),
  jack_swapped: (e, wire) => ({ ...who(e, wire), first: wire.place(e.first), second: wire.place(e.second) }),
  power_skipped: (e, wire) => ({ ...who(e, wire), power: e.power, why: e.why }),
  collected: (e, wire) => ({ ...wire.place(e), card: wire.card(e.card), from: e.from }),
  reshuffled: (e) => ({ draw_pile: e.drawPile }),
  recall_called: who,
  turn_missed: (e, wire) => ({ ...who(e, wire), kept_slot: e.keptSlot }),
  turn_passed: who,
  bot_took_over: (e, wire) => ({ ...who(e, wire), why: e.why }),
  player_back: who,
  match_ended: (e, { by }) => ({
    how: e.how,
    results: e.results.map(({ seat, points, cards, place, winType }) => ({
      session_id: by(seat),
      points,
      cards,
      place,
      win_type: winType,
    })),
  }),
};
