import type { Config } from '../config.ts';
import { addressKey } from './address.ts';
import { growing, type Limits, longest } from './limit.ts';

type LapsesConfig = Pick<
  Config,
  'rateLimitWindowMs' | 'rateLimitLapsesUser' | 'rateLimitLapsesAddress' | 'lapseWaitMs'
>;

/** Who wants a seat, or has one reserved. */
export interface Seeker {
  readonly userId: string;
  readonly guest: boolean;
  /** Where the call comes from; undefined where that is unknown. */
  readonly address: string | undefined;
}

/**
 * Reserved seats that nobody connected to. Each keeps others from that seat for as long as it is reserved; so who lets
 * one lapse has to wait before the next, and longer each time: in that room, and in all rooms together after some. In
 * that room everybody at their address waits with them, since a guest costs nothing, but never for longer than once:
 * else one of a school could keep all others of it out.
 */
export interface Lapses {
  /**
   * @param roomId where they want a seat; undefined for a room of their own
   * @returns null, or how long the seeker has to wait for it, in ms.
   */
  wait(seeker: Seeker, roomId?: string): Promise<number | null>;
  /** A seat that was reserved for them in that room has lapsed. */
  add(roomId: string, seeker: Seeker): Promise<void>;
}

export function createLapses(config: LapsesConfig, make: Limits): Lapses {
  const { rateLimitWindowMs, rateLimitLapsesUser, rateLimitLapsesAddress, lapseWaitMs } = config;
  const users = growing(make, 'lapses_user', rateLimitLapsesUser, rateLimitWindowMs);
  const addresses = growing(make, 'lapses_address', rateLimitLapsesAddress, rateLimitWindowMs);
  const seats = growing(make, 'lapses_room', 1, lapseWaitMs);
  const seatsThere = make('lapses_room_address', 1, lapseWaitMs);

  return {
    async wait({ userId, guest, address }, roomId) {
      const there = addressKey(guest, address);
      const here =
        roomId === undefined ? [] : [seats.peek(`${roomId} ${userId}`), seatsThere.peek(`${roomId} ${there}`)];
      return longest(await Promise.all([users.peek(userId), addresses.peek(there), ...here]));
    },
    async add(roomId, { userId, guest, address }) {
      const there = addressKey(guest, address);
      await Promise.all([
        users.add(userId),
        seats.add(`${roomId} ${userId}`),
        // After a takeover nobody knows any more where a reserved seat was asked for.
        ...(address === undefined ? [] : [addresses.add(there), seatsThere.use(`${roomId} ${there}`)]),
      ]);
    },
  };
}
