import type { Stream } from '../game/chance.ts';
import type { Move } from '../game/commands.ts';
import { type Belief, type Believed, handOf, othersOf, totalOf } from './belief.ts';
import { meanOf, type Odds, varianceOf } from './odds.ts';

/** What a computer player does with a queen. */
export type QueenPolicy = (belief: Belief, hand: readonly Believed[], random: Stream) => Move;

/** Looks at any card; uses half of its queens. */
export const looksAnywhere: QueenPolicy = (belief, _hand, random) => {
  const faceDown = belief.view.players.flatMap((player) => handOf(belief, player)).filter((held) => !held.faceUp);
  return look(random(2) === 0 ? faceDown[random(faceDown.length)] : undefined);
};

/** Looks at an own card that it doesn't know. */
export const looksAtOwn: QueenPolicy = (_belief, hand) => look(hand.find(isUnknown));

/** The same, else at the least certain card of the player who seems to hold the fewest points. */
export const looksWhereItTellsMost: QueenPolicy = (belief, hand) => {
  const own = hand.find(isUnknown);
  if (own) return look(own);
  const hands = othersOf(belief).map((player) => handOf(belief, player));
  const [lowest = []] = hands.filter((cards) => cards.some(isUnknown)).sort((a, b) => totalOf(a) - totalOf(b));
  return look(mostBy(lowest.filter(isUnknown), ({ odds }) => varianceOf(odds)));
};

/** How likely a jack is to come in time for what was seen in another hand. */
const jackComes = 0.3;

/** What it is worth besides to know a card of one's own: it can follow its like in a window. */
const canFollow = 1.5;

/** Looks where what it learns gains the most points: an own card that it may throw away, or another's to swap for. */
export const looksByGain: QueenPolicy = (belief, hand) => {
  const known = hand.filter((held) => held.card !== null && !held.faceUp);
  const worst = Math.max(0, ...known.map(({ points }) => points));
  const gainOf = ({ seat, odds }: Believed) =>
    seat === belief.seat ? canFollow + gainOfThrowing(odds, worst) : jackComes * gainOfTaking(odds, worst);
  const unknown = belief.view.players.flatMap((player) => handOf(belief, player)).filter(isUnknown);
  return look(mostBy(unknown, gainOf));
};

/** What it gains, on average, to throw away the dearer one of two only after having seen that with these odds. */
const gainOfThrowing = (odds: Odds, other: number): number =>
  odds.reduce((sum, chance, points) => sum + chance * Math.max(points, other), 0) - Math.max(meanOf(odds), other);

/** What it gains, on average, to take the other one of two, where it is lower, only after having seen it. */
const gainOfTaking = (odds: Odds, own: number): number =>
  odds.reduce((sum, chance, points) => sum + chance * Math.max(own - points, 0), 0) - Math.max(own - meanOf(odds), 0);

const isUnknown = (held: Believed): boolean => held.card === null;

function look(at: Believed | undefined): Move {
  return at ? { type: 'queen_peek', target: { seat: at.seat, slot: at.slot } } : { type: 'skip_power' };
}

/** The first of those for which `measure` is highest. */
function mostBy(cards: readonly Believed[], measure: (held: Believed) => number): Believed | undefined {
  return cards.reduce<Believed | undefined>(
    (best, one) => (best && measure(best) >= measure(one) ? best : one),
    undefined,
  );
}
