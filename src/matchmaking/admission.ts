import type { Command } from '../game/commands.ts';
import { refuseUnlessGuest } from '../game/guards.ts';
import { isKicked } from '../game/kicked.ts';
import { isKnown, seatByUser } from '../game/room.ts';
import type { LeaveReason, Parted, Room, Seat } from '../game/state.ts';
import { full } from '../ops/memory.ts';
import { addressKey } from '../people/address.ts';
import { verifyPassword } from '../people/password.ts';
import type { User } from '../people/user.ts';
import { type ErrorBody, RecallError, tooMany } from '../protocol/errors.ts';
import type { Services } from '../services.ts';
import { hashOf, type Ticket } from '../table/passes.ts';
import type { ReservedSeats } from '../table/reservedSeats.ts';
import { isRefused, type Outcome } from '../table/table.ts';

/** Somebody who wants into one room. */
export interface AdmitRequest {
  /** The call that they came by. Random join enters only rooms that start by themselves, and none where the user sits. */
  readonly by: 'create' | 'joinById' | 'random';
  readonly user: User;
  /** Where the call comes from; undefined where that is unknown. */
  readonly address: string | undefined;
  /** How the player is shown. */
  readonly name: string;
  readonly dealNonce: string;
  /** The client has said that it takes part in deals. */
  readonly dealPart: boolean;
  /** The client wants what it misses, whenever it comes back. */
  readonly events: boolean;
  readonly password?: string | undefined;
  /** What their connection is going to show (passes.ts). */
  readonly pass: string;
}

/**
 * What `admit` answers: the session id of the user's seat. A refusal is a value, since an error would lose its code on the
 * way between two processes.
 */
export type Answer = { readonly admitted: string } | { readonly refused: ErrorBody };

/** What admission needs of the room, and of the process. */
export interface Host {
  readonly room: Room;
  submit(command: Command): Promise<Outcome>;
  issue(pass: string, ticket: Ticket): void;
}
export type AdmissionServices = Pick<Services, 'memory' | 'lapses' | 'attempts' | 'comings' | 'chance'>;

/**
 * `RecallRoom.admit`: whether a user may enter, and their seat, reserved in the same step, so that two can't pass for the
 * last one. Checked in the order of protocol.md 2 (token and room come before, in matchmaking.ts). Nothing is changed by
 * a refusal, but for the count of wrong passwords.
 */
export async function admit(
  host: Host,
  reserved: ReservedSeats,
  request: AdmitRequest,
  services: AdmissionServices,
): Promise<Answer> {
  const { by, user, address, name, dealNonce, dealPart, events, pass } = request;
  const seeker = { userId: user.id, guest: user.guest, address };
  if (!seatByUser(host.room, user.id)) {
    if (services.memory.isFull) return { refused: full().body };
    // Others at their address keep nobody out who has sat here before.
    const from = isKnown(host.room, user.id) ? undefined : address;
    const wait = await services.lapses.wait({ ...seeker, address: from }, host.room.roomId);
    if (wait !== null) return { refused: lapsed(wait).body };
  }
  const password = await comparePassword(host.room, request, services);
  if (password instanceof RecallError) return { refused: password.body };

  const comings = await countComing(host.room, request, services);
  if (comings instanceof RecallError) return { refused: comings.body };

  const { id: userId, generation } = user;
  const sessionId = services.chance.freshId();
  const who = { userId, name, dealNonce, dealPart, events, sessionId, generation, pass: hashOf(pass) };
  const enter = { type: 'enter', who, roles: user.roles, password, random: by === 'random' } as const;
  const outcome = await host.submit(enter);
  if (isRefused(outcome)) {
    await comings.takeBack();
    const { refused, message, retryAfterMs } = outcome;
    return { refused: new RecallError(refused, message, retryAfterMs).body };
  }

  const seat = seatByUser(outcome.room, user.id);
  if (!seat) return { refused: { code: 'ROOM_NOT_FOUND', message: 'This room is closed.' } };
  if (by === 'random' && seat.sessionId !== who.sessionId) {
    return { refused: { code: 'NOT_ALLOWED', message: 'You sit in this room already.' } };
  }
  if (seat.attendance === 'reserved') reserved.add(seat.sessionId, seeker);
  host.issue(pass, { sessionId: seat.sessionId, user, wayIn: wayInOf(seat, by), events });
  return { admitted: seat.sessionId };
}

