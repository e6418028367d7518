import { hashOfUser } from '../people/user.ts';
import type { Services } from '../services.ts';
import { LobbyRoom } from './lobby/lobbyRoom.ts';
import { RecallRoom } from './recallRoom.ts';

/** Who signs out or is banned, in whichever process, gives up their seats here, and their connections are closed, in every room. */
export async function followSignOuts(services: Pick<Services, 'revocations' | 'usersHere' | 'log'>): Promise<void> {
  const { revocations, usersHere, log } = services;
  await revocations.onSignOut(
    async (userId) => {
      const why = await whyGone(services, userId);
      for (const room of [...usersHere.roomsOf(userId), ...lobby()]) {
        void Promise.resolve(room.signOut(userId, why)).catch((err: unknown) =>
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

/** What they are told by the code that their connections are closed with. Where it can't be looked up, they go all the same. */
async function whyGone(
  { revocations, log }: Pick<Services, 'revocations' | 'log'>,
  userId: string,
): Promise<'signed out' | 'banned'> {
  try {
    return (await revocations.look(userId, '')).bannedUntil === null ? 'signed out' : 'banned';
  } catch (err) {
    log.debug({ err, user: hashOfUser(userId) }, 'whether somebody is banned could not be looked up');
    return 'signed out';
  }
}

/** The same for those who have signed out, or were banned, while nobody could be told here. */
export async function partWithSignedOut(
  { revocations, log }: Pick<Services, 'revocations' | 'log'>,
  room: RecallRoom | LobbyRoom,
): Promise<void> {
  for (const user of room.users()) {
    try {
      const why = await revocations.refuses(user);
      if (why) await room.signOut(user.id, why);
    } catch (err) {
      log.warn({ err, roomId: room.roomId, user: hashOfUser(user.id) }, 'who has signed out may still sit in a room');
    }
  }
}
