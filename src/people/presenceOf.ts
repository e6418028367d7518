import type { Log } from '../ops/log.ts';
import { lookUp } from '../ops/lookUp.ts';
import type { PersonAnswers } from '../protocol/answers.ts';
import { type PresenceStore, seenAs } from './presence.ts';
import type { Sessions } from './sessions.ts';

export interface PresenceSources {
  readonly presenceStore: PresenceStore;
  readonly sessions: Pick<Sessions, 'lastSeen'>;
  readonly log: Log;
}

/**
 * How these users are, in the order in which they were asked for, each once.
 * @throws RecallError UNAVAILABLE while it can't be looked up.
 */
export async function presenceOf(
  { presenceStore, sessions, log }: PresenceSources,
  ids: readonly string[],
): Promise<PersonAnswers['get_presence']> {
  const userIds = [...new Set(ids)];
  return lookUp(log, 'who is there', async () => {
    const here = await presenceStore.of(userIds);
    const offline = userIds.filter((userId) => !here.has(userId));
    const seen = offline.length > 0 ? await sessions.lastSeen(offline) : new Map<string, number>();
    const now = Date.now();
    return {
      presence: userIds.map((userId) => {
        const known = here.get(userId);
        return seenAs(userId, known, known ? now : (seen.get(userId) ?? null));
      }),
    };
  });
}
