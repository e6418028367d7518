import type { Power } from './cards.ts';
import type { PlaceOf } from './events.ts';
import { canBePlayed, cardAt, cardCount, type Slot } from './hand.ts';
import { type Refusal, refuse } from './refusal.ts';
import type { Match } from './state.ts';
import type { Step } from './step.ts';
import { endTurn } from './turn.ts';

/** rules.md 8, powers. */

/** The next power that there is something to use on, or, after the last, the end of the turn. */
export function nextPower(step: Step): void {
  for (let next = step.match.powers[0]; next; next = step.match.powers[0]) {
    if (hasUse(step.match, next.power)) {
      step.emit({ type: 'power_opened', ...next, deadlineAt: step.now + step.room.settings.powerMs });
      return;
    }
    step.emit({ type: 'power_skipped', ...next, why: 'nothing' });
  }
  endTurn(step);
}

function hasUse(match: Match, power: Power): boolean {
  if (power === 'queen') return match.players.some((one) => one.hand.some(canBePlayed));
  return match.players.reduce((sum, one) => sum + cardCount(one.hand), 0) >= 2;
}

export function queenPeek(step: Step, seat: number, target: PlaceOf): Refusal | null {
  const refusal = refuseUnlessPower(step.match, seat, 'queen');
  if (refusal) return refusal;
  const held = heldAt(step.match, target);
  if (!held) return refuse('NO_SUCH_SLOT', 'slot: there is no card to look at.');
  if (held.faceUp) return refuse('CARD_LOCKED', 'slot: everybody sees this card; look at one that is face down.');
  step.emit({ type: 'queen_peeked', seat, target, card: held.card, until: step.now + step.room.settings.showMs });
  nextPower(step);
  return null;
}

export function jackSwap(step: Step, seat: number, first: PlaceOf, second: PlaceOf): Refusal | null {
  const refusal = refuseUnlessPower(step.match, seat, 'jack');
  if (refusal) return refusal;
  if (first.seat === second.seat && first.slot === second.slot) {
    return refuse('INVALID_PAYLOAD', 'second: must be another slot than first.');
  }
  if (!heldAt(step.match, first)) return refuse('NO_SUCH_SLOT', 'first: there is no card in this slot.');
  if (!heldAt(step.match, second)) return refuse('NO_SUCH_SLOT', 'second: there is no card in this slot.');
  step.emit({ type: 'jack_swapped', seat, first, second });
  nextPower(step);
  return null;
}

export function skipPower(step: Step, seat: number): Refusal | null {
  const refusal = refuseUnlessPower(step.match, seat, null);
  if (refusal) return refusal;
  skip(step, 'chosen');
  return null;
}

export function powerTimedOut(step: Step): void {
  skip(step, 'time');
}

function skip(step: Step, why: 'chosen' | 'time'): void {
  const [present] = step.match.powers;
  if (present) step.emit({ type: 'power_skipped', ...present, why });
  nextPower(step);
}

/** @param power the one that is needed; null where any will do. */
function refuseUnlessPower(match: Match, seat: number, power: Power | null): Refusal | null {
  const [present] = match.powers;
  if (match.phase !== 'special_play_window' || !present) return refuse('WRONG_PHASE', 'No power is to be used now.');
  if (present.seat !== seat) return refuse('NOT_YOUR_TURN', "Another player's power is being used: wait for yours.");
  if (power === null || present.power === power) return null;
  return refuse('WRONG_PHASE', `You have a ${present.power}'s power to use, or to skip with skip_power.`);
}

const heldAt = (match: Match, { seat, slot }: PlaceOf): Slot =>
  cardAt(match.players.find((one) => one.seat === seat)?.hand ?? [], slot);
