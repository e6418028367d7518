import { createHmac, type KeyObject, randomUUID } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { Config } from '../config.ts';
import { type ErrorBody, RecallError } from '../protocol/errors.ts';
import { addressGroup } from './address.ts';
import type { Buckets } from './bucket.ts';
import type { Limits } from './limit.ts';

/** Who comes as a guest while too many do. They wait without a connection, and come back with their place. */
export interface GuestQueue {
  /**
   * Counts one more guest of that address.
   * @param place as `TooManyGuests` had it; anything else is as good as none
   * @throws TooManyGuests
   */
  enter(address: string | undefined, place: string | undefined): Promise<void>;
}

/** Come back with this place. */
export class TooManyGuests extends RecallError {
  readonly #place: string;

  constructor(retryAfterMs: number, place: string) {
    const seconds = Math.ceil(retryAfterMs / 1000);
    super('TOO_MANY_REQUESTS', `many guests are arriving from here: try again in ${seconds} s`, retryAfterMs);
    this.#place = place;
  }

  override get body(): ErrorBody {
    return { ...super.body, place: this.#place };
  }
}

/** Who has just come leaves this part of what there is to those who wait. */
const partOfWaiting = 1 / 4;
/** Nobody comes back sooner than that, ms. */
const leastWaitMs = 2000;
/** So long a place is good, s. */
const placeTtlS = 3600;

const placeClaims = z.object({ jti: z.string(), since: z.number(), from: z.string() });
type Place = z.infer<typeof placeClaims>;

/**
 * As many guests of an address as its bucket holds come in at once, and then as many as it fills up with. Of those, a part
 * is for who has waited, and who has waited longer may take more of it: so they come in in the order of their waiting,
 * before all who have just come, and the server remembers none of them. A place is signed, good for its address, and once.
 * @param secret signs guests' tokens; places have a key of their own, made from it
 * @param now Unix ms
 */
export function createGuestQueue(
  { rateLimitGuests, rateLimitWindowMs }: Pick<Config, 'rateLimitGuests' | 'rateLimitWindowMs'>,
  secret: KeyObject,
  { buckets, limits, now = Date.now }: { buckets: Buckets; limits: Limits; now?: () => number },
): GuestQueue {
  const bucket = buckets('guests', rateLimitGuests, rateLimitWindowMs);
  const used = limits('guest_places', 1, placeTtlS * 1000);
  const key = createHmac('sha256', secret).update('places of waiting guests').digest();
  const forWaiting = Math.floor(rateLimitGuests * partOfWaiting);

  /** Uses it up at once: else it would be good for all who come with it before the first is let in. */
  async function redeem(token: string, from: string): Promise<Place | undefined> {
    try {
      const { payload } = await jwtVerify(token, key, { algorithms: ['HS256'], currentDate: new Date(now()) });
      const place = placeClaims.parse(payload);
      return place.from === from && (await used.use(place.jti)) === null ? place : undefined;
    } catch {
      return undefined;
    }
  }

  const write = (place: Place) =>
    new SignJWT(place)
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime(Math.ceil(place.since / 1000) + placeTtlS)
      .sign(key);

  return {
    async enter(address, token) {
      const from = addressGroup(address);
      const known = token === undefined ? undefined : await redeem(token, from);
      const place = known ?? { jti: randomUUID(), since: now(), from };
      const waited = Math.max(0, now() - place.since) / rateLimitWindowMs;
      let isIn = false;
      try {
        const waitMs = await bucket.take(from, forWaiting * Math.max(0, 1 - waited));
        if (waitMs !== null) throw new TooManyGuests(Math.max(leastWaitMs, waitMs), await write(place));
        isIn = true;
      } finally {
        if (known && !isIn) await used.giveBack(known.jti);
      }
    },
  };
}
