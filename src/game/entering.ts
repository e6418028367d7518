import type { CommandOf } from './commands.ts';
import type { Decision } from './decision.ts';
import { refuseUnlessGuest } from './guards.ts';
import { refuseIfKicked } from './kicked.ts';
import { nameAt } from './names.ts';
import { type Refusal, refuse } from './refusal.ts';
import { firstFree, freeSeats, isBetweenMatches, phaseOf, seatByUser } from './room.ts';
import { seatBots } from './starting.ts';
import type { Room } from './state.ts';
import { refuseIfComesTooOften, refuseIfTooMany } from './waiting.ts';

/** protocol.md 2: opening a room and entering it. */

export function open(decision: Decision, { roomId, settings, owner, bots }: CommandOf<'open'>): Refusal | null {
  if (decision.room.roomId !== '') return refuse('ROOM_NOT_FOUND', 'This room is open already.');
  const { chance, now } = decision;
  const secret = chance.freshSecret();
  const commitment = chance.commitmentOf(secret);
  const botSeed = chance.freshSecret();
  decision.emit({
    type: 'room_opened',
    version: 1,
    roomId,
    settings,
    ownerId: owner.userId,
    botSeed,
    secret,
    commitment,
  });
  reserve(decision, owner);
  seatBots(decision, bots);
  if (settings.startDelayMs !== null) decision.emit({ type: 'start_scheduled', startsAt: now + settings.startDelayMs });
  return null;
}

export function enter(decision: Decision, command: CommandOf<'enter'>): Refusal | null {
  const { room } = decision;
  if (seatByUser(room, command.who.userId)) return null;
  const out = refuseIfKicked(room, command.who.userId);
  if (out) return out;
  if (command.random && !takesRandomJoins(room)) return refuse('ROOM_FULL', 'This room is not open to random joins.');
  const refusal = refuseUnlessGuest(room, command.who.userId, command.roles, command.password);
  if (refusal) return refusal;
  if (!isBetweenMatches(room)) return refuse('MATCH_RUNNING', 'A match is running: try again when it has ended.');
  if (freeSeats(room) === 0) return refuse('ROOM_FULL', 'Every seat is taken: try again later, or another room.');
  const tooMany =
    refuseIfComesTooOften(room, command.who.userId, decision.now) ?? refuseIfTooMany(room, 'comings', decision.now);
  if (tooMany) return tooMany;
  reserve(decision, command.who);
  return null;
}

/** A public waiting room that starts by itself. */
const takesRandomJoins = (room: Room): boolean =>
  room.settings.permission === 'public' &&
  room.settings.startDelayMs !== null &&
  phaseOf(room) === 'waiting_for_players';

function reserve(decision: Decision, who: CommandOf<'enter'>['who']): void {
  const { sessionId, userId, dealNonce, dealPart, pass, events, generation = 0 } = who;
  const name = nameAt(decision.room, who.name, userId);
  const seat = firstFree(decision.room);
  const until = decision.now + decision.room.settings.reservationMs;
  const taken = { sessionId, userId, name, dealNonce, ...(dealPart && { dealPart }) };
  decision.emit({ type: 'seat_reserved', seat, ...taken, until, generation, pass, ...(events && { events }) });
}
