import type { IncomingMessage } from 'node:http';
import {
  type AuthContext,
  type BeforeUpgradeHandler,
  type Client,
  matchMaker,
  Room,
  ServerError,
} from '@colyseus/core';
import type WebSocket from 'ws';
import { close, isArriving, reserve, withdraw } from '../colyseus/seats.ts';
import { refusals } from '../ops/metrics.ts';
import { type Code, closeCodeOf, closeCodes, codes } from '../protocol/errors.ts';
import type { Services } from '../services.ts';
import type { Pinged } from '../sockets/pings.ts';
import { ClientTransport } from '../sockets/transport.ts';
import type { Ticket } from '../table/passes.ts';
import type { Holder, Secret } from '../table/seatKeys.ts';
import { readToken } from './clientToken.ts';

/**
 * How a connection gets to its seat. Colyseus keeps one reservation for a session id, and gives it to whoever names that:
 * but it is public, everybody at the table knows it. So each connection shows a secret, and Colyseus' reservation is made
 * here, in the one synchronous step in which the secret is checked, a pass is used up, and Colyseus gives the seat: nobody
 * else can come in between. Whoever sat there before has gone until then.
 */

/** A room, as the connections see it that come to it. Every room of ours is one. */
export interface Threshold {
  /** Who may sit down in that seat by this secret. Changes nothing. */
  holder(sessionId: string, secret: Secret): Holder;
  /** They do. */
  seat(ticket: Ticket, secret: Secret): void;
}

/** Where a connection wants to go, and by what. */
interface Key {
  readonly roomId: string;
  readonly sessionId: string;
  readonly secret: Secret;
}

/** What came of a first look at a connection that may have its handshake. */
interface Arrival {
  readonly key: Key;
  /** Its token is certainly dead: it is closed with this code. An SDK would try a refused handshake fifteen times. */
  readonly closeWith?: number;
}

type Needs = Pick<Services, 'revocations' | 'connections' | 'config' | 'recovery'>;

/** By what Colyseus passes on from the request to the connection. */
const arrivals = new WeakMap<AuthContext, Arrival>();
/** Whom each connection was checked for. */
const seated = new WeakMap<object, Ticket>();

/**
 * The first look at a connection, before its handshake: what takes time is done here, and nothing is given yet. A first
 * connection without a good pass is refused with 401. 503 makes an SDK that comes back try again.
 */
export function receiveConnections(services: Needs): BeforeUpgradeHandler {
  return async (request, context) => {
    const key = keyIn(new URL(request.url));
    if (!key) return undefined;
    const verdict = await examine(services, key);
    if ('refuse' in verdict) {
      refusals.inc({ by: 'connection', code: verdict.refuse });
      return new Response(null, { status: codes[verdict.refuse] });
    }
    arrivals.set(context, { key, ...verdict });
    return undefined;
  };
}

type Verdict = { readonly refuse: Code } | { readonly closeWith?: number };

async function examine(services: Needs, key: Key): Promise<Verdict> {
  const { roomId, sessionId, secret } = key;
  const room = roomAt(roomId);
  if (!room) return examineWithoutRoom(services, key);
  const holder = room.holder(sessionId, secret);
  if (holder === undefined) return { refuse: 'UNAUTHENTICATED' };
  if (typeof holder === 'number') return { closeWith: holder };
  const { revocations, connections, config } = services;
  if (connections.of(holder.user.id).length >= config.maxConnectionsUser) return { refuse: 'TOO_MANY_REQUESTS' };
  try {
    // The seats of a user who signs out are given up, but not in the same moment.
    const why = await revocations.refuses(holder.user);
    if (why) return dead(secret, closeCodeOf[why]);
  } catch {
    return { refuse: 'UNAVAILABLE' };
  }
  await makeWay(room, key);
  return {};
}

/** The journal alone knows whether a room is over. */
async function examineWithoutRoom({ recovery }: Needs, { roomId, secret }: Key): Promise<Verdict> {
  const where = await recovery.bring(roomId).catch(() => 'unknown');
  if (where !== 'nowhere') return { refuse: 'UNAVAILABLE' };
  return dead(secret, roomId.startsWith('room_') ? closeCodes.roomClosed : closeCodes.seatGone);
}

const dead = (secret: Secret, closeWith: number): Verdict =>
  'token' in secret ? { closeWith } : { refuse: 'UNAUTHENTICATED' };

/** Closes the older connection to the seat, for who may take it. */
async function makeWay(room: Room & Threshold, { sessionId, secret }: Key): Promise<void> {
  const older = room.clients.get(sessionId);
  // What was looked up took a while.
  const mayStill = typeof room.holder(sessionId, secret) === 'object';
  if (older && mayStill && !isArriving(room, sessionId)) await close(room, older, closeCodes.replaced);
}

