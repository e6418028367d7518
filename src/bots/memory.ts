import type { Card } from '../game/cards.ts';
import type { Stream } from '../game/chance.ts';
import type { PlaceOf } from '../game/events.ts';
import { drawnSlot } from '../game/hand.ts';
import type { SeenEvent, Shown } from '../game/view.ts';

/** A card that one seat was shown, in the slot where it lies now. */
export interface Known extends PlaceOf {
  readonly card: Card;
  /** The turn of the table in which it was shown last. */
  readonly turn: number;
  /** It lies face up: everybody sees it for as long as it does. */
  readonly faceUp: boolean;
  /** From 0 to 1: how soon it will be forgotten, the higher the sooner. */
  readonly luck: number;
}

/** What one seat has seen of a match, by itself or with everybody. What a level makes of it, it asks of `isKept`. */
export interface Memory {
  /** The cards that it knows in slots of any hand. */
  readonly known: readonly Known[];
  /** The drawn card of the seat on turn, where this seat has seen it. */
  readonly drawn: Card | null;
  /** The cards of the discard pile, the top one last. */
  readonly discard: readonly Card[];
  /** Feeds `luck`, a step for each card learned. */
  readonly dice: number;
}

/** @param random of this seat in this match; the same one gives the same gaps in its memory. */
export function newMemory(random: Stream): Memory {
  return { known: [], drawn: null, discard: [], dice: random(2 ** 31) };
}

/**
 * The memory of `seat` after one more event of the match.
 *
 * @param event as everybody saw it
 * @param shown what the event showed to one seat alone; of no effect when that was another
 * @param turn the number of the turn in which it happened
 */
export function remember(memory: Memory, seat: number, event: SeenEvent, shown: Shown | null, turn: number): Memory {
  switch (event.type) {
    case 'match_started':
      return { ...memory, known: [], drawn: null, discard: [event.discard] };
    case 'peeked':
    case 'queen_peeked':
      return shown?.to === seat
        ? shown.cards.reduce((so, place) => learn(so, place, place.card, turn), memory)
        : memory;
    case 'peek_over':
      return event.collections.reduce((so, place) => learn(so, place, place.card, turn, true), memory);
    case 'drew':
      return { ...memory, drawn: shown?.to === seat ? (shown.cards[0]?.card ?? null) : null };
    case 'took':
      return { ...memory, drawn: event.card, discard: memory.discard.slice(0, -1) };
    case 'played':
      return laidDown(event.slot === drawnSlot ? { ...memory, drawn: null } : takeIn(memory, event, turn), event.card);
    case 'same_rank_played':
      return laidDown(forget(memory, event), event.card);
    case 'jack_swapped':
      return { ...memory, known: memory.known.map((one) => swapped(one, event.first, event.second, turn)) };
    case 'collected': {
      const rest =
        event.from === 'drawn' ? { ...memory, drawn: null } : { ...memory, discard: memory.discard.slice(0, -1) };
      return learn(rest, event, event.card, turn, true);
    }
    case 'reshuffled':
      return { ...memory, discard: memory.discard.slice(-1) };
    case 'turn_missed':
      return event.keptSlot === null ? memory : takeIn(memory, { seat: event.seat, slot: event.keptSlot }, turn);
    default:
      return memory;
  }
}

/** Only what was shown within the last `turns` turns of the table, `turn` being the present one. */
export function lastTurns(memory: Memory, turn: number, turns: number): Memory {
  return { ...memory, known: memory.known.filter((one) => one.faceUp || turn - one.turn < turns) };
}

/**
 * Whether a player who still knows the share `keeps` after each round still knows this card. What is forgotten stays so.
 *
 * @param rounds since it was shown: turns of the table by the number of seats
 */
export function isKept(known: Known, keeps: number, rounds: number): boolean {
  return known.faceUp || known.luck < keeps ** rounds;
}

function learn(memory: Memory, { seat, slot }: PlaceOf, card: Card, turn: number, faceUp = false): Memory {
  const dice = (memory.dice + 0x9e3779b9) >>> 0;
  const known = without(memory.known, seat, slot).concat({
    seat,
    slot,
    card,
    turn,
    faceUp,
    luck: mixed(dice) / 2 ** 32,
  });
  return { ...memory, known, dice };
}

function forget(memory: Memory, { seat, slot }: PlaceOf): Memory {
  const known = without(memory.known, seat, slot);
  return known === memory.known ? memory : { ...memory, known };
}

/** The drawn card goes into a slot, in place of what was there. */
function takeIn(memory: Memory, place: PlaceOf, turn: number): Memory {
  const { drawn } = memory;
  return drawn === null ? forget(memory, place) : { ...learn(memory, place, drawn, turn), drawn: null };
}

function laidDown(memory: Memory, card: Card): Memory {
  return { ...memory, discard: [...memory.discard, card] };
}

function without(known: readonly Known[], seat: number, slot: number): readonly Known[] {
  return known.some((one) => isAt(one, seat, slot)) ? known.filter((one) => !isAt(one, seat, slot)) : known;
}

function swapped(known: Known, first: PlaceOf, second: PlaceOf, turn: number): Known {
  const to = isAt(known, first.seat, first.slot) ? second : isAt(known, second.seat, second.slot) ? first : null;
  if (!to) return known;
  // A card that was face up has been seen by everybody until now.
  const seenIn = known.faceUp ? turn : known.turn;
  return { ...known, seat: to.seat, slot: to.slot, turn: seenIn, faceUp: false };
}

const isAt = (known: Known, seat: number, slot: number): boolean => known.slot === slot && known.seat === seat;

/** The output step of splitmix32: neighbouring numbers come out unlike. */
function mixed(n: number): number {
  let z = Math.imul(n ^ (n >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return (z ^ (z >>> 16)) >>> 0;
}
