import { maxPage } from '../protocol/queries.ts';
import type { PersonPresence } from '../protocol/toClient.ts';
import { type PresenceSources, presenceOf } from './presenceOf.ts';
import type { UsersHere } from './usersHere.ts';

/** Tells the people who share a room of this process with a user how that user is from now on. */
export async function followPresence(services: PresenceSources & { readonly usersHere: UsersHere }): Promise<void> {
  const { presenceStore, usersHere, log } = services;
  const tell = (change: PersonPresence) => {
    for (const room of usersHere.roomsOf(change.user_id)) room.tellOfPresence(change);
  };
  /** Who has changed meanwhile nobody knows: all are told of. */
  const fillGap = async () => {
    const userIds = usersHere.all();
    for (let i = 0; i < userIds.length; i += maxPage) {
      const { presence } = await presenceOf(services, userIds.slice(i, i + maxPage));
      for (const one of presence) tell(one);
    }
  };
  await presenceStore.follow(tell, () => {
    fillGap().catch((err) => log.warn({ err }, 'some may see others as they were before Redis was away'));
  });
}
