import { type Card, type PointRules, pointsOf, rankOf, sameRank } from '../../src/game/cards.ts';
import type { EventOf } from '../../src/game/events.ts';
import type { RefereeTable } from './refereeTable.ts';

/** How the referee counts: rules.md 9 for the lower of two cards, and 11 for the places at the end. */

/** Whether of two cards in the initial peek the first may be the one that is collected. */
export function mayBeLower(chosen: Card, left: Card, rules: PointRules): boolean {
  const [points, others] = [pointsOf(chosen, rules), pointsOf(left, rules)];
  if (sameRank(chosen, left) && points === others) return true;
  if (rankOf(chosen) === 'joker' || rankOf(left) === 'joker') return rankOf(left) === 'joker';
  if (points !== others) return points < others;
  const pictures = ['king', 'queen', 'jack'];
  return pictures.indexOf(rankOf(chosen)) < pictures.indexOf(rankOf(left));
}

/**
 * What is wrong with the results, or null.
 * @param first the seats that win whatever the points are.
 */
export function objectionTo(event: EventOf<'match_ended'>, table: RefereeTable, first: number[], rules: PointRules) {
  const standings = table.seats.map((seat) => {
    const held = table.row(seat).flatMap((one) => (one ? [one.card] : []));
    const points = held.reduce((sum, card) => sum + pointsOf(card, rules), 0);
    const key = [first.includes(seat) ? 0 : 1, points, held.length, table.calledBy === seat ? 0 : 1];
    return { seat, points, cards: held.length, key };
  });
  if (event.results.length !== standings.length) return 'not a result for each seat';
  for (const one of standings) {
    const result = event.results.find((other) => other.seat === one.seat);
    if (result?.points !== one.points || result.cards !== one.cards) {
      return `seat ${one.seat} has ${one.points} points in ${one.cards} cards`;
    }
    const better = first.includes(one.seat) ? [] : standings.filter((other) => compare(other.key, one.key) < 0);
    const place = event.how === 'abandoned' ? 0 : better.length + 1;
    if (result.place !== place) return `seat ${one.seat} is at place ${place}`;
    if (result.winType !== (place === 1 ? event.how : '')) return `whether seat ${one.seat} has won`;
  }
  return null;
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return (a[i] ?? 0) - (b[i] ?? 0);
  return 0;
}
