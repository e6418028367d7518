import { type Card, pointsOf, rankOf, suitOf } from '../../src/game/cards.ts';
import type { Event } from '../../src/game/events.ts';
import { evolve, initial } from '../../src/game/evolve.ts';
import type { PlaceOf } from '../../src/game/hand.ts';
import { collectionRank } from '../../src/game/hand.ts';
import { isRunning, phaseOf } from '../../src/game/room.ts';
import type { Room, Seat } from '../../src/game/state.ts';
import type { Person } from '../../src/journal/journal.ts';
import { eventIn } from '../../src/table/entries.ts';
import { People } from '../../src/table/people.ts';

/**
 * What the rules show of a match, and to whom, told from its journal alone (rules.md 5 to 9 and 14). Written apart from
 * the server's own projection, which it is held against.
 */
export interface Truth {
  /** What everybody is told: the payloads of `match_event` up to the match's end, and without it. */
  readonly told: readonly { n: number; type: string }[];
  /** What everybody sees of the table after each event of the room, by `n`. */
  readonly tables: ReadonlyMap<number, object>;
  /** The connections of each seat, by session id. */
  readonly sittings: ReadonlyMap<string, readonly Sitting[]>;
  /** What no seat may be sent before the end. */
  readonly secrets: readonly string[];
  /** What players have revealed of their parts in the deal: sent to nobody before the cards are dealt. */
  readonly nonces: readonly string[];
}

/** One connection to a seat. */
export interface Sitting {
  /** The `n` of its arrival. */
  readonly from: number;
  /** The `n` of its loss; undefined where it lasts to the end. */
  until: number | undefined;
  /** Its reconnection token. */
  readonly token: string;
  /** What it alone is shown: the payloads of `cards_shown`. */
  readonly shown: object[];
  /** It is older than what the journal has still, and has seen what that does not have. */
  readonly isOlder?: boolean;
}

/** @param entries of the room, which may begin with a snapshot: before that nothing is compared. */
export function truthOf(roomId: string, entries: readonly string[], named: readonly Person[]): Truth {
  const told: { n: number; type: string }[] = [];
  const tables = new Map<number, object>();
  const sittings = new Map<string, Sitting[]>();
  const secrets: string[] = [];
  const nonces: string[] = [];
  let room = initial;
  const current = (seat: number) => {
    const last = sittings.get(sessionOf(room, seat))?.at(-1);
    return last && last.until === undefined ? last : undefined;
  };

  const people = new People(named);
  for (const entry of entries) {
    const event = eventIn(entry, room.n + 1, roomId, people);
    const before = room;
    room = evolve(room, event);
    if (event.type === 'snapshot')
      for (const { sessionId, attendance, token } of room.seats.filter((seat) => seat !== null))
        if (attendance === 'connected')
          sittings.set(sessionId, [{ from: room.n, until: undefined, token, shown: [], isOlder: true }]);
    secrets.push(...secretsIn(event));
    if (event.type === 'deal_revealed') nonces.push(event.nonce);
    if (event.type === 'match_ended') break;
    if (event.type === 'seat_connected') {
      const session = sessionOf(room, event.seat);
      const sitting = { from: room.n, until: undefined, token: event.token, shown: stillShown(room, event) };
      sittings.set(session, [...(sittings.get(session) ?? []), sitting]);
    }
    if (event.type === 'seat_dropped') {
      const lost = current(event.seat);
      if (lost) lost.until = room.n;
    }
    tables.set(room.n, tableOf(room));
    const public_ = publicPart(event, room);
    if (public_) told.push({ n: room.n, type: event.type, ...public_ });
    const private_ = privatePart(event, before);
    if (private_) current(private_.to)?.shown.push(private_.payload);
  }
  return { told, tables, sittings, secrets, nonces };
}

