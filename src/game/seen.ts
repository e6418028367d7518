import type { Card } from './cards.ts';
import type { Event, EventOf, MatchEvent } from './events.ts';
import type { PlaceOf } from './hand.ts';
import { isRunning } from './room.ts';
import type { Room } from './state.ts';

/** rules.md 14 and 15: what of an event everybody sees, and what is shown to one seat. Whatever is told is made from this file. */

/** An event as everybody sees it: without what only one seat, or nobody, may know. null: not for players at all. */
export type SeenEvent =
  /** `takingPart`: the seats that have committed to a part of the deal. */
  | (Pick<EventOf<'deal_closed'>, 'type' | 'matchNumber' | 'seats' | 'deadlineAt'> & { takingPart: readonly number[] })
  /** `leftOut`: the seats whose part of the deal was missing; only where somebody took part. */
  | (Pick<EventOf<'match_started'>, 'type' | 'matchNumber' | 'seats' | 'starter' | 'discard' | 'deadlineAt'> & {
      leftOut?: readonly number[];
    })
  | Pick<EventOf<'peeked'>, 'type' | 'seat' | 'slots' | 'byLot' | 'until'>
  | Pick<EventOf<'peek_over'>, 'type' | 'collections'>
  | Pick<EventOf<'turn_started'>, 'type' | 'seat' | 'turn' | 'step' | 'deadlineAt'>
  | Pick<EventOf<'drew'>, 'type' | 'seat' | 'deadlineAt'>
  | Pick<EventOf<'took'>, 'type' | 'seat' | 'card' | 'deadlineAt'>
  | Pick<EventOf<'played'>, 'type' | 'seat' | 'slot' | 'card'>
  | Pick<EventOf<'window_opened'>, 'type' | 'deadlineAt'>
  | Pick<EventOf<'same_rank_played'>, 'type' | 'seat' | 'slot' | 'card'>
  | (Pick<EventOf<'same_rank_refused'>, 'type' | 'seat' | 'slot'> & { penaltySlot: number | null })
  | Pick<EventOf<'window_closed'>, 'type'>
  | Pick<EventOf<'power_opened'>, 'type' | 'seat' | 'power' | 'deadlineAt'>
  | Pick<EventOf<'queen_peeked'>, 'type' | 'seat' | 'target' | 'until'>
  | Pick<EventOf<'jack_swapped'>, 'type' | 'seat' | 'first' | 'second'>
  | Pick<EventOf<'power_skipped'>, 'type' | 'seat' | 'power' | 'why'>
  | Pick<EventOf<'collected'>, 'type' | 'seat' | 'slot' | 'card' | 'from'>
  | { type: 'reshuffled'; drawPile: number }
  | Pick<EventOf<'recall_called'>, 'type' | 'seat'>
  /** `keptSlot`: where the drawn card went. */
  | (Pick<EventOf<'turn_missed'>, 'type' | 'seat'> & { keptSlot: number | null })
  | Pick<EventOf<'turn_passed'>, 'type' | 'seat'>
  | Pick<EventOf<'bot_took_over'>, 'type' | 'seat' | 'why'>
  | Pick<EventOf<'player_back'>, 'type' | 'seat'>
  | Pick<EventOf<'match_ended'>, 'type' | 'how' | 'kept' | 'results'>;

const isLeftOut = (part: { commitment: string; nonce: string } | undefined): boolean =>
  part !== undefined && part.commitment !== '' && part.nonce === '';

