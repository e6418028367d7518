import { matchMaker } from '@colyseus/core';
import { listingOf } from '../../colyseus/seats.ts';
import { type SeatReservation, withPass } from '../../matchmaking/arrival.ts';
import { full } from '../../ops/memory.ts';
import type { User } from '../../people/user.ts';
import { RecallError } from '../../protocol/errors.ts';
import { roomTypes } from '../../protocol/roomTypes.ts';
import { lobbyOptions } from '../../protocol/schemas/fromPerson.ts';
import { parse } from '../../protocol/schemas/parse.ts';
import type { Services } from '../../services.ts';
import { freshPass } from '../../table/passes.ts';
import { LobbyRoom, type Visit } from './lobbyRoom.ts';

/**
 * Lets a user into the lobby of this process.
 * @param sent options, as the client sent them
 * @throws RecallError INVALID_OPTIONS
 */
export async function enterLobby(
  services: Services,
  user: User,
  method: string,
  sent: unknown,
): Promise<SeatReservation> {
  if (method !== 'joinOrCreate') throw new RecallError('INVALID_OPTIONS', 'enter the lobby by joinOrCreate');
  const { filter } = parse(lobbyOptions, sent);
  if (services.memory.isFull) throw full();
  const lobby = LobbyRoom.here ?? (await open());
  const visit: Visit = { sessionId: services.chance.freshId(), user, wayIn: 'joined', filter };
  const pass = freshPass();
  lobby.admit(pass, visit);
  return withPass(matchMaker.buildSeatReservation(listingOf(lobby), visit.sessionId), pass);
}

let opening: Promise<LobbyRoom> | undefined;

/** Those who come while it is being opened wait for the same. */
function open(): Promise<LobbyRoom> {
  opening ??= make().finally(() => {
    opening = undefined;
  });
  return opening;
}

async function make(): Promise<LobbyRoom> {
  await matchMaker.handleCreateRoom(roomTypes.lobby, {});
  if (!LobbyRoom.here) throw new RecallError('UNAVAILABLE', 'the lobby could not be opened: try again');
  return LobbyRoom.here;
}
