import type { PersonPresence } from '../protocol/toClient.ts';

/** How a user who has a connection, or had one until a moment ago, is there. */
export type Here =
  | { readonly status: 'online' }
  /** They last did something then, Unix ms. */
  | { readonly status: 'away'; readonly lastSeenAt: number };

/** Where every process says which users are connected to it: a user is as present as in the process that knows best. */
export interface PresenceStore {
  /**
   * Says of a user how they are in this process. Where they are another thing now than before, in all processes together,
   * every process is told (`presenceChannel`).
   * @param here null: not any more
   * @param lastSeenAt Unix ms
   */
  put(userId: string, here: Here | null, lastSeenAt: number): Promise<void>;

  /** How these users are, in whichever process. Who is missing is offline. */
  of(userIds: readonly string[]): Promise<ReadonlyMap<string, Here>>;

  /** This process is alive. What it has said is good until it has said nothing for the time that a process may be silent. */
  beat(): Promise<Beat>;

  /** This process ends: another one may take over what it has said. */
  leave(): Promise<void>;
}

export interface Beat {
  /** It was not, or not any more, known to be alive: what it has said may be lost. */
  readonly isNew: boolean;
  /** Users of processes that have died. They are said to be here from now on, as they were there. */
  readonly adopted: ReadonlyMap<string, Here>;
}

/** On it every process hears how a user is from now on, as `PersonPresence`. */
export const presenceChannel = 'recall:presence';

/** How all processes together see a user who changes. */
export function seenAs(userId: string, here: Here | undefined, lastSeenAt: number | null): PersonPresence {
  const status = here?.status ?? 'offline';
  return { user_id: userId, status, last_seen_at: here?.status === 'away' ? here.lastSeenAt : lastSeenAt };
}

/** For a process that stands alone. @param publish tells `presenceChannel` */
export function localPresence(publish: (change: PersonPresence) => void): PresenceStore {
  const users = new Map<string, Here>();
  return {
    async put(userId, here, lastSeenAt) {
      const before = users.get(userId);
      if (here) users.set(userId, here);
      else users.delete(userId);
      if (before?.status !== here?.status) publish(seenAs(userId, here ?? undefined, lastSeenAt));
    },
    async of(userIds) {
      return new Map(userIds.flatMap((userId) => ofUser(userId, users.get(userId))));
    },
    beat: async () => ({ isNew: false, adopted: new Map() }),
    leave: async () => {},
  };
}

const ofUser = (userId: string, here: Here | undefined): [string, Here][] => (here ? [[userId, here]] : []);
