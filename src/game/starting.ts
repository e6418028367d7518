import { type Card, freshDeck } from './cards.ts';
import { shuffled } from './chance.ts';
import { firstFree } from './entering.ts';
import { giveUp } from './leaving.ts';
import { type Refusal, refuse } from './refusal.ts';
import { freeSeats, isFree, isRunning, longestSeated, persons, phaseOf, seatBySession } from './room.ts';
import type { BotLevel, Room, Seat } from './state.ts';
import type { Step } from './step.ts';
import { refuseIfTooMany } from './waiting.ts';

/** protocol.md 2, starting, and rules.md 4, the deal. */

const botNames = ['Ada', 'Blaise', 'Carl', 'Dora', 'Emmy', 'Felix', 'Grace', 'Hugo'];
const cardsEach = 4;

export function startMatch(step: Step, seat: number): Refusal | null {
  const { room } = step;
  if (isRunning(room)) return refuse('MATCH_RUNNING', 'A match is running already.');
  if (!mayStart(room, seat)) return refuse('NOT_OWNER', 'Only the owner of the room may start a match.');
  start(step, room.settings.minPlayers);
  return null;
}

/** The owner; for a rematch, while the owner is away, the person who has sat the longest. */
function mayStart(room: Room, seat: number): boolean {
  const asking = room.seats[seat];
  if (isOwner(room, asking)) return true;
  if (!asking || phaseOf(room) !== 'finished') return false;
  const ownerIsHere = room.seats.some((one) => isOwner(room, one) && one?.presence === 'connected');
  return !ownerIsHere && longestSeated(room, (one) => one.presence === 'connected') === asking;
}

const isOwner = (room: Room, seat: Seat | null | undefined): boolean =>
  seat !== null && seat !== undefined && seat.userId === room.ownerId && seat.presence !== 'left';

/** Starts at once where the room starts by itself and every seat is taken. */
export function startIfFull(step: Step): void {
  const { room } = step;
  const full = freeSeats(room) === 0 && room.seats.every((seat) => seat?.presence !== 'reserved');
  if (room.settings.startDelayMs !== null && phaseOf(room) === 'waiting_for_players' && full) start(step, 0);
}

/** The countdown is over: computer players take every free seat. Without a person to play with, it is called off. */
export function startScheduled(step: Step): void {
  const anybody = persons(step.room).some((seat) => seat.presence !== 'reserved');
  if (anybody) start(step, step.room.settings.maxPlayers);
  else step.emit({ type: 'start_called_off' });
}

/** @param atLeast so many seats play; computer players fill up to it. */
function start(step: Step, atLeast: number): void {
  const seated = step.room.settings.maxPlayers - freeSeats(step.room);
  seatBots(step, atLeast - seated);
  const { room, chance, now } = step;
  const playing = room.seats.filter((seat): seat is Seat => !isFree(room, seat));
  const seats = playing.map((seat) => seat.seat);
  const nonces = playing.map((seat) => seat.dealNonce);
  const matchNumber = (room.match?.number ?? 0) + 1;
  const seed = chance.seedOf(room.secret, room.roomId, matchNumber, nonces);
  const pile = shuffled(freshDeck(seats.length), chance.stream(seed, 'deal'));
  const hands = seats.map(() => deal(pile));
  const discard = pile.pop() as Card;
  const starter = seats[chance.stream(seed, 'start')(seats.length)] as number;
  const deadlineAt = now + room.settings.initialPeekMs;
  const dealt = { matchNumber, seats, nonces, seed, hands, discard, drawPile: pile, starter, deadlineAt };
  step.emit({ type: 'match_started', ...dealt });
}

/** The pile's top is its last card. */
const deal = (pile: Card[]): Card[] => Array.from({ length: cardsEach }, () => pile.pop() as Card);

export function seatBots(step: Step, count: number, level: BotLevel = step.room.settings.botLevel): void {
  for (let i = 0; i < count; i++) {
    const seat = firstFree(step.room);
    const name = botNames[seat] as string;
    step.emit({ type: 'bot_seated', seat, sessionId: step.chance.freshId(), name, level });
  }
}

function refuseUnlessOwnerWaits({ room, now }: Step, seat: number): Refusal | null {
  if (isRunning(room)) return refuse('MATCH_RUNNING', 'A match is running: wait for its end.');
  if (!isOwner(room, room.seats[seat])) return refuse('NOT_OWNER', 'Only the owner of the room may do this.');
  return refuseIfTooMany(room, 'changes', now);
}

export function addBot(step: Step, seat: number, level?: BotLevel): Refusal | null {
  const refusal = refuseUnlessOwnerWaits(step, seat);
  if (refusal) return refusal;
  if (freeSeats(step.room) === 0) return refuse('ROOM_FULL', 'Every seat is taken.');
  seatBots(step, 1, level);
  startIfFull(step);
  return null;
}

export function removeBot(step: Step, seat: number, sessionId: string): Refusal | null {
  const refusal = refuseUnlessOwnerWaits(step, seat);
  if (refusal) return refusal;
  const target = seatBySession(step.room, sessionId);
  if (!target?.isBot || target.presence === 'left') {
    return refuse('INVALID_PAYLOAD', 'session_id: no computer player sits there.');
  }
  step.emit({ type: 'seat_left', seat: target.seat, reason: 'removed' });
  return null;
}

export function kick(step: Step, seat: number, sessionId: string): Refusal | null {
  const refusal = refuseUnlessOwnerWaits(step, seat);
  if (refusal) return refusal;
  const target = seatBySession(step.room, sessionId);
  if (!target || target.isBot || target.presence === 'left' || target.seat === seat) {
    return refuse('INVALID_PAYLOAD', 'session_id: must be that of another person in this room.');
  }
  giveUp(step, target, 'kicked');
  return null;
}
