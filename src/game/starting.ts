import { firstFree } from './entering.ts';
import { nameAt } from './names.ts';
import { beginDeal } from './parts.ts';
import { type Refusal, refuse } from './refusal.ts';
import { freeSeats, isBetweenMatches, longestSeated, persons, phaseOf, seatBySession } from './room.ts';
import type { BotLevel, Room, Seat } from './state.ts';
import type { Step } from './step.ts';
import { refuseIfTooMany } from './waiting.ts';

/** protocol.md 2, starting. */

const botNames = ['Ada', 'Blaise', 'Carl', 'Dora', 'Emmy', 'Felix', 'Grace', 'Hugo'];

export function startMatch(step: Step, seat: number): Refusal | null {
  const { room } = step;
  if (!isBetweenMatches(room)) return refuse('MATCH_RUNNING', 'A match is running already.');
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

/** So long, in ms, a full room waits for clients that have said that they will commit to a part of the deal. */
const commitMs = 2_000;

/** Starts at once where the room starts by itself and every seat is taken, but for clients that are about to commit. */
export function startIfFull(step: Step): void {
  const { room, now } = step;
  const full = freeSeats(room) === 0 && room.seats.every((seat) => seat?.presence !== 'reserved');
  if (room.settings.startDelayMs === null || phaseOf(room) !== 'waiting_for_players' || !full) return;
  const soon = now + commitMs;
  if (!room.seats.some(isAboutToCommit)) start(step, 0);
  else if (room.startsAt === null || room.startsAt > soon) step.emit({ type: 'start_scheduled', startsAt: soon });
}

const isAboutToCommit = (seat: Seat | null): boolean =>
  seat?.presence === 'connected' && seat.dealPart && seat.commitment === '';

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
  beginDeal(step);
}

export function seatBots(step: Step, count: number, level: BotLevel = step.room.settings.botLevel): void {
  for (let i = 0; i < count; i++) {
    const seat = firstFree(step.room);
    const name = nameAt(step.room, botNames[seat] as string);
    step.emit({ type: 'bot_seated', seat, sessionId: step.chance.freshId(), name, level });
  }
}

/** What only the owner may ask, and only while no match runs. */
export function refuseUnlessOwnerWaits({ room, now }: Step, seat: number): Refusal | null {
  if (!isBetweenMatches(room)) return refuse('MATCH_RUNNING', 'A match is running: wait for its end.');
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