/** Counts a newcomer at their address; the owner, and who has sat here before, come as often as the rules let them. */
async function countComing(
  room: Room,
  { by, user, address }: AdmitRequest,
  { comings }: AdmissionServices,
): Promise<{ takeBack(): Promise<void> } | RecallError> {
  if (by === 'create' || seatByUser(room, user.id) || isKnown(room, user.id)) return { takeBack: async () => {} };
  const key = `${room.roomId} ${addressKey(user.guest, address)}`;
  const wait = await comings.use(key);
  if (wait !== null) return tooMany('TOO_MANY_REQUESTS', wait, 'too many come into this room from your address');
  return { takeBack: () => comings.giveBack(key) };
}

/** Whoever didn't come for the seat that was reserved for them waits before the next. @param waitMs how long */
const lapsed = (waitMs: number): RecallError => tooMany('TOO_MANY_REQUESTS', waitMs, 'a reserved seat was not taken');

/**
 * `RecallRoom.comeBack`: the session id of the seat that a reconnection token is for. Nothing is given by it yet.
 * @param seat that the token is for, or was
 */
export function comeBack(seat: Seat | Parted | undefined): Answer {
  if (seat && !('reason' in seat)) return { admitted: seat.sessionId };
  return { refused: deadTokens[seat?.reason ?? 'lapsed'] ?? staleToken };
}

const staleToken: ErrorBody = {
  code: 'UNAUTHENTICATED',
  message: 'the reconnection token is not good any more: join the room by its id',
};
const deadTokens: { readonly [Reason in LeaveReason]?: ErrorBody } = {
  signed_out: { code: 'UNAUTHENTICATED', message: 'signed out: sign in again' },
  kicked: { code: 'KICKED', message: 'the owner of the room has shown you out' },
};

/** Who has only had a reservation so far has not sat there yet. */
function wayInOf(seat: Seat, by: AdmitRequest['by']): Ticket['wayIn'] {
  if (seat.attendance !== 'reserved') return 'already';
  return by === 'create' ? 'created' : 'joined';
}

/**
 * How the password that came compares to the room's; looked at only where it matters, since that is work.
 * @returns the refusal where too many wrong ones were tried: then the right one is refused too.
 */
async function comparePassword(
  room: Room,
  { user, address, password }: AdmitRequest,
  { attempts }: AdmissionServices,
): Promise<'none' | 'wrong' | 'right' | RecallError> {
  if (password === undefined || seatByUser(room, user.id)) return 'none';
  if (isKicked(room, user.id)) return 'none';
  // Everything but the password: who is not on the list can't try any, and the owner needs none.
  if (refuseUnlessGuest(room, user.id, user.roles, 'right')) return 'none';
  if (!refuseUnlessGuest(room, user.id, user.roles, 'none')) return 'none';

  const { roomId } = room;
  const { id: userId, guest } = user;
  const attempt = await attempts.begin({ userId, guest, address, roomId, known: isKnown(room, userId) });
  if ('retryAfterMs' in attempt) return tooMany('TOO_MANY_ATTEMPTS', attempt.retryAfterMs);
  try {
    if (!(await verifyPassword(password, room.settings.passwordHash, addressKey(guest, address)))) return 'wrong';
  } catch (error) {
    await attempt.takeBack();
    if (error instanceof RecallError) return error;
    throw error;
  }
  await attempt.takeBack();
  return 'right';
}
