import type { Presence } from '@colyseus/core';
import { roomsOf } from '../cluster/roomLists.ts';
import { pace } from './pace.ts';
import type { Services } from './services.ts';

/** Every process listens on it for the ids of users whose list of rooms has changed. */
const channel = 'recall:user_rooms';

/** Between two lists for one user, ms: who opens many rooms would else be sent all of them for each, on each connection. */
const pushEveryMs = 1000;

/** Sends a user's list of rooms to all their connections when it changes: the first change at once, the last one always. */
export async function followUserRooms(services: Services, presence: Presence): Promise<void> {
  const { connections, clock } = services;
  const push = pace((userId) => pushList(services, userId), pushEveryMs, clock);
  await presence.subscribe(channel, (userIds: readonly string[]) => {
    for (const userId of userIds) if (connections.of(userId).length > 0) push(userId);
  });
}

async function pushList(services: Services, userId: string): Promise<void> {
  const { connections, log } = services;
  try {
    const list = await roomsOf(services, userId);
    for (const connection of connections.of(userId)) connection.send('user_joined_rooms', list);
  } catch (err) {
    log.debug({ err, userId }, 'a list of rooms could not be sent');
  }
}

/** Tells every process whose list of rooms has changed. */
export async function tellOfUserRooms(presence: Presence, userIds: readonly string[]): Promise<void> {
  await presence.publish(channel, userIds);
}
