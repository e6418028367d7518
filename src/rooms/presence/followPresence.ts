import type { Presence } from '@colyseus/core';
import { presenceChannel } from '../../people/presence.ts';
import type { PersonPresence } from '../../protocol/toClient.ts';
import { RecallRoom } from '../RecallRoom.ts';

/** Tells the people who share a room of this process with a user how that user is from now on. */
export async function followPresence(presence: Presence): Promise<void> {
  await presence.subscribe(presenceChannel, (change: PersonPresence) => {
    for (const room of RecallRoom.here) room.tellOfPresence(change);
  });
}
