import type { PersonPresence } from '../protocol/toClient.ts';

/** How a user who is connected, or was until a moment ago, is there. */
export type Seen =
  | { readonly status: 'online' }
  /** They last did something then, Unix ms. */
  | { readonly status: 'away'; readonly lastSeenAt: number };

/** What one process says of a user. `gone`: they are not connected any more, but what they did a while ago still counts. */
export type Here = Seen | { readonly status: 'gone' };

/** Where every process says which users are connected to it: a user is as present as in the process that knows best. */
export interface PresenceStore {
  /**
   * Says of a user how they are in this process. Where they are another thing now than before, in all processes together,
   * every process is told (`follow`).
   * @param here null: not any more
   * @param lastSeenAt when they last did something here, Unix ms
   * @returns whether something is said of them from here now. That they are `gone` is not, unless they are elsewhere.
   */
  put(userId: string, here: Here | null, lastSeenAt: number): Promise<boolean>;

  /**
   * Has `told` called with each change, in whichever process, and `onGap` when some may have been missed.
   */
  follow(told: (change: PersonPresence) => void, onGap: () => void): Promise<void>;

  /** How these users are, in whichever process. Who is missing is offline. */
  of(userIds: readonly string[]): Promise<ReadonlyMap<string, Seen>>;

  /**
   * This process is alive. What it has said is good until it has said nothing for the time that a process may be silent.
   * @param isInDoubt the answer to the one before was lost, and with it, maybe, who was adopted
   */
  beat(isInDoubt: boolean): Promise<Beat>;

  /** This process ends: another one may take over what it has said. */
  leave(): Promise<void>;
}

export interface Beat {
  /** It was not, or not any more, known to be alive: what it has said may be lost. */
  readonly isNew: boolean;
  /**
   * Users of processes that have died, as they were there: from now on they are said to be here. In doubt, all who are
   * said to be here.
   */
  readonly adopted: ReadonlyMap<string, Seen>;
}

/** A user as all processes together see them. @param lastSeenAt for who is not away */
export function seenAs(userId: string, here: Seen | undefined, lastSeenAt: number | null): PersonPresence {
  const status = here?.status ?? 'offline';
  return { user_id: userId, status, last_seen_at: here?.status === 'away' ? here.lastSeenAt : lastSeenAt };
}

/** For a process that stands alone. */
export function localPresence(): PresenceStore {
  const users = new Map<string, Seen>();
  let tell = (_change: PersonPresence) => {};
  return {
    async put(userId, here, lastSeenAt) {
      const before = users.get(userId);
      const now = here && here.status !== 'gone' ? here : undefined;
      if (now) users.set(userId, now);
      else users.delete(userId);
      if (before?.status !== now?.status) tell(seenAs(userId, now, lastSeenAt));
      return now !== undefined;
    },
    async follow(told) {
      tell = told;
    },
    async of(userIds) {
      return new Map(userIds.flatMap((userId) => ifSeen(userId, users.get(userId))));
    },
    beat: async () => ({ isNew: false, adopted: new Map() }),
    leave: async () => {},
  };
}

const ifSeen = (userId: string, seen: Seen | undefined): [string, Seen][] => (seen ? [[userId, seen]] : []);
