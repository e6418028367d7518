import { sameRank } from './cards.ts';
import type { Decision } from './decision.ts';
import { endMatch } from './ending.ts';
import { canBePlayed, cardAt, cardCount, freeSlot } from './hand.ts';
import { nextPower } from './powers.ts';
import { refill } from './refill.ts';
import { type Refusal, refuse } from './refusal.ts';
import { isPerson, playedByBot } from './room.ts';
import type { Match, Player, Room, Seat } from './state.ts';

/** rules.md 7, the same-rank window. */

export function openWindow(decision: Decision): void {
  decision.emit({ type: 'window_opened', deadlineAt: decision.now + decision.room.settings.windowMs });
}

export function sameRankPlay(decision: Decision, seat: number, slot: number): Refusal | null {
  const { match } = decision;
  if (match.phase !== 'same_rank_window') return refuse('WRONG_PHASE', 'No same-rank window is open.');
  const { hand, outOfWindow } = decision.player(seat);
  if (outOfWindow) return refuse('WRONG_PHASE', 'You played a wrong card: wait for the next window.');
  const held = cardAt(hand, slot);
  if (!held) return refuse('NO_SUCH_SLOT', `slot: you have no card in slot ${slot}.`);
  if (!canBePlayed(held)) return refuse('CARD_LOCKED', 'slot: a collected card stays where it is.');
  if (sameRank(held.card, match.discard.at(-1) as number)) {
    decision.emit({ type: 'same_rank_played', seat, slot, card: held.card });
    return null;
  }
  refill(decision);
  const card = decision.match.drawPile.at(-1);
  const penalty = card === undefined ? null : { slot: freeSlot(hand), card };
  decision.emit({ type: 'same_rank_refused', seat, slot, penalty });
  return null;
}

/** When a short window may end, as parts of its time: at 2 s and 3.5 s of five. */
const earlyEnds = [0.4, 0.7];
/** With fewer, an end that doesn't come early would say who has a card. */
export const fewestPeople = 3;

/**
 * The moments (Unix ms) at which the present window may end before its time (rules.md 7); none where it may not. Two and no
 * more, so that an early end says of nobody when they pressed.
 */
export function earlyEndsOf({ settings, match }: Room): readonly number[] {
  if (!settings.shortWindows || match?.phase !== 'same_rank_window') return [];
  return earlyEnds.map((part) => match.deadlineAt - (1 - part) * settings.windowMs);
}

/** A person says that they have no card for the window. @returns why that is of no use, or null. */
export function refusePass(room: Room, seat: number): Refusal | null {
  const { match } = room;
  if (match?.phase !== 'same_rank_window') return refuse('WRONG_PHASE', 'No same-rank window is open.');
  if (!room.settings.shortWindows) return refuse('NOT_ALLOWED', 'Windows take their whole time in this room.');
  const people = peopleWhoPlay(room, match);
  if (!people.some((one) => one.seat === seat)) return refuse('NOT_ALLOWED', 'You do not play in this match.');
  if (people.length < fewestPeople) {
    return refuse('NOT_ALLOWED', `With fewer than ${fewestPeople} people windows take their whole time.`);
  }
  return null;
}

/** Ends the window where everybody who could play has passed, and nothing has happened since that was looked at. */
export function endWindowEarly(decision: Decision, passed: ReadonlySet<number>, n: number): Refusal | null {
  const { room, now } = decision;
  const from = earlyEndsOf(room)[0];
  if (from === undefined || now < from || room.n !== n) return refuse('WRONG_PHASE', 'The window goes on.');
  const people = peopleWhoPlay(room, decision.match);
  const mayEnd = people.length >= fewestPeople && people.every((one) => passed.has(one.seat) || cantPlay(one));
  if (!mayEnd) return refuse('WRONG_PHASE', 'The window goes on.');
  windowTimedOut(decision);
  return null;
}

/** Those in the match for whom no computer player acts. */
function peopleWhoPlay({ seats }: Room, { players }: Match): Player[] {
  const isActing = (seat: Seat | null | undefined) => seat && isPerson(seat) && !playedByBot(seat);
  return players.filter((one) => isActing(seats[one.seat]));
}

/** As everybody sees: by no hidden rank. */
const cantPlay = ({ hand, outOfWindow }: Player): boolean =>
  outOfWindow || !hand.some((held) => held !== null && canBePlayed(held));

/** The window is over: a hand without a card wins (rules.md 11, case 2), else the powers follow. */
export function windowTimedOut(decision: Decision): void {
  decision.emit({ type: 'window_closed' });
  const empty = decision.match.players.filter((one) => cardCount(one.hand) === 0).map((one) => one.seat);
  if (empty.length > 0) endMatch(decision, 'empty_hand', empty);
  else nextPower(decision);
}
