import { hashOfUser } from '../people/user.ts';
import type { Services } from '../services.ts';
import { LobbyRoom } from './lobby/lobbyRoom.ts';
import { RecallRoom } from './recallRoom.ts';

/** Who signs out, in whichever process, gives up their seats here, and their connections are closed, in every room. */
export async function followSignOuts(services: Pick<Services, 'revocations' | 'usersHere' | 'log'>): Promise<void> {
  const { revocations, usersHere, log } = services;
  await revocations.onSignOut(
    (userId) => {
      for (const room of [...usersHere.roomsOf(userId), ...lobby()]) {
        void Promise.resolve(room.signOut(userId)).catch((err: unknown) =>
          log.error({ err, roomId: room.roomId, user: hashOfUser(userId) }, 'a sign-out failed'),
        );
      }
    },
    () => {
      for (const room of [...RecallRoom.here, ...lobby()]) void partWithSignedOut(services, room);
    },
  );
}

const lobby = (): LobbyRoom[] => (LobbyRoom.here ? [LobbyRoom.here] : []);

/** The same for those who have signed out while nobody could be told here. */
export async function partWithSignedOut(
  { revocations, log }: Pick<Services, 'revocations' | 'log'>,
  room: RecallRoom | LobbyRoom,
): Promise<void> {
  for (const user of room.users()) {
    try {
      if (await revocations.refuses(user)) await room.signOut(user.id);
    } catch (err) {
      log.warn({ err, roomId: room.roomId, user: hashOfUser(user.id) }, 'who has signed out may still sit in a room');
    }
  }
}
