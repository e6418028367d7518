import type { Presence } from '@colyseus/core';
import { roomsOf } from '../cluster/roomLists.ts';
import type { Services } from './services.ts';

/** Every process listens on it for the ids of users whose list of rooms has changed. */
const channel = 'recall:user_rooms';

/** Sends a user's list of rooms to all their connections, whenever it changes. */
export async function followUserRooms(services: Services, presence: Presence): Promise<void> {
  const { connections, log } = services;
  await presence.subscribe(channel, async (userIds: readonly string[]) => {
    for (const userId of userIds) {
      if (connections.of(userId).length === 0) continue;
      const list = await roomsOf(services, userId).catch((err) => {
        log.debug({ err, userId }, 'a list of rooms could not be sent');
      });
      if (list) for (const connection of connections.of(userId)) connection.send('user_joined_rooms', list);
    }
  });
}

/** Tells every process whose list of rooms has changed. */
export async function tellOfUserRooms(presence: Presence, userIds: readonly string[]): Promise<void> {
  await presence.publish(channel, userIds);
}
