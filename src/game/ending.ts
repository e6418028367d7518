import { type Card, type PointRules, pointsOf } from './cards.ts';
import { cardCount, freeSlot, type Hand } from './hand.ts';
import { releaseAway } from './leaving.ts';
import type { Result, WinType } from './state.ts';
import type { Step } from './step.ts';

/** rules.md 11, the end. */

interface Standing {
  readonly seat: number;
  readonly points: number;
  readonly cards: number;
  readonly called: boolean;
}

function pointsIn(hand: Hand, rules: PointRules): number {
  return hand.reduce((sum, held) => (held ? sum + pointsOf(held.card, rules) : sum), 0);
}

/** The match may end while a player has drawn and not played: that card is theirs, as in a turn that runs out of time. */
function keptCard(step: Step): { seat: number; slot: number; card: Card } | null {
  const { drawn, turn: seat } = step.match;
  return drawn && { seat, slot: freeSlot(step.player(seat).hand), card: drawn.card };
}

/** Best first. */
function standings(step: Step): Standing[] {
  const { players, calledBy } = step.match;
  const { settings } = step.room;
  const kept = keptCard(step);
  const all = players.map(({ seat, hand }): Standing => {
    const own = kept?.seat === seat ? kept : null;
    const points = pointsIn(hand, settings) + (own ? pointsOf(own.card, settings) : 0);
    return { seat, points, cards: cardCount(hand) + (own ? 1 : 0), called: seat === calledBy };
  });
  return all.sort(compare);
}

const compare = (a: Standing, b: Standing): number =>
  a.points - b.points || a.cards - b.cards || Number(b.called) - Number(a.called);

/** The seats that win by points. */
export function lowestPoints(step: Step): number[] {
  const all = standings(step);
  return all.filter((one) => compare(one, all[0] as Standing) === 0).map((one) => one.seat);
}

/** @param winners seat numbers; they share the first place, and all others are ranked behind them. */
export function endMatch(step: Step, how: WinType | 'abandoned', winners: readonly number[]): void {
  const all = standings(step);
  const rest = all.filter((one) => !winners.includes(one.seat));
  const placeOf = (one: Standing): number => {
    if (how === 'abandoned') return 0;
    if (winners.includes(one.seat)) return 1;
    return winners.length + 1 + rest.filter((other) => compare(other, one) < 0).length;
  };
  const results = all.map((one): Result => {
    const won = how !== 'abandoned' && winners.includes(one.seat);
    return { seat: one.seat, points: one.points, cards: one.cards, place: placeOf(one), winType: won ? how : '' };
  });
  const nextSecret = step.chance.freshSecret();
  const nextCommitment = step.chance.commitmentOf(nextSecret);
  step.emit({
    type: 'match_ended',
    how,
    kept: keptCard(step),
    results,
    secret: step.room.secret,
    nextSecret,
    nextCommitment,
  });
  releaseAway(step);
}
