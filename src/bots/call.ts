import { type Belief, type Believed, handOf, othersOf, totalOf } from './belief.ts';
import { certainly, chanceOfAtLeast, type Odds, together } from './odds.ts';

/** Whether a computer player calls Recall when its best play leaves it these cards. */
export type CallPolicy = (belief: Belief, left: readonly Believed[]) => boolean;

/** Rounds after which a player becomes impatient: some hands never become as low as it would like. */
const patience = 12;

const roundsTooMany = ({ view }: Belief): number =>
  Math.max(0, Math.floor(view.turnNumber / view.players.length) - patience);

/** At an estimate of so many points or less, and at a point more after each round too many. */
export const callsAtPoints =
  (points: number): CallPolicy =>
  (belief, left) =>
    totalOf(left) <= points + roundsTooMany(belief);

/** At an estimate that is by so many points lower than what each of the others is likely to hold. */
export const callsBelowOthers =
  (margin: number): CallPolicy =>
  (belief, left) => {
    const most = totalOf(left) + margin - roundsTooMany(belief);
    return othersOf(belief).every((player) => totalOf(handOf(belief, player)) >= most);
  };

/** When it is likely enough to win; a little less is enough after each round too many. */
export const callsAtChance =
  (enough: number): CallPolicy =>
  (belief, left) =>
    chanceToWin(belief, left) >= enough - 0.03 * roundsTooMany(belief);

/** What the last turn after a call usually takes off a hand, in points. */
const lastTurn = 3;

/** How likely the cards left are to win by points, once everybody else has had a last turn. */
function chanceToWin(belief: Belief, left: readonly Believed[]): number {
  const others = othersOf(belief).map((player) => handOf(belief, player));
  const theirs = others.map((hand) => ({ odds: oddsOf(hand), winsTie: left.length <= hand.length }));
  return oddsOf(left).reduce((sum, chance, points) => {
    if (chance === 0) return sum;
    const beats = ({ odds, winsTie }: (typeof theirs)[number]) =>
      chanceOfAtLeast(points + lastTurn + (winsTie ? 0 : 1), odds);
    return sum + theirs.reduce((all, other) => all * beats(other), chance);
  }, 0);
}

const oddsOf = (cards: readonly Believed[]): Odds => cards.reduce((sum, { odds }) => together(sum, odds), certainly(0));
