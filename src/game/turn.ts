import { endMatch, lowestPoints } from './ending.ts';
import { canBePlayed, cardAt, drawnSlot, freeSlot } from './hand.ts';
import { refill } from './refill.ts';
import { type Refusal, refuse } from './refusal.ts';
import { canDraw, playedByBot, seatAfter } from './room.ts';
import type { Match, Seat } from './state.ts';
import type { Step } from './step.ts';
import { openWindow } from './window.ts';

/** rules.md 6, a turn. */

export function beginTurn(step: Step, seat: number): void {
  openTurn(step, seat, step.match.turnNumber + 1);
}

/** What was left to draw was collected by somebody: the turn goes on as one that begins so. */
export function openTurnAgain(step: Step): void {
  const { phase, step: at, turn, turnNumber } = step.match;
  if (phase === 'player_turn' && at === 'draw' && !canDraw(step.match)) openTurn(step, turn, turnNumber);
}

function openTurn(step: Step, seat: number, turn: number): void {
  const { match, now } = step;
  const can = canDraw(match);
  const deadlineAt = now + step.room.settings.turnMs;
  step.emit({ type: 'turn_started', seat, turn, step: can ? 'draw' : 'play', deadlineAt });
  if (can || step.player(seat).hand.some(canBePlayed)) return;
  step.emit({ type: 'turn_passed', seat });
  endTurn(step);
}

/** The next seat's turn, or the end of the match (rules.md 10 and 11). */
export function endTurn(step: Step): void {
  const { match } = step;
  const next = seatAfter(match, match.turn);
  const everybodyPassed = match.passes >= match.players.length;
  const over = next === match.calledBy || everybodyPassed || match.turnNumber >= step.room.settings.maxTurns;
  if (over) endMatch(step, 'lowest_points', lowestPoints(step));
  else beginTurn(step, next);
}

/** Whether it is this seat's turn and that step of it. */
export function refuseUnlessTurn(match: Match, seat: number, at: Match['step']): Refusal | null {
  if (match.phase !== 'player_turn') return refuse('WRONG_PHASE', 'Wait for the next turn.');
  if (match.turn !== seat) return refuse('NOT_YOUR_TURN', 'Wait for your turn.');
  if (match.step === at) return null;
  return refuse('WRONG_PHASE', at === 'draw' ? 'You have drawn: play a card.' : 'Draw a card first.');
}

export function drawCard(step: Step, seat: number): Refusal | null {
  const refusal = refuseUnlessTurn(step.match, seat, 'draw');
  if (refusal) return refusal;
  refill(step);
  const card = step.match.drawPile.at(-1) as number;
  step.emit({ type: 'drew', seat, card, deadlineAt: step.now + step.room.settings.turnMs });
  return null;
}

export function takeFromDiscard(step: Step, seat: number): Refusal | null {
  if (!step.room.settings.allowDiscardTake) {
    return refuse('NOT_ALLOWED', 'This room does not allow taking from the discard pile: draw a card.');
  }
  const refusal = refuseUnlessTurn(step.match, seat, 'draw');
  if (refusal) return refusal;
  const card = step.match.discard.at(-1);
  if (card === undefined) return refuse('NO_SUCH_SLOT', 'The discard pile is empty: draw a card.');
  step.emit({ type: 'took', seat, card, deadlineAt: step.now + step.room.settings.turnMs });
  return null;
}

export function playCard(step: Step, seat: number, slot: number): Refusal | null {
  const refusal = refuseUnlessTurn(step.match, seat, 'play');
  if (refusal) return refusal;
  const { drawn } = step.match;
  if (slot === drawnSlot) {
    if (!drawn) return refuse('NO_SUCH_SLOT', 'slot: you have drawn no card; play one from your hand.');
    if (drawn.taken) return refuse('CARD_LOCKED', 'slot: a card taken from the discard pile must go into your hand.');
    step.emit({ type: 'played', seat, slot, card: drawn.card });
  } else {
    const held = cardAt(step.player(seat).hand, slot);
    if (!held) return refuse('NO_SUCH_SLOT', `slot: you have no card in slot ${slot}.`);
    if (!canBePlayed(held)) return refuse('CARD_LOCKED', 'slot: a collected card stays where it is.');
    step.emit({ type: 'played', seat, slot, card: held.card });
  }
  openWindow(step);
  return null;
}

/** Out of time: what was drawn goes into the hand; after too many in a row a computer player plays on. */
export function turnTimedOut(step: Step): void {
  const { drawn, turn: seat } = step.match;
  const kept = drawn && { slot: freeSlot(step.player(seat).hand), card: drawn.card };
  step.emit({ type: 'turn_missed', seat, kept });
  const tooMany = step.player(seat).missed >= step.room.settings.missedTurns;
  if (tooMany && !playedByBot(step.room.seats[seat] as Seat)) {
    step.emit({ type: 'bot_took_over', seat, why: 'missed' });
  }
  endTurn(step);
}
