import type { Erasing } from './cluster/erasing.ts';
import type { Recovery } from './cluster/recovery.ts';
import type { RoomIndex } from './cluster/roomIndex.ts';
import type { Config } from './config.ts';
import type { Chance } from './game/chance.ts';
import type { Hooks } from './hooks.ts';
import type { Journal } from './journal/journal.ts';
import type { Clock } from './ops/clock.ts';
import type { Log } from './ops/log.ts';
import type { Memory } from './ops/memory.ts';
import type { SparseLog } from './ops/sparse.ts';
import type { Attempts } from './people/attempts.ts';
import type { Buckets } from './people/bucket.ts';
import type { Connections } from './people/connections.ts';
import type { Identity } from './people/identity.ts';
import type { Lapses } from './people/lapses.ts';
import type { GrowingLimit, Limits } from './people/limit.ts';
import type { PresenceStore } from './people/presence.ts';
import type { PresenceKeeper } from './people/presenceKeeper.ts';
import type { CountRequest } from './people/requests.ts';
import type { Revocations } from './people/revocations.ts';
import type { Sessions } from './people/sessions.ts';
import type { UserRooms } from './people/userRooms.ts';
import type { UsersHere } from './people/usersHere.ts';

/** What rooms use of the process that they live in. Made once, when it starts. */
export interface Services {
  readonly config: Config;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  readonly hooks: Hooks;
  /** Seats that were asked for, and in which nobody sat down: many of them are a sign of an SDK that is too old. */
  readonly noShow: SparseLog;
  readonly identity: Identity;
  /** Of this process. */
  readonly memory: Memory;
  /** Whether this process takes rooms: not while it is drained. */
  readonly takesRooms: () => boolean;
  readonly limits: Limits;
  readonly buckets: Buckets;
  readonly countRequest: CountRequest;
  readonly attempts: Attempts;
  readonly lapses: Lapses;
  /** Newcomers of each room, by address: a room bears only so many, and one address must not use them all up. */
  readonly comings: GrowingLimit;
  readonly revocations: Revocations;
  readonly sessions: Sessions;
  /** Every room that is listed, on whichever process. */
  readonly index: RoomIndex;
  /** Who sits where. */
  readonly userRooms: UserRooms;
  /** The same of the rooms of this process. */
  readonly usersHere: UsersHere;
  readonly connections: Connections;
  /** How users are there, on whichever process. */
  readonly presenceStore: PresenceStore;
  /** The same of the users of this process. */
  readonly presence: PresenceKeeper;
  /** Tells every process whose list of rooms has changed. */
  readonly tellOfUserRooms: (userIds: readonly string[]) => void;
  /** Erases users, from every process. */
  readonly erasing: Erasing;
  /** Brings rooms here whose process is gone. */
  readonly recovery: Recovery;
}
