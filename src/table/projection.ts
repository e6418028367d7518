import { type Card, pointsOf, rankOf, suitOf } from '../game/cards.ts';
import type { Event } from '../game/events.ts';
import type { PlaceOf } from '../game/hand.ts';
import { currentSize, peopleIn, phaseOf } from '../game/room.ts';
import { type SeenEvent, type Shown, seen } from '../game/seen.ts';
import type { LeaveReason, Result, Room, Seat } from '../game/state.ts';
import type { RoomReport } from '../protocol/admin.ts';
import type { CardFace, Place, PlacedCard } from '../protocol/cards.ts';
import type { MatchEvent, MatchEventOf, MatchResult } from '../protocol/matchEvent.ts';
import type { CardsShown, PlayerJoined, PlayerLeft, RoomFacts, RoomJoined, ToClient } from '../protocol/toClient.ts';
import type { NumberedEvent } from './replay.ts';

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

/** A room as an operator sees it: nothing of its cards, and none of its secrets. */
export function roomReport(room: Room, paused: boolean): RoomReport {
  const seats = room.seats.filter((seat) => seat !== null && seat.attendance !== 'left') as Seat[];
  return {
    match_number: room.match?.number ?? 0,
    events: room.n,
    paused,
    seats: seats.map(({ sessionId, userId, name, isBot, attendance, joinedAt }) => {
      return { session_id: sessionId, user_id: userId, name, is_bot: isBot, attendance, joined_at: joinedAt };
    }),
  };
}

export function roomCreated(room: Room): ToClient['create_room_success'] {
  return { ...roomFacts(room), is_random_join: room.settings.random };
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
  const closed: ToClient['room_closed'] = { room_id: roomId, reason };
  const message = whyClosed[reason];
  if (message) closed.message = message;
  return closed;
}

const whyClosed: Partial<Record<NonNullable<Room['closed']>, string>> = {
  closed: 'The operator of this server has closed the room.',
  played_out: 'This room has been played in for as long as one room can be: open another one.',
};

export function cardsShown(room: Room, { cards, reason, until }: Shown): CardsShown {
  const { placed } = wireOf(room);
  return { cards: cards.map(placed), reason, until_at: until };
}

/**
 * An event as everybody is told of it, or null where it is not for players.
 * @param room as the event leaves it
 */
export function matchEvent(room: Room, event: Event): MatchEvent | null {
  const public_ = seen(event);
  return public_ && told(public_, room.n, wireOf(room));
}

/**
 * What was told of the match that runs, or was the last one, in the same words.
 * @param room as it is now: others may sit by now where those sat
 */
export function matchEvents(room: Room, events: readonly NumberedEvent[]): MatchEvent[] {
  const who = room.dealing?.parts ?? room.match?.players ?? [];
  const sessionIds = new Map(who.map(({ seat, sessionId }) => [seat, sessionId]));
  const wire = wireOf(room, (seat) => sessionIds.get(seat) ?? '');
  return events.flatMap((event) => {
    const public_ = seen(event);
    return public_ ? [told(public_, event.n, wire)] : [];
  });
}

interface Wire {
  /** The session id of a seat. */
  by(seat: number): string;
  place(place: PlaceOf): Place;
  card(card: Card): CardFace;
  placed(one: PlaceOf & { readonly card: Card }): PlacedCard;
  result(result: Result): MatchResult;
}

function wireOf(room: Room, by = (seat: number) => room.seats[seat]?.sessionId ?? ''): Wire {
  const points = (card: Card) => pointsOf(card, room.settings);
  return {
    by,
    place: ({ seat, slot }): Place => ({ session_id: by(seat), slot }),
    card: (card): CardFace => ({ rank: rankOf(card), suit: suitOf(card), points: points(card) }),
    placed: ({ seat, slot, card }): PlacedCard => {
      return { session_id: by(seat), slot, rank: rankOf(card), suit: suitOf(card), points: points(card) };
    },
    result: ({ seat, points, cards, place, winType }): MatchResult => {
      return { session_id: by(seat), points, cards, place, win_type: winType };
    },
  };
}

/** Written out, each as one literal: so the compiler finds what is missing, misspelt or too many on the wire. */
function told(e: SeenEvent, n: number, { by, place, card, placed, result }: Wire): MatchEvent {
  switch (e.type) {
    case 'deal_closed':
      return {
        n,
        type: e.type,
        match_number: e.matchNumber,
        players: e.seats.map(by),
        taking_part: e.takingPart.map(by),
        deadline_at: e.deadlineAt,
      };
    case 'match_started': {
      const started: MatchEventOf<'match_started'> = {
        n,
        type: e.type,
        match_number: e.matchNumber,
        players: e.seats.map(by),
        starter: by(e.starter),
        discard: card(e.discard),
        deadline_at: e.deadlineAt,
      };
      if (e.leftOut) started.left_out = e.leftOut.map(by);
      return started;
    }
    case 'peeked':
      return { n, type: e.type, session_id: by(e.seat), slots: e.slots, by_lot: e.byLot, until_at: e.until };
    case 'peek_over':
      return { n, type: e.type, collections: e.collections.map(placed) };
    case 'turn_started':
      return { n, type: e.type, session_id: by(e.seat), turn: e.turn, step: e.step, deadline_at: e.deadlineAt };
    case 'drew':
      return { n, type: e.type, session_id: by(e.seat), deadline_at: e.deadlineAt };
    case 'took':
      return { n, type: e.type, session_id: by(e.seat), card: card(e.card), deadline_at: e.deadlineAt };
    case 'window_opened':
      return { n, type: e.type, deadline_at: e.deadlineAt };
    case 'played':
    case 'same_rank_played':
      return { n, type: e.type, session_id: by(e.seat), slot: e.slot, card: card(e.card) };
    case 'same_rank_refused':
      return { n, type: e.type, session_id: by(e.seat), slot: e.slot, penalty_slot: e.penaltySlot };
    case 'window_closed':
      return { n, type: e.type };
    case 'power_opened':
      return { n, type: e.type, session_id: by(e.seat), power: e.power, deadline_at: e.deadlineAt };
    case 'queen_peeked':
      return { n, type: e.type, session_id: by(e.seat), target: place(e.target), until_at: e.until };
    case 'jack_swapped':
      return { n, type: e.type, session_id: by(e.seat), first: place(e.first), second: place(e.second) };
    case 'power_skipped':
      return { n, type: e.type, session_id: by(e.seat), power: e.power, why: e.why };
    case 'collected':
      return { n, type: e.type, session_id: by(e.seat), slot: e.slot, card: card(e.card), from: e.from };
    case 'reshuffled':
      return { n, type: e.type, draw_pile: e.drawPile };
    case 'turn_missed':
      return { n, type: e.type, session_id: by(e.seat), kept_slot: e.keptSlot };
    case 'bot_took_over':
      return { n, type: e.type, session_id: by(e.seat), why: e.why };
    case 'recall_called':
    case 'turn_passed':
    case 'player_back':
      return { n, type: e.type, session_id: by(e.seat) };
    case 'match_ended':
      return { n, type: e.type, how: e.how, results: e.results.map(result) };
  }
}
