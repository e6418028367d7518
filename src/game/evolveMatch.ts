import type { Card } from './cards.ts';
import { powerOf } from './cards.ts';
import type { Event, EventOf, RoomEvent } from './events.ts';
import type { PlaceOf } from './hand.ts';
import { cardAt, drawnSlot, type Slot, withSlot } from './hand.ts';
import type { Match, Player, Seat, Showing } from './state.ts';

/** The match that a deal begins. */
export function matchFrom(event: EventOf<'match_started'>, seats: readonly (Seat | null)[]): Match {
  return {
    number: event.matchNumber,
    phase: 'initial_peek',
    seed: event.seed,
    formula: event.formula ?? 1,
    parts: (event.parts ?? []).map((part, i) => {
      const seat = event.seats[i] as number;
      return { ...part, seat, sessionId: seats[seat]?.sessionId ?? '' };
    }),
    players: event.seats.map((seat, i) => ({
      seat,
      sessionId: seats[seat]?.sessionId ?? '',
      hand: (event.hands[i] ?? []).map((card) => ({ card, faceUp: false })),
      peeked: false,
      missed: 0,
      outOfWindow: false,
    })),
    drawPile: event.drawPile,
    discard: [event.discard],
    turn: event.starter,
    turnNumber: 0,
    step: 'draw',
    drawn: null,
    deadlineAt: event.deadlineAt,
    powers: [],
    calledBy: null,
    passes: 0,
    reshuffles: 0,
    showing: [],
    how: null,
    results: [],
    revealed: '',
  };
}

/** Those that `evolve` folds by itself. */
type OfRoom = RoomEvent['type'] | 'deal_closed' | 'match_started' | 'bot_took_over' | 'player_back';
export type EventOfMatch = Exclude<Event, { type: OfRoom }>;

