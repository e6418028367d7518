import type { AllRoomsQuery, PresenceQuery, PublicRoomsQuery, RoomFilter } from './queries.ts';

/** What a client may say in any room, and its payload (protocol.md, 3). The validators: `schemas/fromPerson.ts`. */
export interface PersonPayloads {
  get_public_rooms: PublicRoomsQuery;
  list_rooms: AllRoomsQuery;
  user_joined_rooms: Record<string, never>;
  get_presence: PresenceQuery;
}
export type PersonMessage = keyof PersonPayloads;

/** What a client may say in a lobby (protocol.md, 4). */
export interface VisitorPayloads extends PersonPayloads {
  filter: RoomFilter;
  ping: Record<string, never>;
}
export type VisitorMessage = keyof VisitorPayloads;

/** The options of `client.joinOrCreate("lobby", options)`. */
export interface LobbyOptions {
  filter?: RoomFilter | undefined;
}
