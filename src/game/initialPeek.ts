import type { Card } from './cards.ts';
import { shuffled } from './chance.ts';
import { turnUpCollections } from './collecting.ts';
import type { Decision } from './decision.ts';
import { cardAt } from './hand.ts';
import { type Refusal, refuse } from './refusal.ts';
import { beginTurn } from './turn.ts';

/** rules.md 5, the initial peek. */

export function completeInitialPeek(
  decision: Decision,
  seat: number,
  slots: readonly [number, number],
): Refusal | null {
  if (decision.match.phase !== 'initial_peek') return refuse('WRONG_PHASE', 'The initial peek is over.');
  const { hand, peeked } = decision.player(seat);
  if (peeked) return refuse('WRONG_PHASE', 'You have had your initial peek.');
  if (slots[0] === slots[1]) return refuse('INVALID_PAYLOAD', 'slots: must be two different slots.');
  const missing = slots.find((slot) => cardAt(hand, slot) === null);
  if (missing !== undefined) return refuse('NO_SUCH_SLOT', `slots: you have no card in slot ${missing}.`);
  peek(decision, seat, slots, false);
  return null;
}

function peek(decision: Decision, seat: number, slots: readonly [number, number], byLot: boolean): void {
  const { hand } = decision.player(seat);
  const [first, second] = slots.map((slot) => cardAt(hand, slot)?.card) as [Card, Card];
  const until = decision.now + decision.room.settings.showMs;
  const last = decision.match.players.every((one) => one.peeked || one.seat === seat);
  decision.emit({
    type: 'peeked',
    seat,
    slots,
    cards: [first, second],
    byLot,
    until,
    ...(last && { deadlineAt: until }),
  });
}

/** The time to name slots is over, or the last cards have been shown. */
export function initialPeekTimedOut(decision: Decision): void {
  const late = decision.match.players.filter((one) => !one.peeked);
  for (const { seat, hand } of late) {
    const [first, second] = shuffled([...hand.keys()], decision.stream(`peek|${seat}`)) as [number, number];
    peek(decision, seat, [first, second], true);
  }
  if (late.length > 0) return;
  turnUpCollections(decision);
  beginTurn(decision, decision.match.turn);
}