/** What an event of the match makes of it; see evolve. @throws TypeError for one that it doesn't know */
export function evolveMatch(match: Match, event: Event): Match {
  switch (event.type) {
    case 'peeked': {
      const { seat, slots, cards, until } = event;
      const shown = slots.map((slot, i): Showing => {
        return { to: seat, place: { seat, slot }, card: cards[i] as Card, reason: 'initial_peek', until };
      });
      return {
        ...match,
        players: withPlayer(match, seat, { peeked: true }),
        showing: [...match.showing, ...shown],
        deadlineAt: event.deadlineAt ?? match.deadlineAt,
      };
    }
    case 'peek_over':
      return event.collections.reduce((now, { seat, slot, card }) => putIn(now, { seat, slot }, up(card)), match);
    case 'turn_started': {
      const { seat, turn, step, deadlineAt, at } = event;
      const showing = match.showing.length === 0 ? match.showing : match.showing.filter((one) => one.until > at);
      return { ...match, phase: 'player_turn', turn: seat, turnNumber: turn, step, deadlineAt, drawn: null, showing };
    }
    case 'drew': {
      const drawn = { card: event.card, taken: false };
      return { ...match, drawPile: match.drawPile.slice(0, -1), drawn, step: 'play', deadlineAt: event.deadlineAt };
    }
    case 'took': {
      const drawn = { card: event.card, taken: true };
      return { ...match, discard: match.discard.slice(0, -1), drawn, step: 'play', deadlineAt: event.deadlineAt };
    }
    case 'played': {
      const { seat, slot, card } = event;
      const next = slot === drawnSlot ? match : putIn(match, { seat, slot }, match.drawn && down(match.drawn.card));
      return { ...onDiscard(next, seat, card), drawn: null, passes: 0, players: withPlayer(next, seat, { missed: 0 }) };
    }
    case 'window_opened': {
      const { deadlineAt } = event;
      const anybodyOut = match.players.some((one) => one.outOfWindow);
      const players = anybodyOut ? match.players.map((one) => ({ ...one, outOfWindow: false })) : match.players;
      return { ...match, phase: 'same_rank_window', deadlineAt, players };
    }
    case 'same_rank_played':
      return onDiscard(putIn(match, event, null), event.seat, event.card);
    case 'same_rank_refused': {
      const { seat, penalty } = event;
      const out = { ...match, players: withPlayer(match, seat, { outOfWindow: true }) };
      if (!penalty) return out;
      return putIn({ ...out, drawPile: out.drawPile.slice(0, -1) }, { seat, slot: penalty.slot }, down(penalty.card));
    }
    case 'power_opened':
      return { ...match, phase: 'special_play_window', deadlineAt: event.deadlineAt };
    case 'queen_peeked': {
      const { seat: to, target, card, until } = event;
      const shown: Showing = { to, place: target, card, reason: 'queen_peek', until };
      return { ...match, powers: match.powers.slice(1), showing: [...match.showing, shown] };
    }
    case 'jack_swapped': {
      const { first, second } = event;
      const [one, other] = [heldAt(match, first), heldAt(match, second)];
      const half = putIn(match, first, other && down(other.card));
      return { ...putIn(half, second, one && down(one.card)), powers: match.powers.slice(1) };
    }
    case 'power_skipped':
      return { ...match, powers: match.powers.slice(1) };
    case 'collected': {
      const next = putIn(match, event, up(event.card));
      if (event.from === 'discard') return { ...next, discard: match.discard.slice(0, -1) };
      return { ...next, drawn: null, passes: 0, players: withPlayer(next, event.seat, { missed: 0 }) };
    }
    case 'reshuffled':
      return {
        ...match,
        drawPile: event.drawPile,
        discard: match.discard.slice(-1),
        reshuffles: match.reshuffles + 1,
      };
    case 'recall_called':
      return { ...match, calledBy: event.seat };
    case 'turn_missed': {
      const { seat, kept } = event;
      const next = kept ? putIn(match, { seat, slot: kept.slot }, down(kept.card)) : match;
      const missed = (match.players.find((one) => one.seat === seat)?.missed ?? 0) + 1;
      return { ...next, drawn: null, passes: 0, players: withPlayer(next, seat, { missed }) };
    }
    case 'turn_passed':
      return { ...match, passes: match.passes + 1 };
    case 'match_ended': {
      const { how, kept, results, secret } = event;
      const ended = kept ? putIn(match, kept, down(kept.card)) : match;
      return { ...ended, drawn: null, phase: 'finished', how, results, revealed: secret, showing: [], powers: [] };
    }
    case 'window_closed':
      return match;
    default:
      // What is not folded would be a match that nobody has played.
      throw new TypeError(`no such event: ${event.type satisfies OfRoom}`);
  }
}

const up = (card: Card): Slot => ({ card, faceUp: true });
const down = (card: Card): Slot => ({ card, faceUp: false });

const heldAt = (match: Match, { seat, slot }: PlaceOf): Slot =>
  cardAt(match.players.find((one) => one.seat === seat)?.hand ?? [], slot);

function withPlayer(match: Match, seat: number, changed: Partial<Player>): readonly Player[] {
  return match.players.map((one) => (one.seat === seat ? { ...one, ...changed } : one));
}

/** A slot holds something else now: what was shown of it before is not shown any more. */
function putIn(match: Match, place: PlaceOf, held: Slot): Match {
  const { seat, slot } = place;
  const players = match.players.map((one) =>
    one.seat === seat ? { ...one, hand: withSlot(one.hand, slot, held) } : one,
  );
  const isThere = (one: Showing) => one.place.seat === seat && one.place.slot === slot;
  const showing = match.showing.some(isThere) ? match.showing.filter((one) => !isThere(one)) : match.showing;
  return { ...match, players, showing };
}

function onDiscard(match: Match, seat: number, card: Card): Match {
  const power = powerOf(card);
  return {
    ...match,
    discard: [...match.discard, card],
    powers: power ? [...match.powers, { seat, power }] : match.powers,
  };
}
