import { z } from 'zod';
import type { PersonMessage, VisitorMessage } from '../fromPerson.ts';
import { allRoomsQuery, presenceQuery, publicRoomsQuery, roomFilter } from './queries.ts';

/** The validators of what a client may say in any room (protocol.md, 3). */
export const fromPerson = {
  get_public_rooms: publicRoomsQuery,
  list_rooms: allRoomsQuery,
  user_joined_rooms: z.strictObject({}),
  get_presence: presenceQuery,
} satisfies Record<PersonMessage, z.ZodType>;

/** Of what a client may say in a lobby (protocol.md, 4). */
export const fromVisitor = {
  ...fromPerson,
  filter: roomFilter,
  ping: z.strictObject({}),
} satisfies Record<VisitorMessage, z.ZodType>;

/** The options of `client.joinOrCreate("lobby", options)`. */
export const lobbyOptions = z.strictObject({ filter: roomFilter.default({}) });
