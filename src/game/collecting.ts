import { type Card, type PointRules, pointsOf, type Rank, rankOf, ranks } from './cards.ts';
import type { Decision } from './decision.ts';
import { endMatch } from './ending.ts';
import { collectedCount, collectionRank, freeSlot } from './hand.ts';
import { type Refusal, refuse } from './refusal.ts';
import type { Showing } from './state.ts';
import { endTurn, openTurnAgain, refuseUnlessTurn } from './turn.ts';

/** rules.md 9, collecting. */

const four = 4;

/** The initial peek is over: in a classic game the lower of each player's two cards is turned up. */
export function turnUpCollections(decision: Decision): void {
  const collections =
    decision.room.settings.gameType === 'classic'
      ? decision.match.players.map(({ seat }) => lower(decision, seat))
      : [];
  decision.emit({ type: 'peek_over', collections });
}

function lower(decision: Decision, seat: number): { seat: number; slot: number; card: Card } {
  const shown = decision.match.showing.filter((one) => one.to === seat && one.reason === 'initial_peek');
  const [first, second] = shown as [Showing, Showing];
  const { settings } = decision.room;
  const difference = height(first.card, settings) - height(second.card, settings);
  const byLot = difference === 0 && decision.stream(`tie|${seat}`)(2) === 1;
  const { place, card } = difference > 0 || byLot ? second : first;
  return { seat, slot: place.slot, card };
}

/** Fewer points are lower; among equals ace, two to ten, king, queen, jack; a joker is lower than no other card. */
function height(card: Card, rules: PointRules): number {
  const rank = rankOf(card);
  if (rank === 'joker') return Number.MAX_SAFE_INTEGER;
  return pointsOf(card, rules) * 100 + amongEquals(rank);
}

function amongEquals(rank: Rank): number {
  const pictures: Partial<Record<Rank, number>> = { king: 11, queen: 12, jack: 13 };
  return pictures[rank] ?? ranks.indexOf(rank);
}

export function collectFromDiscard(decision: Decision, seat: number): Refusal | null {
  const { match } = decision;
  const wrongGame = refuseUnlessClassic(decision);
  if (wrongGame) return wrongGame;
  if (match.phase === 'initial_peek') return refuse('WRONG_PHASE', 'Nothing is collected in the initial peek.');
  if (match.phase === 'same_rank_window') {
    return refuse('WRONG_PHASE', 'Nothing is collected in a same-rank window: wait for its end.');
  }
  const { hand } = decision.player(seat);
  const card = match.discard.at(-1);
  if (card === undefined || rankOf(card) !== collectionRank(hand)) {
    return refuse('RANK_MISMATCH', 'The top of the discard pile is not of the rank that you collect.');
  }
  decision.emit({ type: 'collected', seat, slot: freeSlot(hand), card, from: 'discard' });
  if (!endIfFour(decision, seat)) openTurnAgain(decision);
  return null;
}

export function collectDrawn(decision: Decision, seat: number): Refusal | null {
  const refusal = refuseUnlessClassic(decision) ?? refuseUnlessTurn(decision.match, seat, 'play');
  if (refusal) return refusal;
  const { drawn } = decision.match;
  const { hand } = decision.player(seat);
  if (!drawn) return refuse('NO_SUCH_SLOT', 'You have drawn no card.');
  if (rankOf(drawn.card) !== collectionRank(hand)) {
    return refuse('RANK_MISMATCH', 'The card that you drew is not of the rank that you collect.');
  }
  decision.emit({ type: 'collected', seat, slot: freeSlot(hand), card: drawn.card, from: 'drawn' });
  if (!endIfFour(decision, seat)) endTurn(decision);
  return null;
}

function refuseUnlessClassic(decision: Decision): Refusal | null {
  if (decision.room.settings.gameType === 'classic') return null;
  return refuse('NOT_ALLOWED', 'Nothing is collected in this game type.');
}

/** rules.md 11, case 3. */
function endIfFour(decision: Decision, seat: number): boolean {
  if (collectedCount(decision.player(seat).hand) < four) return false;
  endMatch(decision, 'four_of_a_kind', [seat]);
  return true;
}
