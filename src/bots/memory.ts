import type { Card } from '../game/cards.ts';
import type { Stream } from '../game/chance.ts';
import type { PlaceOf } from '../game/hand.ts';
import { drawnSlot } from '../game/hand.ts';
import type { SeenEvent, Shown } from '../game/seen.ts';

/** Something that a seat saw of the card that lies in that slot now. */
interface Sight extends PlaceOf {
  /** The turn of the table in which it was seen last. */
  readonly turn: number;
  /** From 0 to 1: how soon it will be forgotten, the higher the sooner. */
  readonly luck: number;
}

/** A card that one seat was shown. */
export interface Known extends Sight {
  readonly card: Card;
  /** It lies face up: everybody sees it for as long as it does. */
  readonly faceUp: boolean;
}

/** A card that another player has drawn, and kept in place of the card `to`. */
export interface Preferred extends Sight {
  readonly to: Card;
}

/** What one seat has seen of a match, by itself or with everybody. What a level makes of it, it asks of `isKept`. */
export interface Memory {
  /** The cards that it knows in slots of any hand. */
  readonly known: readonly Known[];
  readonly preferred: readonly Preferred[];
  /** What the seat on turn has drawn and not played yet; `card` where this seat has seen it. */
  readonly drawn: { readonly card: Card | null } | null;
  /** The cards of the discard pile, the top one last. */
  readonly discard: readonly Card[];
  /** Feeds `luck`, a step for each card learned. */
  readonly dice: number;
}

/** @param random of this seat in this match; the same one gives the same gaps in its memory. */
export function newMemory(random: Stream): Memory {
  return { known: [], preferred: [], drawn: null, discard: [], dice: random(2 ** 31) };
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
      return { ...memory, known: [], preferred: [], drawn: null, discard: [event.discard] };
    case 'peeked':
    case 'queen_peeked':
      return shown?.to === seat
        ? shown.cards.reduce((so, place) => learn(so, place, place.card, turn), memory)
        : memory;
    case 'peek_over':
      return event.collections.reduce((so, place) => learn(so, place, place.card, turn, true), memory);
    case 'drew':
      return { ...memory, drawn: { card: shown?.to === seat ? (shown.cards[0]?.card ?? null) : null } };
    case 'took':
      return { ...memory, drawn: { card: event.card }, discard: memory.discard.slice(0, -1) };
    case 'played':
      if (event.slot === drawnSlot) return laidDown({ ...memory, drawn: null }, event.card);
      return laidDown(takeIn(memory, event, turn, event.seat === seat ? null : event.card), event.card);
    case 'same_rank_played':
      return laidDown(forget(memory, event), event.card);
    case 'jack_swapped':
      return {
        ...memory,
        known: memory.known.map((one) => swapped(one, event.first, event.second, turn)),
        preferred: memory.preferred.map((one) => moved(one, event.first, event.second)),
      };
    case 'collected': {
      const rest =
        event.from === 'drawn' ? { ...memory, drawn: null } : { ...memory, discard: memory.discard.slice(0, -1) };
      return learn(rest, event, event.card, turn, true);
    }
    case 'reshuffled':
      return { ...memory, discard: memory.discard.slice(-1) };
    case 'turn_missed':
      return event.keptSlot === null ? memory : takeIn(memory, { seat: event.seat, slot: event.keptSlot }, turn, null);
    default:
      return memory;
  }
}

/** Only what was shown within the last `turns` turns of the table, `turn` being the present one. */
export function lastTurns(memory: Memory, turn: number, turns: number): Memory {
  const lately = (one: Sight) => turn - one.turn < turns;
  return {
    ...memory,
    known: memory.known.filter((one) => one.faceUp || lately(one)),
    preferred: memory.preferred.filter(lately),
  };
}

/**
 * Whether a player who still knows the share `keeps` after each round still knows this. What is forgotten stays so.
 *
 * @param rounds since it was seen: turns of the table by the number of seats
 */
export function isKept(sight: Sight, keeps: number, rounds: number): boolean {
  return sight.luck < keeps ** rounds;
}

function learn(memory: Memory, { seat, slot }: PlaceOf, card: Card, turn: number, faceUp = false): Memory {
  const dice = nextDice(memory);
  const known = without(memory.known, seat, slot).concat({ seat, slot, card, turn, faceUp, luck: luckOf(dice) });
  return { ...memory, known, dice };
}

function prefer(memory: Memory, { seat, slot }: PlaceOf, to: Card, turn: number): Memory {
  const dice = nextDice(memory);
  const preferred = memory.preferred.concat({ seat, slot, to, turn, luck: luckOf(dice) });
  return { ...memory, preferred, dice };
}

/** The slot is empty, or holds a card that nothing is known of. */
function forget(memory: Memory, { seat, slot }: PlaceOf): Memory {
  const known = without(memory.known, seat, slot);
  const preferred = without(memory.preferred, seat, slot);
  return known === memory.known && preferred === memory.preferred ? memory : { ...memory, known, preferred };
}

/** The drawn card, if there is one, goes into a slot. `to`: the card that it is preferred to. */
function takeIn(memory: Memory, place: PlaceOf, turn: number, to: Card | null): Memory {
  const rest = { ...forget(memory, place), drawn: null };
  if (memory.drawn === null) return rest;
  const { card } = memory.drawn;
  const known = card === null ? rest : learn(rest, place, card, turn);
  return to === null ? known : prefer(known, place, to, turn);
}

function laidDown(memory: Memory, card: Card): Memory {
  return { ...memory, discard: [...memory.discard, card] };
}

function without<T extends Sight>(known: readonly T[], seat: number, slot: number): readonly T[] {
  return known.some((one) => isAt(one, seat, slot)) ? known.filter((one) => !isAt(one, seat, slot)) : known;
}

function swapped(known: Known, first: PlaceOf, second: PlaceOf, turn: number): Known {
  const there = moved(known, first, second);
  // A card that was face up has been seen by everybody until now.
  return known.faceUp && there !== known ? { ...there, turn, faceUp: false } : there;
}

function moved<T extends Sight>(one: T, first: PlaceOf, second: PlaceOf): T {
  const to = isAt(one, first.seat, first.slot) ? second : isAt(one, second.seat, second.slot) ? first : null;
  return to ? { ...one, seat: to.seat, slot: to.slot } : one;
}

const isAt = (one: PlaceOf, seat: number, slot: number): boolean => one.slot === slot && one.seat === seat;

const nextDice = ({ dice }: Memory): number => (dice + 0x9e3779b9) >>> 0;

const luckOf = (dice: number): number => mixed(dice) / 2 ** 32;

/** The output step of splitmix32: neighbouring numbers come out unlike. */
function mixed(n: number): number {
  let z = Math.imul(n ^ (n >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return (z ^ (z >>> 16)) >>> 0;
}
