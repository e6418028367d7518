import { setImmediate } from 'node:timers/promises';
import { type BeforeUpgradeHandler, type Client, matchMaker, Room } from '@colyseus/core';
import { closeCodes, codes } from '../protocol/errors.ts';
import { reservationMs, type Ticket } from './passes.ts';
import type { Services } from './services.ts';

/**
 * How a connection gets to its seat. Colyseus keeps one reservation for a session id, and each takes the place of the one
 * before: a seated user who asks for their seat again (from a second device, or a page that was loaded again) would
 * break the connection's own way back by the mere asking. So a matchmaking call is answered with a pass, and Colyseus'
 * reservation is made here, when the connection has come: then whoever sat there before has to go.
 */
export function receiveConnections(services: Services): BeforeUpgradeHandler {
  return async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    const [, processId = '', roomId = ''] = /\/([\w-]+)\/([\w-]+)$/.exec(pathname) ?? [];
    const sessionId = searchParams.get('sessionId') ?? '';
    const room = matchMaker.getLocalRoomById(roomId);
    // Where there is no room or no reservation, Colyseus itself refuses the connection, in a way that the SDKs understand.
    if (!room) return undefined;
    // Its list of rooms is an object, which has `constructor` and the like without being told.
    if (!(room instanceof Room)) return new Response(null, { status: codes.ROOM_NOT_FOUND });

    const returns = searchParams.has('reconnectionToken');
    const ticket = returns ? seated(room, sessionId) : services.passes.use(passIn(processId), roomId, sessionId);
    if (!ticket) return undefined;
    // The seats of a user who signs out are given up, but not in the same moment.
    const refusal = await refusalOf(services, ticket);
    if (refusal) return new Response(null, { status: refusal });
    if (!returns) await makeWay(room, ticket);
    return undefined;
  };
}

/** @returns the status to refuse with. 503 makes an SDK that comes back try again. */
async function refusalOf(
  { revocations, connections, config }: Services,
  { user }: Ticket,
): Promise<number | undefined> {
  if (connections.of(user.id).length >= config.maxConnectionsUser) return codes.TOO_MANY_REQUESTS;
  try {
    return (await revocations.refuses(user)) ? codes.UNAUTHENTICATED : undefined;
  } catch {
    return codes.UNAVAILABLE;
  }
}

/** What a client connects by. */
export type SeatReservation = ReturnType<typeof matchMaker.buildSeatReservation>;

/** Every SDK puts the process id of its reservation into the address that it connects to, where nothing else needs it. */
export function withPass(reservation: SeatReservation, pass: string): SeatReservation {
  return { ...reservation, processId: `${reservation.processId}-${pass}` };
}

const passIn = (processId: string): string => processId.slice(processId.lastIndexOf('-') + 1);

/** What we need of what a room keeps to itself; arrival.test.ts tries it against the installed version. */
interface Inside {
  /** By session id: the options, what becomes `client.auth`, whether a connection has taken it, whether it is a held seat. */
  readonly _reservedSeats: Record<string, [unknown, Ticket | undefined, boolean, boolean?]>;
  /** By reconnection token: the session id, and the wait for its return. */
  readonly _reconnections: Record<string, [string, { reject(reason: Error): void }]>;
  _reserveSeat(sessionId: string, options: object, auth: Ticket, seconds: number): Promise<boolean>;
  _onLeave(client: Client, code: number): Promise<void>;
}
const inside = (room: Room) => room as unknown as Inside;

/** Whom the seat's connection belongs to, or the one that may return. */
const seated = (room: Room, sessionId: string): Ticket | undefined =>
  inside(room)._reservedSeats[sessionId]?.[1] ?? room.clients.get(sessionId)?.auth;

/** Of every connection to the room, and of every seat that waits for one. */
export function ticketsOf(room: Room): readonly Ticket[] {
  const waiting = Object.values(inside(room)._reservedSeats).map(([, ticket]) => ticket);
  return [...room.clients.map(({ auth }) => auth as Ticket | undefined), ...waiting].filter((ticket) => !!ticket);
}

/** Closes the older connection to the seat, ends the wait for its return, and reserves the seat for the new one. */
async function makeWay(room: Room, ticket: Ticket): Promise<void> {
  const { sessionId } = ticket;
  if (isBeingTaken(room, sessionId)) return;
  const older = room.clients.get(sessionId);
  if (older) await close(room, older, closeCodes.replaced);
  await endWait(room, sessionId);
  // Of two that have come so far at once, one gets the seat; the other is refused by Colyseus.
  if (isBeingTaken(room, sessionId)) return;
  await inside(room)._reserveSeat(sessionId, {}, ticket, reservationMs / 1000);
}

/** Whether a new connection is about to sit down there. */
function isBeingTaken(room: Room, sessionId: string): boolean {
  const reserved = inside(room)._reservedSeats[sessionId];
  return reserved !== undefined && !reserved[3];
}

/**
 * Closes a connection to the room. It has left when this resolves, even where the other end doesn't answer.
 * @param leftWith what the room takes it for
 */
export async function close(room: Room, client: Client, code: number, leftWith = code): Promise<void> {
  const socket = client.ref as Client['ref'] & { onleave: () => void };
  socket.removeAllListeners('message');
  socket.removeListener('close', socket.onleave);
  await inside(room)._onLeave(client, leftWith);
  client.leave(code);
}

/** From now on nobody returns by the token of a connection that was lost. */
async function endWait(room: Room, sessionId: string): Promise<void> {
  const waits = Object.values(inside(room)._reconnections).filter(([of]) => of === sessionId);
  for (const [, wait] of waits) wait.reject(new Error('replaced by a newer connection'));
  // Colyseus lets go of the seat some microtasks later.
  if (waits.length > 0) await setImmediate();
}
