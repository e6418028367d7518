import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Follow } from '../people/follow.ts';

/** What a process does for a user who is erased. @returns in how many of its rooms they were known. */
export type Forget = (userId: string) => Promise<number>;

/** Has every process of the site forget a user. */
export interface Everywhere {
  /** This is what this process does. Once, before the first that is asked. */
  follow(forget: Forget): Promise<void>;
  /**
   * @returns in how many rooms they were known, when every process has done it.
   * @throws Error where one lives, and hasn't said that it has
   */
  forget(userId: string): Promise<number>;
}

/** For a process that stands alone. */
export function here(): Everywhere {
  let own: Forget = async () => 0;
  return {
    async follow(forget) {
      own = forget;
    },
    forget: (userId) => own(userId),
  };
}

const channel = 'recall:forget';
/** So many times as long as its lease a process may take. */
const leases = 3;
/** Between two looks, ms. */
const lookEveryMs = 20;

/** What is said on the channel, as JSON. */
type Said =
  | { readonly ask: string; readonly userId: string }
  /** `rooms`: null where it could not be done. */
  | { readonly done: string; readonly from: string; readonly rooms: number | null };

export interface RedisEverywhereOptions {
  readonly follow: Follow;
  readonly publish: (channel: string, message: string) => Promise<unknown>;
  readonly self: () => string;
  /** The ids of the processes that live, this one among them. */
  readonly living: () => Promise<ReadonlySet<string>>;
  readonly leaseMs: number;
}

/** For any number of processes on one Redis. One that dies meanwhile has nothing to say: its rooms are another's then. */
export function everywhereInRedis({ follow, publish, self, living, leaseMs }: RedisEverywhereOptions): Everywhere {
  /** By the id of what was asked, what each process has answered. */
  const answers = new Map<string, Map<string, number | null>>();
  const say = (said: Said) => publish(channel, JSON.stringify(said));

  async function hear(said: Said, forget: Forget): Promise<void> {
    if ('done' in said) {
      answers.get(said.done)?.set(said.from, said.rooms);
      return;
    }
    const rooms = await forget(said.userId).catch(() => null);
    await say({ done: said.ask, from: self(), rooms });
  }

  return {
    async follow(forget) {
      await follow<Said>(
        channel,
        // Who has asked, and hears nothing, asks again.
        (said) => void hear(said, forget).catch(() => {}),
        () => {},
      );
    },
    async forget(userId) {
      const ask = randomUUID();
      const said = new Map<string, number | null>();
      answers.set(ask, said);
      try {
        await say({ ask, userId });
        const until = performance.now() + leases * leaseMs;
        // Asked anew each time: who is waited for may die.
        while (![...(await living()), self()].every((id) => said.has(id))) {
          if (performance.now() > until) throw new Error('not every process of this site has said that it is done');
          await delay(lookEveryMs);
        }
      } finally {
        answers.delete(ask);
      }
      const rooms = [...said.values()];
      if (rooms.includes(null)) throw new Error('a process of this site could not do it');
      return rooms.reduce((sum: number, one) => sum + (one ?? 0), 0);
    },
  };
}
