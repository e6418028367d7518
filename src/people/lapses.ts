import type { Config } from '../config.ts';
import { addressGroup } from './address.ts';
import { growing, type Limits, longest } from './limit.ts';

type LapsesConfig = Pick<
  Config,
  'rateLimitWindowMs' | 'rateLimitLapsesUser' | 'rateLimitLapsesAddress' | 'lapseWaitMs'
>;

/** Who wants a seat, or was promised one. */
export interface Seeker {
  readonly userId: string;
  /** Where the call comes from; undefined where that is unknown. */
  readonly address: string | undefined;
}

/**
 * Promised seats that nobody connected to. Each keeps others from that seat for as long as a promise lasts; so who lets
 * one lapse has to wait before the next, and longer each time: in that room with everybody at their address, since a
 * guest costs nothing, and in all rooms together after some.
 */
export interface Lapses {
  /**
   * @param roomId where they want a seat; undefined for a room of their own
   * @returns null, or how long the seeker has to wait for it, in ms.
   */
  wait(seeker: Seeker, roomId?: string): Promise<number | null>;
  /** A seat that was promised to them in that room has lapsed. */
  add(roomId: string, seeker: Seeker): Promise<void>;
}

export function createLapses(config: LapsesConfig, make: Limits): Lapses {
  const { rateLimitWindowMs, rateLimitLapsesUser, rateLimitLapsesAddress, lapseWaitMs } = config;
  const users = growing(make, 'lapses_user', rateLimitLapsesUser, rateLimitWindowMs);
  const addresses = growing(make, 'lapses_address', rateLimitLapsesAddress, rateLimitWindowMs);
  const seats = growing(make, 'lapses_room', 1, lapseWaitMs);
  // After a takeover nobody knows any more where a promised seat was asked for.
  const keysOf = ({ userId, address }: Seeker) => [
    `user ${userId}`,
    ...(address === undefined ? [] : [`address ${addressGroup(address)}`]),
  ];

  return {
    async wait(seeker, roomId) {
      const { userId, address } = seeker;
      const here = roomId === undefined ? [] : keysOf(seeker).map((key) => seats.peek(`${roomId} ${key}`));
      return longest(await Promise.all([users.peek(userId), addresses.peek(addressGroup(address)), ...here]));
    },
    async add(roomId, seeker) {
      const { userId, address } = seeker;
      await Promise.all([
        users.add(userId),
        address === undefined ? undefined : addresses.add(addressGroup(address)),
        ...keysOf(seeker).map((key) => seats.add(`${roomId} ${key}`)),
      ]);
    },
  };
}
