import type { Room } from './state.ts';

/** What a room knows of who its people are, and how that is forgotten: everything but what others have seen them do. */

/** How somebody is called who was erased. */
export const erasedName = 'Somebody';

const isOf = (userId: string) => (one: { readonly userId: string }) => one.userId === userId;

/** Whether the room knows a user in any way. */
export const isNamed = ({ ownerId, seats, kicked, comers, known, settings }: Room, userId: string): boolean =>
  ownerId === userId ||
  seats.some((seat) => seat?.userId === userId) ||
  [...kicked, ...comers].some(isOf(userId)) ||
  [...known, ...settings.allowedUsers].includes(userId);

/** The room without that user. In an old journal whoever was erased since has no id any more: all of them are then one. */
export function without(room: Room, userId: string): Partial<Room> {
  const other = (one: { readonly userId: string }) => !isOf(userId)(one);
  const otherId = (id: string) => id !== userId;
  return {
    ownerId: room.ownerId === userId ? '' : room.ownerId,
    seats: room.seats.map((seat) =>
      seat && !seat.isBot && seat.userId === userId ? { ...seat, userId: '', name: erasedName } : seat,
    ),
    kicked: room.kicked.filter(other),
    comers: room.comers.filter(other),
    known: room.known.filter(otherId),
    settings: { ...room.settings, allowedUsers: room.settings.allowedUsers.filter(otherId) },
  };
}