function secretsIn(event: Event): string[] {
  switch (event.type) {
    case 'snapshot':
      return secretsIn({ ...event.room, at: event.at, type: 'room_opened', version: 1 });
    case 'room_opened':
      return [event.secret, event.botSeed, ...(event.settings.passwordHash ? [event.settings.passwordHash] : [])];
    case 'match_started':
      return [event.seed];
    case 'match_ended':
      return [event.nextSecret];
    default:
      return [];
  }
}

const sessionOf = (room: Room, seat: number): string => room.seats[seat]?.sessionId ?? '';

function faceOf(room: Room, card: Card) {
  return { rank: rankOf(card), suit: suitOf(card), points: pointsOf(card, room.settings) };
}

/** The card that lies there, by the fold; what the event says of it is another matter. */
function cardAt(room: Room, { seat, slot }: PlaceOf): Card {
  const held = room.match?.players.find((player) => player.seat === seat)?.hand[slot];
  if (!held) throw new Error(`there is no card in slot ${slot} of seat ${seat}`);
  return held.card;
}

/** protocol.md 4: what a seat is being shown is sent again to a player who is back, for as long as it lasts. */
function stillShown(room: Room, { seat, at }: { seat: number; at: number }): object[] {
  const { match } = room;
  if (!match || !isRunning(room)) return [];
  const live = match.showing.filter((one) => one.to === seat && one.until > at);
  const groups = Map.groupBy(live, ({ reason, until }) => `${reason} ${until}`);
  const shown: object[] = [...groups.values()].map((all) => ({
    cards: all.map(({ place, card }) => ({
      session_id: sessionOf(room, place.seat),
      slot: place.slot,
      ...faceOf(room, card),
    })),
    reason: all[0]?.reason,
    until_at: all[0]?.until,
  }));
  if (match.drawn && match.turn === seat) {
    const cards = [{ session_id: sessionOf(room, seat), slot: -1, ...faceOf(room, match.drawn.card) }];
    shown.push({ cards, reason: 'drawn', until_at: match.deadlineAt });
  }
  return shown;
}

/** rules.md 5, 6 and 8: what an event shows to one seat. @param room before it */
function privatePart(event: Event, room: Room): { to: number; payload: object } | null {
  const at = (place: PlaceOf) => ({
    session_id: sessionOf(room, place.seat),
    slot: place.slot,
    ...faceOf(room, cardAt(room, place)),
  });
  switch (event.type) {
    case 'peeked': {
      const cards = event.slots.map((slot) => at({ seat: event.seat, slot }));
      return { to: event.seat, payload: { cards, reason: 'initial_peek', until_at: event.until } };
    }
    case 'drew':
    case 'took': {
      const pile = event.type === 'drew' ? room.match?.drawPile : room.match?.discard;
      const top = faceOf(room, pile?.at(-1) as Card);
      const cards = [{ session_id: sessionOf(room, event.seat), slot: -1, ...top }];
      return { to: event.seat, payload: { cards, reason: 'drawn', until_at: event.deadlineAt } };
    }
    case 'queen_peeked':
      return {
        to: event.seat,
        payload: { cards: [at(event.target)], reason: 'queen_peek', until_at: event.until },
      };
    default:
      return null;
  }
}

