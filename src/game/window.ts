import { sameRank } from './cards.ts';
import { endMatch } from './ending.ts';
import { canBePlayed, cardAt, cardCount, freeSlot } from './hand.ts';
import { nextPower } from './powers.ts';
import { refill } from './refill.ts';
import { type Refusal, refuse } from './refusal.ts';
import type { Step } from './step.ts';

/** rules.md 7, the same-rank window. */

export function openWindow(step: Step): void {
  step.emit({ type: 'window_opened', deadlineAt: step.now + step.room.settings.windowMs });
}

export function sameRankPlay(step: Step, seat: number, slot: number): Refusal | null {
  const { match } = step;
  if (match.phase !== 'same_rank_window') return refuse('WRONG_PHASE', 'No same-rank window is open.');
  const { hand, outOfWindow } = step.player(seat);
  if (outOfWindow) return refuse('WRONG_PHASE', 'You played a wrong card: wait for the next window.');
  const held = cardAt(hand, slot);
  if (!held) return refuse('NO_SUCH_SLOT', `slot: you have no card in slot ${slot}.`);
  if (!canBePlayed(held)) return refuse('CARD_LOCKED', 'slot: a collected card stays where it is.');
  if (sameRank(held.card, match.discard.at(-1) as number)) {
    step.emit({ type: 'same_rank_played', seat, slot, card: held.card });
    return null;
  }
  refill(step);
  const card = step.match.drawPile.at(-1);
  const penalty = card === undefined ? null : { slot: freeSlot(hand), card };
  step.emit({ type: 'same_rank_refused', seat, slot, penalty });
  return null;
}

/** The window is over: a hand without a card wins (rules.md 11, case 2), else the powers follow. */
export function windowTimedOut(step: Step): void {
  step.emit({ type: 'window_closed' });
  const empty = step.match.players.filter((one) => cardCount(one.hand) === 0).map((one) => one.seat);
  if (empty.length > 0) endMatch(step, 'empty_hand', empty);
  else nextPower(step);
}
