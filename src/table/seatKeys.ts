import { randomBytes } from 'node:crypto';
import { isPerson, persons, phaseOf, seatBySession } from '../game/room.ts';
import type { LeaveReason, Parted, Room, Seat } from '../game/state.ts';
import type { Clock } from '../ops/clock.ts';
import { hasExpired, type User } from '../people/user.ts';
import { closeCodes } from '../protocol/errors.ts';
import { hashOf, Passes, type Ticket } from './passes.ts';

/**
 * What a connection shows: the pass of one reservation (passes.ts), or the reconnection token of the seat; with that, the
 * schema of the state that it has a decoder of, where it keeps one.
 */
export type Secret = { readonly pass: string } | { readonly token: string; readonly schema?: string };

/**
 * Whom a secret lets in. Where it lets nobody in: the code that a dead reconnection token is closed with, or undefined for
 * a pass that isn't good.
 */
export type Holder = Ticket | number | undefined;

/** A new reconnection token. It has no colon, at which SDKs part it from the room's id. */
export const freshToken = (): string => randomBytes(16).toString('base64url');

/**
 * What lets a connection into a seat of one room. A pass, once: that of this very reservation, whose hash is in the journal,
 * so that it outlives this process; or one that was issued to who sits there, for another device. And the seat's
 * reconnection token, as often as needed, until somebody sits down there by a pass.
 */
export class SeatKeys {
  readonly #clock: Clock;
  readonly #room: () => Room;
  readonly #passes: Passes;
  /** Who sits in each seat, as their own token said when they came. */
  readonly #users = new Map<string, User>();

  constructor(clock: Clock, room: () => Room) {
    this.#clock = clock;
    this.#room = room;
    this.#passes = new Passes(clock);
  }

  issue(pass: string, ticket: Ticket): void {
    this.#passes.issue(pass, ticket);
  }

  /** As `Threshold.holder`. */
  holder(sessionId: string, secret: Secret): Holder {
    const seat = seatBySession(this.#room(), sessionId);
    return 'token' in secret ? this.#byToken(sessionId, seat, secret.token) : this.#byPass(seat, secret.pass);
  }

  /** As `Threshold.seat`. */
  seat(ticket: Ticket, secret: Secret): void {
    if ('pass' in secret) this.#passes.spend(secret.pass, ticket);
    this.#users.set(ticket.sessionId, ticket.user);
  }

  /** The seat that a reconnection token is for, or was, where that is known. */
  seatOf(token: string): Seat | Parted | undefined {
    if (token === '') return undefined;
    const is = (one: Seat | Parted) => one.token === token;
    return persons(this.#room()).find(is) ?? this.#room().parted.find(is);
  }

  /** The seat was given up. */
  forget(sessionId: string): void {
    this.#users.delete(sessionId);
  }

  /** Everybody who has a seat. */
  users(): readonly User[] {
    return persons(this.#room()).map((seat) => this.#userOf(seat));
  }

  #byPass(seat: Seat | null, pass: string): Holder {
    if (!isPerson(seat)) return undefined;
    const issued = this.#passes.look(pass, seat.sessionId) ?? this.#reserved(seat, pass);
    return issued === undefined || issued === 'spent' || hasExpired(issued.user, this.#clock.now())
      ? undefined
      : issued;
  }

  /** The pass was issued by another process. */
  #reserved(seat: Seat, pass: string): Ticket | undefined {
    if (seat.attendance !== 'reserved' || seat.pass === '' || seat.pass !== hashOf(pass)) return undefined;
    if (seat.until <= this.#clock.now()) return undefined;
    const { ownerId, openedAt } = this.#room();
    const wayIn = seat.userId === ownerId && seat.joinedAt === openedAt ? 'created' : 'joined';
    return { sessionId: seat.sessionId, user: this.#userOf(seat), wayIn };
  }

  #byToken(sessionId: string, seat: Seat | null, token: string): Holder {
    if (token !== '' && isPerson(seat) && seat.token === token) return this.#returning(seat);
    const parted = this.#room().parted.find((one) => one.sessionId === sessionId && one.token === token);
    if (parted) return partedCodes[parted.reason] ?? closeCodes.seatGone;
    return isPerson(seat) ? closeCodes.replaced : closeCodes.seatGone;
  }

  /** The seat stays its player's until the match ends, whatever becomes of the token that they signed in with. */
  #returning(seat: Seat): Holder {
    const user = this.#userOf(seat);
    const isOver = phaseOf(this.#room()) === 'finished' && hasExpired(user, this.#clock.now());
    return isOver ? closeCodes.signedOut : { sessionId: seat.sessionId, user, wayIn: 'back' };
  }

  /** Who came through another process was let in there, and had signed in before. */
  #userOf({ sessionId, userId, name, generation }: Seat): User {
    const unknown = { id: userId, name, roles: [], guest: false, generation, tokenHash: '', expiresAt: undefined };
    return this.#users.get(sessionId) ?? unknown;
  }
}

const partedCodes: { readonly [Reason in LeaveReason]?: number } = {
  left: closeCodes.left,
  kicked: closeCodes.kicked,
  signed_out: closeCodes.signedOut,
};