/** rules.md 14 and 15: what everybody is told of an event. @param room after it */
function publicPart(event: Event, room: Room): object | null {
  const by = (seat: number) => ({ session_id: sessionOf(room, seat) });
  const at = ({ seat, slot }: PlaceOf) => ({ ...by(seat), slot });
  const face = (card: Card) => faceOf(room, card);
  const discardTop = () => face(room.match?.discard.at(-1) as Card);
  switch (event.type) {
    case 'deal_closed':
      return {
        match_number: event.matchNumber,
        players: event.seats.map((seat) => sessionOf(room, seat)),
        taking_part: event.seats.filter((_, i) => event.commitments[i]).map((seat) => sessionOf(room, seat)),
        deadline_at: event.deadlineAt,
      };
    case 'match_started':
      return {
        match_number: event.matchNumber,
        players: event.seats.map((seat) => sessionOf(room, seat)),
        starter: sessionOf(room, event.starter),
        discard: discardTop(),
        deadline_at: event.deadlineAt,
        ...(event.parts && {
          left_out: event.seats
            .filter((_, i) => event.parts?.[i]?.commitment && !event.parts[i].nonce)
            .map((seat) => sessionOf(room, seat)),
        }),
      };
    case 'peeked':
      return { ...by(event.seat), slots: event.slots, by_lot: event.byLot, until_at: event.until };
    case 'peek_over':
      return { collections: event.collections.map((one) => ({ ...at(one), ...face(cardAt(room, one)) })) };
    case 'turn_started':
      return { ...by(event.seat), turn: event.turn, step: event.step, deadline_at: event.deadlineAt };
    case 'drew':
      return { ...by(event.seat), deadline_at: event.deadlineAt };
    case 'took':
      return { ...by(event.seat), card: face(room.match?.drawn?.card as Card), deadline_at: event.deadlineAt };
    case 'played':
    case 'same_rank_played':
      return { ...at(event), card: discardTop() };
    case 'window_opened':
      return { deadline_at: event.deadlineAt };
    case 'same_rank_refused':
      return { ...at(event), penalty_slot: event.penalty?.slot ?? null };
    case 'window_closed':
      return {};
    case 'power_opened':
      return { ...by(event.seat), power: event.power, deadline_at: event.deadlineAt };
    case 'queen_peeked':
      return { ...by(event.seat), target: at(event.target), until_at: event.until };
    case 'jack_swapped':
      return { ...by(event.seat), first: at(event.first), second: at(event.second) };
    case 'power_skipped':
      return { ...by(event.seat), power: event.power, why: event.why };
    case 'collected':
      return { ...at(event), card: face(cardAt(room, event)), from: event.from };
    case 'reshuffled':
      return { draw_pile: event.drawPile.length };
    case 'turn_missed':
      return { ...by(event.seat), kept_slot: event.kept?.slot ?? null };
    case 'bot_took_over':
      return { ...by(event.seat), why: event.why };
    case 'recall_called':
    case 'turn_passed':
    case 'player_back':
      return by(event.seat);
    default:
      return null;
  }
}

/** The part of the synced state that a card could be read from (protocol.md, 5). */
function tableOf(room: Room): object {
  const { match } = room;
  const running = isRunning(room);
  const shown = running || room.dealing !== null;
  const seats = room.seats.filter((seat) => seat !== null && (seat.attendance !== 'reserved' || shown));
  const top = match?.discard.at(-1);
  return {
    phase: phaseOf(room),
    drawPile: match?.drawPile.length ?? 0,
    discardTop: top === undefined ? noCard : { rank: rankOf(top), suit: suitOf(top) },
    discardCount: match?.discard.length ?? 0,
    winners: [],
    dealCommitment: room.commitment,
    dealSeed: '',
    players: Object.fromEntries(
      seats.flatMap((seat) => {
        if (!seat) return [];
        const hand = match?.players.find((player) => player.sessionId === seat.sessionId)?.hand ?? [];
        const slots = hand.map((held) => ({
          empty: held === null,
          faceUp: held?.faceUp ?? false,
          ...(held?.faceUp ? { rank: rankOf(held.card), suit: suitOf(held.card) } : noCard),
        }));
        const cardCount = hand.filter((held) => held !== null).length;
        const ownHand = { hand: slots, cardCount, collectionRank: collectionRank(hand) ?? '' };
        return [[seat.sessionId, { ...ownHand, points: 0, place: 0, winType: '', dealPart: partOf(room, seat) }]];
      }),
    ),
  };
}

/** rules.md 4: a part of the deal is public with the cards, not before. */
function partOf({ match }: Room, { sessionId }: Seat): string {
  const part = match?.parts.find((one) => one.sessionId === sessionId);
  return part?.commitment ? part.nonce || 'left_out' : '';
}

const noCard = { rank: '', suit: '' };
