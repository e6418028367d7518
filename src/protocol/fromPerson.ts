import { z } from 'zod';
import { allRoomsQuery, presenceQuery, publicRoomsQuery, roomFilter } from './queries.ts';

/** What a client may say in any room (protocol.md, 3). */
export const fromPerson = {
  get_public_rooms: publicRoomsQuery,
  list_rooms: allRoomsQuery,
  user_joined_rooms: z.strictObject({}),
  get_presence: presenceQuery,
};
export type PersonMessage = keyof typeof fromPerson;

/** What a client may say in a lobby (protocol.md, 4). */
export const fromVisitor = { ...fromPerson, filter: roomFilter, ping: z.strictObject({}) };
export type VisitorMessage = keyof typeof fromVisitor;

/** The options of `client.joinOrCreate("lobby", options)`. */
export const lobbyOptions = z.strictObject({ filter: roomFilter.default({}) });
