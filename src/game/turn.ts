import type { Decision } from './decision.ts';
import { endMatch, lowestPoints } from './ending.ts';
import { canBePlayed, cardAt, drawnSlot, freeSlot } from './hand.ts';
import { refill } from './refill.ts';
import { type Refusal, refuse } from './refusal.ts';
import { canDraw, playedByBot, seatAfter } from './room.ts';
import type { Match, Seat } from './state.ts';
import { openWindow } from './window.ts';

/** rules.md 6, a turn. */

export function beginTurn(decision: Decision, seat: number): void {
  openTurn(decision, seat, decision.match.turnNumber + 1);
}

/** What was left to draw was collected by somebody: the turn goes on as one that begins so. */
export function openTurnAgain(decision: Decision): void {
  const { phase, step: at, turn, turnNumber } = decision.match;
  if (phase === 'player_turn' && at === 'draw' && !canDraw(decision.match)) openTurn(decision, turn, turnNumber);
}

function openTurn(decision: Decision, seat: number, turn: number): void {
  const { match, now } = decision;
  const can = canDraw(match);
  const deadlineAt = now + decision.room.settings.turnMs;
  decision.emit({ type: 'turn_started', seat, turn, step: can ? 'draw' : 'play', deadlineAt });
  if (can || decision.player(seat).hand.some(canBePlayed)) return;
  decision.emit({ type: 'turn_passed', seat });
  endTurn(decision);
}

/** The next seat's turn, or the end of the match (rules.md 10 and 11). */
export function endTurn(decision: Decision): void {
  const { match } = decision;
  const next = seatAfter(match, match.turn);
  const everybodyPassed = match.passes >= match.players.length;
  const over = next === match.calledBy || everybodyPassed || match.turnNumber >= decision.room.settings.maxTurns;
  if (over) endMatch(decision, 'lowest_points', lowestPoints(decision));
  else beginTurn(decision, next);
}

/** Whether it is this seat's turn and that step of it. */
export function refuseUnlessTurn(match: Match, seat: number, at: Match['step']): Refusal | null {
  if (match.phase !== 'player_turn') return refuse('WRONG_PHASE', 'Wait for the next turn.');
  if (match.turn !== seat) return refuse('NOT_YOUR_TURN', 'Wait for your turn.');
  if (match.step === at) return null;
  return refuse('WRONG_PHASE', at === 'draw' ? 'You have drawn: play a card.' : 'Draw a card first.');
}

export function drawCard(decision: Decision, seat: number): Refusal | null {
  const refusal = refuseUnlessTurn(decision.match, seat, 'draw');
  if (refusal) return refusal;
  refill(decision);
  const card = decision.match.drawPile.at(-1) as number;
  decision.emit({ type: 'drew', seat, card, deadlineAt: decision.now + decision.room.settings.turnMs });
  return null;
}

export function takeFromDiscard(decision: Decision, seat: number): Refusal | null {
  if (!decision.room.settings.allowDiscardTake) {
    return refuse('NOT_ALLOWED', 'This room does not allow taking from the discard pile: draw a card.');
  }
  const refusal = refuseUnlessTurn(decision.match, seat, 'draw');
  if (refusal) return refusal;
  const card = decision.match.discard.at(-1);
  if (card === undefined) return refuse('NO_SUCH_SLOT', 'The discard pile is empty: draw a card.');
  decision.emit({ type: 'took', seat, card, deadlineAt: decision.now + decision.room.settings.turnMs });
  return null;
}

export function playCard(decision: Decision, seat: number, slot: number): Refusal | null {
  const refusal = refuseUnlessTurn(decision.match, seat, 'play');
  if (refusal) return refusal;
  const { drawn } = decision.match;
  if (slot === drawnSlot) {
    if (!drawn) return refuse('NO_SUCH_SLOT', 'slot: you have drawn no card; play one from your hand.');
    if (drawn.taken) return refuse('CARD_LOCKED', 'slot: a card taken from the discard pile must go into your hand.');
    decision.emit({ type: 'played', seat, slot, card: drawn.card });
  } else {
    const held = cardAt(decision.player(seat).hand, slot);
    if (!held) return refuse('NO_SUCH_SLOT', `slot: you have no card in slot ${slot}.`);
    if (!canBePlayed(held)) return refuse('CARD_LOCKED', 'slot: a collected card stays where it is.');
    decision.emit({ type: 'played', seat, slot, card: held.card });
  }
  openWindow(decision);
  return null;
}

/** Out of time: what was drawn goes into the hand; after too many in a row a computer player plays on. */
export function turnTimedOut(decision: Decision): void {
  const { drawn, turn: seat } = decision.match;
  const kept = drawn && { slot: freeSlot(decision.player(seat).hand), card: drawn.card };
  decision.emit({ type: 'turn_missed', seat, kept });
  const tooMany = decision.player(seat).missed >= decision.room.settings.missedTurns;
  if (tooMany && !playedByBot(decision.room.seats[seat] as Seat)) {
    decision.emit({ type: 'bot_took_over', seat, why: 'missed' });
  }
  endTurn(decision);
}
