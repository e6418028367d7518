import { type Trouble, troubleOf } from '../../packages/recall-protocol/src/trouble.ts';
import { playerName } from '../state/playerName.ts';
import { forgetAll } from '../state/stored.ts';
import { client } from './client.ts';

/**
 * Has the server erase this player, and this browser forget them.
 * @returns why that could not be done, or null
 */
export async function eraseMe(): Promise<Trouble | null> {
  try {
    if (client.auth.token) await client.http.delete('/users/me');
  } catch (error) {
    // Whom the server doesn't know any more it has erased, or never had.
    const trouble = troubleOf(error);
    if (trouble !== 'UNAUTHENTICATED') return trouble;
  }
  await client.auth.signOut();
  playerName.value = '';
  forgetAll();
  return null;
}
