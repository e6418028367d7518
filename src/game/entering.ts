import type { Command } from './commands.ts';
import { refuseUnlessGuest } from './guards.ts';
import { refuseIfKicked } from './kicking.ts';
import { nameAt } from './names.ts';
import { type Refusal, refuse } from './refusal.ts';
import { freeSeats, isBetweenMatches, isFree, phaseOf, seatByUser } from './room.ts';
import { seatBots } from './starting.ts';
import type { Room } from './state.ts';
import type { Step } from './step.ts';
import { refuseIfComesTooOften, refuseIfTooMany } from './waiting.ts';

/** protocol.md 2: opening a room and entering it. */

type CommandOf<T extends Command['type']> = Extract<Command, { type: T }>;

export function open(step: Step, { roomId, settings, owner, bots }: CommandOf<'open'>): Refusal | null {
  if (step.room.roomId !== '') return refuse('ROOM_NOT_FOUND', 'This room is open already.');
  const { chance, now } = step;
  const secret = chance.freshSecret();
  const commitment = chance.commitmentOf(secret);
  const botSeed = chance.freshSecret();
  step.emit({ type: 'room_opened', version: 1, roomId, settings, ownerId: owner.userId, botSeed, secret, commitment });
  reserve(step, owner);
  seatBots(step, bots);
  if (settings.startDelayMs !== null) step.emit({ type: 'start_scheduled', startsAt: now + settings.startDelayMs });
  return null;
}

export function enter(step: Step, command: CommandOf<'enter'>): Refusal | null {
  const { room } = step;
  if (seatByUser(room, command.who.userId)) return null;
  const out = refuseIfKicked(room, command.who.userId);
  if (out) return out;
  if (command.random && !takesRandomJoins(room)) return refuse('ROOM_FULL', 'This room is not open to random joins.');
  const refusal = refuseUnlessGuest(room, command.who.userId, command.roles, command.password);
  if (refusal) return refusal;
  if (!isBetweenMatches(room)) return refuse('MATCH_RUNNING', 'A match is running: try again when it has ended.');
  if (freeSeats(room) === 0) return refuse('ROOM_FULL', 'Every seat is taken: try again later, or another room.');
  const tooMany =
    refuseIfComesTooOften(room, command.who.userId, step.now) ?? refuseIfTooMany(room, 'comings', step.now);
  if (tooMany) return tooMany;
  reserve(step, command.who);
  return null;
}

/** A public waiting room that starts by itself. */
const takesRandomJoins = (room: Room): boolean =>
  room.settings.permission === 'public' &&
  room.settings.startDelayMs !== null &&
  phaseOf(room) === 'waiting_for_players';

function reserve(step: Step, who: CommandOf<'enter'>['who']): void {
  const { sessionId, userId, dealNonce, dealPart, pass, generation = 0 } = who;
  const name = nameAt(step.room, who.name, userId);
  const seat = firstFree(step.room);
  const until = step.now + step.room.settings.reservationMs;
  const taken = { sessionId, userId, name, dealNonce, ...(dealPart && { dealPart }) };
  step.emit({ type: 'seat_reserved', seat, ...taken, until, generation, pass });
}

/** The lowest seat that nobody has had, else the lowest that somebody left: a leaver's row is seen as long as it can be. */
export function firstFree(room: Room): number {
  const untouched = room.seats.indexOf(null);
  return untouched !== -1 ? untouched : room.seats.findIndex((seat) => isFree(room, seat));
}
