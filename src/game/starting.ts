import type { Decision } from './decision.ts';
import { nameAt } from './names.ts';
import { beginDeal } from './parts.ts';
import { type Refusal, refuse } from './refusal.ts';
import { firstFree, freeSeats, isBetweenMatches, longestSeated, persons, phaseOf } from './room.ts';
import type { BotLevel, Room, Seat } from './state.ts';

/** protocol.md 2, starting. */

const botNames = ['Ada', 'Blaise', 'Carl', 'Dora', 'Emmy', 'Felix', 'Grace', 'Hugo'];

export function startMatch(decision: Decision, seat: number): Refusal | null {
  const { room } = decision;
  if (!isBetweenMatches(room)) return refuse('MATCH_RUNNING', 'A match is running already.');
  if (!mayStart(room, seat)) return refuse('NOT_OWNER', 'Only the owner of the room may start a match.');
  start(decision, room.settings.minPlayers);
  return null;
}

/** The owner; for a rematch, while the owner is away, the person who has sat the longest. */
function mayStart(room: Room, seat: number): boolean {
  const asking = room.seats[seat];
  if (isOwner(room, asking)) return true;
  if (!asking || phaseOf(room) !== 'finished') return false;
  const ownerIsHere = room.seats.some((one) => isOwner(room, one) && one?.attendance === 'connected');
  return !ownerIsHere && longestSeated(room, (one) => one.attendance === 'connected') === asking;
}

export const isOwner = (room: Room, seat: Seat | null | undefined): boolean =>
  seat !== null && seat !== undefined && seat.userId === room.ownerId && seat.attendance !== 'left';

/** So long, in ms, a full room waits for clients that have said that they will commit to a part of the deal. */
const commitMs = 2_000;

/** Starts at once where the room starts by itself and every seat is taken, but for clients that are about to commit. */
export function startIfFull(decision: Decision): void {
  const { room, now } = decision;
  const full = freeSeats(room) === 0 && room.seats.every((seat) => seat?.attendance !== 'reserved');
  if (room.settings.startDelayMs === null || phaseOf(room) !== 'waiting_for_players' || !full) return;
  const soon = now + commitMs;
  if (!room.seats.some(isAboutToCommit)) start(decision, 0);
  else if (room.startsAt === null || room.startsAt > soon) decision.emit({ type: 'start_scheduled', startsAt: soon });
}

const isAboutToCommit = (seat: Seat | null): boolean =>
  seat?.attendance === 'connected' && seat.dealPart && seat.commitment === '';

/** The countdown is over: computer players take every free seat. Without a person to play with, it is called off. */
export function startScheduled(decision: Decision): void {
  const anybody = persons(decision.room).some((seat) => seat.attendance !== 'reserved');
  if (anybody) start(decision, decision.room.settings.maxPlayers);
  else decision.emit({ type: 'start_called_off' });
}

/** @param atLeast so many seats play; computer players fill up to it. */
function start(decision: Decision, atLeast: number): void {
  const seated = decision.room.settings.maxPlayers - freeSeats(decision.room);
  seatBots(decision, atLeast - seated);
  beginDeal(decision);
}

export function seatBots(decision: Decision, count: number, level: BotLevel = decision.room.settings.botLevel): void {
  for (let i = 0; i < count; i++) {
    const seat = firstFree(decision.room);
    const name = nameAt(decision.room, botNames[seat] as string);
    decision.emit({ type: 'bot_seated', seat, sessionId: decision.chance.freshId(), name, level });
  }
}
