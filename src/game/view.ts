import type { Card, Power, Rank } from './cards.ts';
import type { Event, EventOf, PlaceOf } from './events.ts';
import { collectionRank } from './hand.ts';
import { isRunning, phaseOf } from './room.ts';
import type { Match, Phase, Player, Room, Seat, WinType } from './state.ts';

/** rules.md 14: what of a room everybody sees, and what one seat is shown. Whatever goes out is made from this file. */

export type Status =
  | 'waiting'
  | 'peeking'
  | 'drawing_card'
  | 'playing_card'
  | 'same_rank_window'
  | 'queen_peek'
  | 'jack_swap'
  | 'finished';

export interface PublicPlayer {
  readonly seat: number;
  readonly sessionId: string;
  readonly userId: string;
  readonly name: string;
  readonly dealNonce: string;
  readonly isBot: boolean;
  readonly connected: boolean;
  readonly playedByBot: boolean;
  readonly status: Status;
  /** null: an empty slot; `card` only of a face-up one. */
  readonly hand: readonly ({ readonly card: Card | null } | null)[];
  readonly collectionRank: Rank | null;
  readonly missedTurns: number;
  /** Once the match has ended, else null. */
  readonly points: number | null;
  readonly place: number;
  readonly winType: WinType | '';
}

export interface PublicView {
  readonly roomId: string;
  readonly ownerId: string;
  readonly phase: Phase;
  readonly startsAt: number | null;
  readonly turn: number | null;
  readonly turnNumber: number;
  readonly step: 'draw' | 'play' | null;
  readonly deadlineAt: number | null;
  readonly drawPile: number;
  readonly discardTop: Card | null;
  readonly discardCount: number;
  /** The power being used, in its phase. */
  readonly power: { readonly seat: number; readonly power: Power } | null;
  /** A session id. */
  readonly recallCalledBy: string | null;
  /** Session ids. */
  readonly winners: readonly string[];
  readonly matchNumber: number;
  readonly dealCommitment: string;
  readonly dealSeed: string;
  readonly players: readonly PublicPlayer[];
}

function statusOf(match: Match | null, player: Player | null): Status {
  if (!match || !player) return 'waiting';
  switch (match.phase) {
    case 'finished':
      return 'finished';
    case 'initial_peek':
      return player.peeked ? 'waiting' : 'peeking';
    case 'player_turn':
      if (match.turn !== player.seat) return 'waiting';
      return match.step === 'draw' ? 'drawing_card' : 'playing_card';
    case 'same_rank_window':
      return player.outOfWindow ? 'waiting' : 'same_rank_window';
    case 'special_play_window': {
      const power = match.powers[0];
      if (power?.seat !== player.seat) return 'waiting';
      return power.power === 'queen' ? 'queen_peek' : 'jack_swap';
    }
  }
}

function publicPlayer(seat: Seat, match: Match | null): PublicPlayer {
  const player = match?.players.find((one) => one.sessionId === seat.sessionId) ?? null;
  const over = match?.phase === 'finished';
  const result = over && player ? match.results.find((one) => one.seat === seat.seat) : undefined;
  const left = seat.presence === 'left';
  return {
    seat: seat.seat,
    sessionId: seat.sessionId,
    userId: left ? '' : seat.userId,
    name: seat.name,
    dealNonce: seat.dealNonce,
    isBot: seat.isBot || left,
    connected: seat.presence === 'connected',
    playedByBot: seat.isBot || seat.playedByBot,
    status: statusOf(match, player),
    hand: player?.hand.map((held) => held && { card: held.faceUp || over ? held.card : null }) ?? [],
    collectionRank: player ? collectionRank(player.hand) : null,
    missedTurns: player?.missed ?? 0,
    points: result?.points ?? null,
    place: result?.place ?? 0,
    winType: result?.winType ?? '',
  };
}

function winnersOf(match: Match): string[] {
  const won = new Set(match.results.filter((one) => one.winType !== '').map((one) => one.seat));
  return match.players.filter((one) => won.has(one.seat)).map((one) => one.sessionId);
}

/** What everybody sees. A reservation that nobody has connected to is seen only once a match is played with it. */
export function publicView(room: Room): PublicView {
  const { match } = room;
  const phase = phaseOf(room);
  const running = isRunning(room);
  const power = match?.phase === 'special_play_window' ? (match.powers[0] ?? null) : null;
  const seats = room.seats.filter((seat): seat is Seat => seat !== null);
  return {
    roomId: room.roomId,
    ownerId: room.ownerId,
    phase,
    startsAt: room.startsAt,
    turn: running && match && match.phase !== 'initial_peek' ? match.turn : null,
    turnNumber: match?.turnNumber ?? 0,
    step: match?.phase === 'player_turn' ? match.step : null,
    deadlineAt: running && match ? match.deadlineAt : null,
    drawPile: match?.drawPile.length ?? 0,
    discardTop: match?.discard.at(-1) ?? null,
    discardCount: match?.discard.length ?? 0,
    power,
    recallCalledBy: match?.players.find((one) => one.seat === match.calledBy)?.sessionId ?? null,
    winners: match ? winnersOf(match) : [],
    matchNumber: match?.number ?? 0,
    dealCommitment: room.commitment,
    dealSeed: match?.revealed ?? '',
    players: seats.filter((seat) => seat.presence !== 'reserved' || running).map((seat) => publicPlayer(seat, match)),
  };
}

/** An event as everybody sees it: without what only one seat, or nobody, may know. null: not for players at all. */
export type SeenEvent =
  | Pick<EventOf<'match_started'>, 'type' | 'matchNumber' | 'seats' | 'starter' | 'discard' | 'deadlineAt'>
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

export function seen(event: Event): SeenEvent | null {
  switch (event.type) {
    case 'match_started': {
      const { type, matchNumber, seats, starter, discard, deadlineAt } = event;
      return { type, matchNumber, seats, starter, discard, deadlineAt };
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