export function seen(event: Event): SeenEvent | null {
  switch (event.type) {
    case 'deal_closed': {
      const { type, matchNumber, seats, commitments, deadlineAt } = event;
      return { type, matchNumber, seats, takingPart: seats.filter((_, i) => commitments[i] !== ''), deadlineAt };
    }
    case 'match_started': {
      const { type, matchNumber, seats, starter, discard, deadlineAt, parts } = event;
      const leftOut = parts && seats.filter((_, i) => isLeftOut(parts[i]));
      return { type, matchNumber, seats, starter, discard, deadlineAt, ...(leftOut && { leftOut }) };
    }
    case 'peeked': {
      const { type, seat, slots, byLot, until } = event;
      return { type, seat, slots, byLot, until };
    }
    case 'peek_over':
      return { type: event.type, collections: event.collections };
    case 'turn_started': {
      const { type, seat, turn, step, deadlineAt } = event;
      return { type, seat, turn, step, deadlineAt };
    }
    case 'drew': {
      const { type, seat, deadlineAt } = event;
      return { type, seat, deadlineAt };
    }
    case 'took': {
      const { type, seat, card, deadlineAt } = event;
      return { type, seat, card, deadlineAt };
    }
    case 'played':
    case 'same_rank_played': {
      const { type, seat, slot, card } = event;
      return { type, seat, slot, card };
    }
    case 'window_opened':
      return { type: event.type, deadlineAt: event.deadlineAt };
    case 'same_rank_refused': {
      const { type, seat, slot, penalty } = event;
      return { type, seat, slot, penaltySlot: penalty ? penalty.slot : null };
    }
    case 'window_closed':
      return { type: event.type };
    case 'power_opened': {
      const { type, seat, power, deadlineAt } = event;
      return { type, seat, power, deadlineAt };
    }
    case 'queen_peeked': {
      const { type, seat, target, until } = event;
      return { type, seat, target, until };
    }
    case 'jack_swapped': {
      const { type, seat, first, second } = event;
      return { type, seat, first, second };
    }
    case 'power_skipped': {
      const { type, seat, power, why } = event;
      return { type, seat, power, why };
    }
    case 'collected': {
      const { type, seat, slot, card, from } = event;
      return { type, seat, slot, card, from };
    }
    case 'reshuffled':
      return { type: event.type, drawPile: event.drawPile.length };
    case 'turn_missed': {
      const { type, seat, kept } = event;
      return { type, seat, keptSlot: kept ? kept.slot : null };
    }
    case 'bot_took_over': {
      const { type, seat, why } = event;
      return { type, seat, why };
    }
    case 'recall_called':
    case 'turn_passed':
    case 'player_back':
      return { type: event.type, seat: event.seat };
    case 'match_ended': {
      const { type, how, kept, results } = event;
      return { type, how, kept, results };
    }
    default:
      return null;
  }
}

/** Whether an event belongs to a match, so that players are told of it, and not to the room around it. */
export const isTold = (event: Event): event is MatchEvent & { readonly at: number } => seen(event) !== null;

/** Cards that one seat is shown, and until when (ms). */
export interface Shown {
  readonly to: number;
  readonly cards: readonly (PlaceOf & { readonly card: Card })[];
  readonly reason: 'initial_peek' | 'drawn' | 'queen_peek';
  readonly until: number;
}

/** What an event shows to one seat alone, or null. */
export function shownBy(event: Event): Shown | null {
  switch (event.type) {
    case 'peeked': {
      const [first, second] = event.slots;
      const cards = [
        { seat: event.seat, slot: first, card: event.cards[0] },
        { seat: event.seat, slot: second, card: event.cards[1] },
      ];
      return { to: event.seat, cards, reason: 'initial_peek', until: event.until };
    }
    case 'drew':
    case 'took': {
      const cards = [{ seat: event.seat, slot: -1, card: event.card }];
      return { to: event.seat, cards, reason: 'drawn', until: event.deadlineAt };
    }
    case 'queen_peeked':
      return {
        to: event.seat,
        cards: [{ ...event.target, card: event.card }],
        reason: 'queen_peek',
        until: event.until,
      };
    default:
      return null;
  }
}

/** What a seat is being shown at `now`: sent again to a player who is back. */
export function showingTo(room: Room, seat: number, now: number): Shown[] {
  const { match } = room;
  if (!match || !isRunning(room)) return [];
  const shown: Shown[] = [];
  for (const reason of ['initial_peek', 'queen_peek'] as const) {
    const live = match.showing.filter((one) => one.to === seat && one.reason === reason && one.until > now);
    for (const until of new Set(live.map((one) => one.until))) {
      const cards = live.filter((one) => one.until === until).map((one) => ({ ...one.place, card: one.card }));
      shown.push({ to: seat, cards, reason, until });
    }
  }
  if (match.drawn && match.turn === seat) {
    const cards = [{ seat, slot: -1, card: match.drawn.card }];
    shown.push({ to: seat, cards, reason: 'drawn', until: match.deadlineAt });
  }
  return shown;
}
