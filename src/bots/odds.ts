import { type Card, deckSize, type PointRules, pointsOf } from '../game/cards.ts';

/** How likely something counts so many points: `odds[n]` is the chance of n. All of them add up to 1. */
export type Odds = readonly number[];

/** The most points that a card counts. */
const most = 10;

const sure: readonly Odds[] = Array.from({ length: most + 1 }, (_, points) => [...zeros(points), 1]);

/** @param points of a card */
export const certainly = (points: number): Odds => sure[points] as Odds;

/** Of a card that could be any of `decks` decks but for those in sight. */
export function oddsOfUnseen(decks: number, inSight: readonly Card[], rules: PointRules): Odds {
  const counts = zeros(most + 1);
  for (let card = 0; card < deckSize; card++) add(counts, pointsOf(card, rules), decks);
  for (const card of inSight) add(counts, pointsOf(card, rules), -1);
  return asShares(counts) ?? certainly(0);
}

/** Where it is known besides that it is less than so many points; the same odds where that can't be. */
export const below = (points: number, odds: Odds): Odds => asShares(odds.slice(0, points)) ?? odds;

/** Of two things together that have nothing to do with each other. */
export function together(one: Odds, other: Odds): Odds {
  const sum = zeros(one.length + other.length - 1);
  for (let n = 0; n < one.length; n++) {
    const chance = one[n] as number;
    if (chance > 0) for (let m = 0; m < other.length; m++) add(sum, n + m, chance * (other[m] as number));
  }
  return sum;
}

export function meanOf(odds: Odds): number {
  let mean = 0;
  for (let points = 1; points < odds.length; points++) mean += points * (odds[points] as number);
  return mean;
}

/** How uncertain they are. */
export function varianceOf(odds: Odds): number {
  const mean = meanOf(odds);
  return odds.reduce((sum, chance, points) => sum + chance * (points - mean) ** 2, 0);
}

/** How likely it is so many points or more. */
export function chanceOfAtLeast(points: number, odds: Odds): number {
  let chance = 0;
  for (let n = Math.max(0, points); n < odds.length; n++) chance += odds[n] as number;
  return chance;
}

function asShares(counts: readonly number[]): Odds | null {
  const all = counts.reduce((sum, count) => sum + count, 0);
  return all > 0 ? counts.map((count) => count / all) : null;
}

function zeros(length: number): number[] {
  return new Array<number>(length).fill(0);
}

function add(counts: number[], points: number, count: number): void {
  counts[points] = (counts[points] as number) + count;
}
