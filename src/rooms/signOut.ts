import { matchMaker, type Presence } from '@colyseus/core';
import { LobbyRoom } from './lobby/LobbyRoom.ts';
import { roomType } from './matchmaking.ts';
import type { RecallRoom } from './RecallRoom.ts';
import type { Services } from './services.ts';

/** Every process listens on it for the ids of users who sign out, wherever they do. */
const channel = 'recall:signed_out';

/** Who signs out gives up their seats, and their connections are closed, in every room. */
export async function followSignOuts({ revocations, log }: Services, presence: Presence): Promise<void> {
  revocations.onSignOut((userId) => presence.publish(channel, userId));
  await presence.subscribe(channel, async (userId: string) => {
    LobbyRoom.here?.signOut(userId);
    const rooms = await matchMaker.query({ name: roomType, processId: matchMaker.processId });
    for (const { roomId } of rooms) {
      const room = matchMaker.getLocalRoomById(roomId) as RecallRoom | undefined;
      await room
        ?.signOut(userId)
        .catch((error: unknown) => log.error({ err: error, roomId, userId }, 'a sign-out failed'));
    }
  });
}
