import { type Card, type PointRules, pointsOf } from './cards.ts';
import type { Decision } from './decision.ts';
import { cardCount, freeSlot, type Hand } from './hand.ts';
import { release } from './releasing.ts';
import { isPerson, isPresent, isRunning } from './room.ts';
import type { Result, Seat, WinType } from './state.ts';

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
function keptCard(decision: Decision): { seat: number; slot: number; card: Card } | null {
  const { drawn, turn: seat } = decision.match;
  return drawn && { seat, slot: freeSlot(decision.player(seat).hand), card: drawn.card };
}

/** Best first. */
function standings(decision: Decision): Standing[] {
  const { players, calledBy } = decision.match;
  const { settings } = decision.room;
  const kept = keptCard(decision);
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
export function lowestPoints(decision: Decision): number[] {
  const all = standings(decision);
  return all.filter((one) => compare(one, all[0] as Standing) === 0).map((one) => one.seat);
}

/** @param winners seat numbers; they share the first place, and all others are ranked behind them. */
export function endMatch(decision: Decision, how: WinType | 'abandoned', winners: readonly number[]): void {
  const all = standings(decision);
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
  const nextSecret = decision.chance.freshSecret();
  const nextCommitment = decision.chance.commitmentOf(nextSecret);
  decision.emit({
    type: 'match_ended',
    how,
    kept: keptCard(decision),
    results,
    secret: decision.room.secret,
    nextSecret,
    nextCommitment,
  });
  releaseAway(decision);
}

/** rules.md 11, case 5. */
export function endIfAbandoned(decision: Decision): void {
  if (isRunning(decision.room) && !decision.room.seats.some(isPresent)) endMatch(decision, 'abandoned', []);
}

/** The seats of those whose grace had ended are theirs only until the match ends. */
function releaseAway(decision: Decision): void {
  for (const seat of decision.room.seats) if (isPerson(seat) && isAway(seat)) release(decision, seat, 'lapsed');
}

const isAway = (seat: Seat): boolean => seat.attendance === 'away';
