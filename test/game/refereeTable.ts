import { type Card, type Power, powerOf, rankOf } from '../../src/game/cards.ts';
import type { Event } from '../../src/game/events.ts';
import type { PlaceOf } from '../../src/game/hand.ts';
import type { Room } from '../../src/game/state.ts';
import { difference } from './difference.ts';

/** The table as the referee keeps it by hand (rules.md 3): rows of cards, piles, and who is being shown what. */

interface Held {
  card: Card;
  faceUp: boolean;
}
export type Row = (Held | null)[];

export type Stage = 'peek' | 'draw' | 'play' | 'played' | 'window' | 'closed' | 'power' | 'between' | 'over';

/** A card that a seat is being shown, in a slot or (-1) drawn. */
export interface Sight {
  readonly to: number;
  readonly place: PlaceOf;
  readonly card: Card;
  until: number;
  readonly reason: 'initial_peek' | 'queen_peek' | 'drawn';
}

export const count = (row: Row) => row.filter((held) => held !== null).length;
export const collected = (row: Row) => row.filter((held) => held?.faceUp).length;
export const canPlay = (row: Row) => row.some((held) => held !== null && !held.faceUp);
export const rankCollected = (row: Row) => {
  const held = row.find((one) => one?.faceUp);
  return held ? rankOf(held.card) : null;
};

/** What is known of a deal before its cards. */
export interface Deal {
  /** By session id, for the next match. */
  readonly commitments: Map<string, string>;
  closed: { seats: readonly number[]; commitments: readonly string[]; deadline: number } | null;
  /** By seat. */
  readonly revealed: Map<number, string>;
}

export const newDeal = (): Deal => ({ commitments: new Map(), closed: null, revealed: new Map() });

export class RefereeTable {
  deal = newDeal();
  rows = new Map<number, Row>();
  seats: readonly number[] = [];
  pile: Card[] = [];
  discard: Card[] = [];
  drawn: { card: Card; taken: boolean } | null = null;
  step: Stage = 'over';
  turn = -1;
  turnNumber = 0;
  deadline = 0;
  powers: { seat: number; power: Power }[] = [];
  out = new Set<number>();
  missed = new Map<number, number>();
  /** Seats of persons for whom a computer player plays. */
  standIns = new Set<number>();
  passes = 0;
  calledBy: number | null = null;
  lastTurn = Number.POSITIVE_INFINITY;
  peeked = new Map<number, readonly [number, number]>();
  all: Card[] = [];
  sights: Sight[] = [];
  /** Dealt by hand: any number of cards. */
  rigged = false;
  /** What the next event has to be. */
  must: Event['type'] | null = null;
  /** The last card that could be drawn was collected: the turn goes to its second step. */
  drawIsOff = false;

  row(seat: number): Row {
    const row = this.rows.get(seat);
    if (!row) throw new Error(`seat ${seat} does not play`);
    return row;
  }

  cards(): Card[] {
    const held = [...this.rows.values()].flatMap((row) => row.flatMap((one) => (one ? [one.card] : [])));
    return [...held, ...(this.drawn ? [this.drawn.card] : []), ...this.pile, ...this.discard].sort((a, b) => a - b);
  }

  get top(): Card {
    return this.discard.at(-1) ?? -1;
  }

  emptyHands(): number[] {
    return this.seats.filter((seat) => count(this.row(seat)) === 0);
  }

  /** A card goes onto the pile, with its power. */
  lay({ seat, card }: { seat: number; card: Card }): void {
    this.discard.push(card);
    const power = powerOf(card);
    if (power) this.powers.push({ seat, power });
  }

  /** Nothing is held apart any more. */
  putDown(seat: number): void {
    this.drawn = null;
    this.unsee(seat, -1);
  }

  get canDraw(): boolean {
    return this.pile.length > 0 || this.discard.length > 1;
  }

  after(seat: number): number {
    return this.seats[(this.seats.indexOf(seat) + 1) % this.seats.length] ?? -1;
  }

  put(seat: number, held: Held): number {
    const row = this.row(seat);
    const empty = row.indexOf(null);
    const slot = empty < 0 ? row.length : empty;
    row[slot] = held;
    return slot;
  }

  /** Empties a slot, and gives what it held. */
  pick(seat: number, slot: number): Held | null {
    const row = this.row(seat);
    const held = row[slot] ?? null;
    if (held) row[slot] = null;
    while (row.length > 0 && row.at(-1) === null) row.pop();
    this.unsee(seat, slot);
    return held;
  }

  unsee(seat: number, slot: number): void {
    this.sights = this.sights.filter((one) => one.place.seat !== seat || one.place.slot !== slot);
  }

  /** Objects where the room has come to another table. */
  agreesWith(room: Room): void {
    const { match } = room;
    if (!match) return;
    const same = (what: string, ours: unknown, theirs: unknown) => {
      const found = difference(ours, theirs);
      if (found) throw new Error(`${what}: expected and got, ${found}`);
    };
    for (const player of match.players) {
      same(`hand of seat ${player.seat}`, this.row(player.seat), player.hand);
      same(`missed turns of seat ${player.seat}`, this.missed.get(player.seat), player.missed);
    }
    if (match.phase === 'finished') return;
    same('draw pile', this.pile, match.drawPile);
    same('discard pile', this.discard, match.discard);
    same('drawn card', this.drawn, match.drawn);
    same('deadline', this.deadline, match.deadlineAt);
    same('phase', phases[this.step], match.phase);
    if (this.step === 'draw' || this.step === 'play') same('step', this.step, match.step);
    same('turn', [this.turn, this.turnNumber, this.calledBy], [match.turn, match.turnNumber, match.calledBy]);
    same('powers', this.powers, match.powers);
  }
}

const phases: Partial<Record<Stage, string>> = {
  peek: 'initial_peek',
  draw: 'player_turn',
  play: 'player_turn',
  window: 'same_rank_window',
  power: 'special_play_window',
};
