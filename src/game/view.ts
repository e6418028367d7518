import type { Card, Power, Rank } from './cards.ts';
import { collectionRank, type Hand } from './hand.ts';
import { isRunning, phaseOf } from './room.ts';
import type { Dealing, DealPart, Match, Phase, Player, Room, Seat, WinType } from './state.ts';

/** rules.md 14: what of a room everybody sees. The synced state is made from this, and what is told from seen.ts. */

export type Status =
  | 'waiting'
  | 'revealing'
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
  /** To the seat's part of the deal: of the running match's, else of the next one's. Empty where it takes no part. */
  readonly dealCommitment: string;
  /** In the deal of the running match, or of the last one: the nonce revealed, or that it was left out. */
  readonly dealPart: string;
}

/** What stands for a nonce that was not revealed in time. */
const leftOut = 'left_out';

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
  /** By which formula the running match, or the last one, was dealt; 0 before the first. */
  readonly dealFormula: 0 | 1 | 2;
  readonly players: readonly PublicPlayer[];
}

/** Who has revealed already looks like who has not: that is told with the cards. */
const statusInDeal = ({ parts }: Dealing, { sessionId, attendance }: Seat): Status =>
  attendance !== 'left' && parts.some((part) => part.sessionId === sessionId && part.commitment !== '')
    ? 'revealing'
    : 'waiting';

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

const faceDown = { card: null };

/** @param over after the match every card is seen */
const publicHand = (hand: Hand, over: boolean): PublicPlayer['hand'] =>
  hand.map((held) => held && (held.faceUp || over ? { card: held.card } : faceDown));

function publicPlayer(room: Room, seat: Seat): PublicPlayer {
  const { dealing, match } = room;
  const { sessionId } = seat;
  // Who sat there when it began may have gone since.
  const isTheirs = (one: Player | DealPart) => one.seat === seat.seat && one.sessionId === sessionId;
  const player = match?.players.find(isTheirs) ?? null;
  const part = match?.parts.find(isTheirs);
  const over = match?.phase === 'finished';
  const result = over && player ? match.results.find((one) => one.seat === seat.seat) : undefined;
  const left = seat.attendance === 'left';
  return {
    seat: seat.seat,
    sessionId,
    userId: left ? '' : seat.userId,
    name: seat.name,
    dealNonce: seat.dealNonce,
    isBot: seat.isBot || left,
    connected: seat.attendance === 'connected',
    playedByBot: seat.isBot || seat.playedByBot,
    status: dealing ? statusInDeal(dealing, seat) : statusOf(match, player),
    hand: player ? publicHand(player.hand, over) : [],
    collectionRank: player ? collectionRank(player.hand) : null,
    missedTurns: player?.missed ?? 0,
    points: result?.points ?? null,
    place: result?.place ?? 0,
    winType: result?.winType ?? '',
    dealCommitment: isRunning(room) ? (part?.commitment ?? '') : seat.commitment,
    dealPart: part?.commitment ? part.nonce || leftOut : '',
  };
}

/** In seat order. */
function winnersOf({ players, results }: Match): string[] {
  const hasWon = ({ seat }: Player) => results.some((one) => one.seat === seat && one.winType !== '');
  return players.filter(hasWon).map((one) => one.sessionId);
}

/** What everybody sees. A reservation that nobody has connected to is seen only once a match is played with it. */
export function publicView(room: Room): PublicView {
  const { dealing, match } = room;
  const phase = phaseOf(room);
  const running = isRunning(room);
  const power = match?.phase === 'special_play_window' ? (match.powers[0] ?? null) : null;
  const isSeen = (seat: Seat | null): seat is Seat =>
    seat !== null && (seat.attendance !== 'reserved' || running || dealing !== null);
  return {
    roomId: room.roomId,
    ownerId: room.ownerId,
    phase,
    startsAt: room.startsAt,
    turn: running && match && match.phase !== 'initial_peek' ? match.turn : null,
    turnNumber: match?.turnNumber ?? 0,
    step: match?.phase === 'player_turn' ? match.step : null,
    deadlineAt: dealing?.deadlineAt ?? (running && match ? match.deadlineAt : null),
    drawPile: match?.drawPile.length ?? 0,
    discardTop: match?.discard.at(-1) ?? null,
    discardCount: match?.discard.length ?? 0,
    power,
    recallCalledBy: match?.players.find((one) => one.seat === match.calledBy)?.sessionId ?? null,
    winners: match ? winnersOf(match) : [],
    matchNumber: match?.number ?? 0,
    dealCommitment: room.commitment,
    dealSeed: match?.revealed ?? '',
    dealFormula: match?.formula ?? 0,
    players: room.seats.filter(isSeen).map((seat) => publicPlayer(room, seat)),
  };
}
