import type { Power } from './cards.ts';
import type { Decision } from './decision.ts';
import type { PlaceOf } from './hand.ts';
import { canBePlayed, cardAt, cardCount, type Slot } from './hand.ts';
import { type Refusal, refuse } from './refusal.ts';
import type { Match } from './state.ts';
import { endTurn } from './turn.ts';

/** rules.md 8, powers. */

/** The next power that there is something to use on, or, after the last, the end of the turn. */
export function nextPower(decision: Decision): void {
  for (let next = decision.match.powers[0]; next; next = decision.match.powers[0]) {
    if (hasUse(decision.match, next.power)) {
      decision.emit({ type: 'power_opened', ...next, deadlineAt: decision.now + decision.room.settings.powerMs });
      return;
    }
    decision.emit({ type: 'power_skipped', ...next, why: 'nothing' });
  }
  endTurn(decision);
}

function hasUse(match: Match, power: Power): boolean {
  if (power === 'queen') return match.players.some((one) => one.hand.some(canBePlayed));
  return match.players.reduce((sum, one) => sum + cardCount(one.hand), 0) >= 2;
}

export function queenPeek(decision: Decision, seat: number, target: PlaceOf): Refusal | null {
  const refusal = refuseUnlessPower(decision.match, seat, 'queen');
  if (refusal) return refusal;
  const held = heldAt(decision.match, target);
  if (!held) return refuse('NO_SUCH_SLOT', 'slot: there is no card to look at.');
  if (held.faceUp) return refuse('CARD_LOCKED', 'slot: everybody sees this card; look at one that is face down.');
  decision.emit({
    type: 'queen_peeked',
    seat,
    target,
    card: held.card,
    until: decision.now + decision.room.settings.showMs,
  });
  nextPower(decision);
  return null;
}

export function jackSwap(decision: Decision, seat: number, first: PlaceOf, second: PlaceOf): Refusal | null {
  const refusal = refuseUnlessPower(decision.match, seat, 'jack');
  if (refusal) return refusal;
  if (first.seat === second.seat && first.slot === second.slot) {
    return refuse('INVALID_PAYLOAD', 'second: must be another slot than first.');
  }
  if (!heldAt(decision.match, first)) return refuse('NO_SUCH_SLOT', 'first: there is no card in this slot.');
  if (!heldAt(decision.match, second)) return refuse('NO_SUCH_SLOT', 'second: there is no card in this slot.');
  decision.emit({ type: 'jack_swapped', seat, first, second });
  nextPower(decision);
  return null;
}

export function skipPower(decision: Decision, seat: number): Refusal | null {
  const refusal = refuseUnlessPower(decision.match, seat, null);
  if (refusal) return refusal;
  skip(decision, 'chosen');
  return null;
}

export function powerTimedOut(decision: Decision): void {
  skip(decision, 'time');
}

function skip(decision: Decision, why: 'chosen' | 'time'): void {
  const [present] = decision.match.powers;
  if (present) decision.emit({ type: 'power_skipped', ...present, why });
  nextPower(decision);
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