/** An SDK measures once, or a few times for a mean. */
const maxMeasurings = 20;

/** A connection gets its seat here or not at all. */
export class SeatTransport extends ClientTransport {
  /** Called when the handshake is done. Colyseus takes the reservation before its first `await`. */
  protected override async onConnection(
    socket: Pinged,
    request: IncomingMessage,
    upgrade: { url: URL; context: AuthContext },
  ): Promise<void> {
    const key = keyIn(upgrade.url);
    // Without a room and a session it is Colyseus' measuring of the way there and back, which answers whatever is said.
    if (!key) {
      let said = 0;
      socket.on('message', () => {
        if (++said > maxMeasurings) socket.terminate();
      });
      return super.onConnection(socket, request, upgrade);
    }
    const given = giveSeat(key, arrivals.get(upgrade.context));
    if (typeof given === 'number') return turnAway(socket, given);
    const { room, ticket } = given;
    seated.set(socket, ticket);
    const joining = super.onConnection(socket, request, upgrade);
    withdraw(room, ticket.sessionId);
    await joining;
  }
}

/** The second look, and the seat. @returns the code to close the connection with where it gets none. */
function giveSeat(key: Key, arrival: Arrival | undefined): { room: Room & Threshold; ticket: Ticket } | number {
  const { roomId, sessionId, secret } = key;
  // The first look was at what a client makes of the address and the host; this is what Colyseus goes by.
  if (!arrival || JSON.stringify(arrival.key) !== JSON.stringify(key)) return closeCodes.seatGone;
  if (arrival.closeWith !== undefined) return arrival.closeWith;
  const room = roomAt(roomId);
  if (!room) return closeCodes.mayReconnect;
  const ticket = room.holder(sessionId, secret);
  if (typeof ticket !== 'object') return ticket ?? closeCodes.seatGone;
  // Of two that have come so far at once, one gets the seat.
  if (isArriving(room, sessionId) || room.clients.get(sessionId)) return closeCodes.mayReconnect;
  room.seat(ticket, secret);
  reserve(room, sessionId, ticket);
  return { room, ticket };
}

/** It never gets to be one of Colyseus' clients. Who doesn't close their end is cut off soon. */
function turnAway(socket: WebSocket, code: number): void {
  socket.on('error', () => {});
  socket.close(code);
}

/** The ticket that a connection was let in by. @returns undefined where it is not the one that it sits down with. */
export function ticketOf(client: Client): Ticket | undefined {
  const ticket = seated.get(client.ref);
  return ticket === client.auth && ticket?.sessionId === client.sessionId ? ticket : undefined;
}

/** As Colyseus reads them. Of an address without a pass or a token the pass is empty, which is never good. */
function keyIn({ pathname, searchParams }: URL): Key | undefined {
  const [, processId = '', roomId = ''] = /\/([\w-]+)\/([\w-]+)$/.exec(pathname) ?? [];
  const sessionId = searchParams.get('sessionId') ?? '';
  if (roomId === '' && sessionId === '') return undefined;
  const shown = searchParams.get('reconnectionToken');
  if (shown === null) return { roomId, sessionId, secret: { pass: passIn(processId) } };
  const { token, schema } = readToken(shown);
  // Who asks for no handshake keeps the decoder that an earlier one has brought.
  return { roomId, sessionId, secret: searchParams.has('skipHandshake') ? { token, schema } : { token } };
}

/** What a client connects by. */
export type SeatReservation = ReturnType<typeof matchMaker.buildSeatReservation>;

/** Every SDK puts the process id of its reservation into the address that it connects to, where nothing else needs it. */
export function withPass(reservation: SeatReservation, pass: string): SeatReservation {
  return { ...reservation, processId: `${reservation.processId}-${pass}` };
}

const passIn = (processId: string): string => processId.slice(processId.lastIndexOf('-') + 1);

/** Colyseus' list of rooms is an object, which has `constructor` and the like without being told. */
function roomAt(roomId: string): (Room & Threshold) | undefined {
  const room: unknown = matchMaker.getLocalRoomById(roomId);
  return room instanceof Room ? (room as Room & Threshold) : undefined;
}

/**
 * `RecallRoom.onAuth`, which Colyseus' own matchmaking asks for every client before it reserves a seat. matchmaking.ts
 * stands before that and reserves by `admit`; whatever finds a way around it ends here.
 * @throws ServerError always.
 */
export async function authenticate(): Promise<never> {
  throw new ServerError(codes.UNAUTHENTICATED, 'UNAUTHENTICATED: enter by create, joinById or joinOrCreate');
}
