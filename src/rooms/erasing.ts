import type { Everywhere } from '../cluster/everywhere.ts';
import type { Services } from '../services.ts';
import { RecallRoom } from './recallRoom.ts';

/** Who is erased, in whichever process that was asked for, is known here no more: not to be there, and in no room. */
export function followErasing(everywhere: Everywhere, { presence }: Pick<Services, 'presence'>): Promise<void> {
  return everywhere.follow(async (userId) => {
    presence.forget(userId);
    const erased = await Promise.all([...RecallRoom.here].map((room) => room.erase(userId)));
    return erased.filter(Boolean).length;
  });
}
