import { roomsOf } from '../cluster/roomLists.ts';
import { addressGroup, addressKey, currentAddress } from '../people/address.ts';
import { growing, type Limit } from '../people/limit.ts';
import { hashOfUser, type User } from '../people/user.ts';
import { RecallError, tooMany } from '../protocol/errors.ts';
import type { Services } from '../services.ts';
import type { SeatReservation } from './arrival.ts';

/**
 * What one user may open, join and hold, and everybody at one address together, since a guest costs nothing. Users with
 * an account and guests of one address are counted apart: neither can shut the others out.
 */
export interface Quotas {
  /**
   * Takes a seat for the user, where they may have one more. To come back to a seat of theirs is counted by itself, and
   * never refused for how many they have.
   * @param roomId the room; undefined where it is not known yet
   * @param take called unless refused
   * @throws RecallError TOO_MANY_REQUESTS with the wait, or TOO_MANY_ROOMS
   */
  seat<T>(user: User, roomId: string | undefined, take: () => Promise<T>): Promise<T>;
  /** The same for a room that the user opens. */
  room<T>(user: User, open: () => Promise<T>): Promise<T>;
  /** Counts a way into the lobby. @throws as `seat` */
  visit(user: User): Promise<void>;
  /**
   * A way back by a reconnection token, whose user is not known yet. One that is good counts for its seat, one that is not
   * for the address: whoever tries tokens there, the good ones are let in.
   * @param ask asks the room for the seat of the token
   * @throws RecallError TOO_MANY_REQUESTS with the wait; else whatever `ask` throws
   */
  comeBack(ask: () => Promise<SeatReservation>): Promise<SeatReservation>;
}

type QuotaSources = Pick<
  Services,
  'config' | 'limits' | 'lapses' | 'userRooms' | 'usersHere' | 'connections' | 'index' | 'log'
>;

export function createQuotas(services: QuotaSources): Quotas {
  const { config, limits, lapses, connections } = services;
  const { rateLimitWindowMs: windowMs, rateLimitJoinsUser, rateLimitJoinsAddress } = config;
  const joins = {
    users: limits('joins_user', rateLimitJoinsUser, windowMs),
    addresses: limits('joins_address', rateLimitJoinsAddress, windowMs),
  };
  // Not by address: who has a seat to come back to is one of few, and others must not use up their way.
  const returns = limits('returns_user', rateLimitJoinsUser, windowMs);
  const seatReturns = limits('returns_seat', rateLimitJoinsUser, windowMs);
  const badTokens = limits('bad_tokens_address', rateLimitJoinsAddress, windowMs);
  const creates = {
    users: limits('creates_user', config.rateLimitCreatesUser, windowMs),
    addresses: growing(limits, 'creates_address', config.rateLimitCreatesAddress, windowMs),
  };
  /** By user id, what is under way and in no list yet. */
  const [seatsUnderWay, roomsUnderWay] = [new Map<string, number>(), new Map<string, number>()];

  return {
    async seat(user, roomId, take) {
      const held = await seatsOf(services, user.id);
      if (roomId !== undefined && held.has(roomId)) {
        const wait = await returns.use(user.id);
        if (wait !== null) throw tooMany('TOO_MANY_REQUESTS', wait, 'too many returns');
        return take();
      }
      await use(joins, user, 'too many joins');
      return counted(seatsUnderWay, user.id, async (others) => {
        const max = config.maxSeatsUser;
        // Of the seats that are written down, some may be gone with their rooms.
        if (held.size + others >= max && (await openRoomsOf(services, user.id)).length + others >= max) {
          throw tooManyRooms(`you sit in ${max} rooms already: leave one`);
        }
        return take();
      });
    },

    async room(user, open) {
      const lapsed = await lapses.wait({ userId: user.id, guest: user.guest, address: currentAddress() });
      if (lapsed !== null) throw tooMany('TOO_MANY_REQUESTS', lapsed, 'reserved seats were not taken');
      await use(creates, user, 'too many rooms opened');
      return counted(roomsUnderWay, user.id, async (others) => {
        const own = (await openRoomsOf(services, user.id)).filter((ownerId) => ownerId === user.id).length;
        if (own + others >= config.maxRoomsUser) {
          throw tooManyRooms(`you have ${config.maxRoomsUser} rooms open already: leave one`);
        }
        return open();
      });
    },

    async visit(user) {
      await use(joins, user, 'too many joins');
      if (connections.of(user.id).length >= config.maxConnectionsUser) {
        throw tooManyRooms(`you have ${config.maxConnectionsUser} connections open already: close one`);
      }
    },

    async comeBack(ask) {
      const seat = await ask().catch(async (error) => {
        const wait = isOfBadToken(error) ? await badTokens.use(addressGroup(currentAddress())) : null;
        throw wait === null ? error : tooMany('TOO_MANY_REQUESTS', wait, 'too many bad tokens from your address');
      });
      const wait = await seatReturns.use(seat.sessionId);
      if (wait !== null) throw tooMany('TOO_MANY_REQUESTS', wait, 'too many returns');
      return seat;
    },
  };
}

/** Not where a room did not answer: its token may be good. */
const isOfBadToken = (error: unknown): boolean => error instanceof RecallError && error.code !== 'UNAVAILABLE';

const tooManyRooms = (message: string): RecallError => new RecallError('TOO_MANY_ROOMS', message);

/** Uses both limits, or neither. @throws RecallError TOO_MANY_REQUESTS */
async function use(limits: { users: Limit; addresses: Limit }, user: User, what: string): Promise<void> {
  const wait = await limits.users.use(user.id);
  if (wait !== null) throw tooMany('TOO_MANY_REQUESTS', wait, what);
  const waitThere = await limits.addresses.use(addressKey(user.guest, currentAddress()));
  if (waitThere === null) return;
  await limits.users.giveBack(user.id);
  throw tooMany('TOO_MANY_REQUESTS', waitThere, `${what} from your address`);
}

/** Does `work`, told how many others of the same user are under way. */
async function counted<T>(
  underWay: Map<string, number>,
  userId: string,
  work: (others: number) => Promise<T>,
): Promise<T> {
  const others = underWay.get(userId) ?? 0;
  underWay.set(userId, others + 1);
  try {
    return await work(others);
  } finally {
    const left = (underWay.get(userId) ?? 1) - 1;
    if (left > 0) underWay.set(userId, left);
    else underWay.delete(userId);
  }
}

/** The ids of the rooms where the user has a seat: of this process as it is now, of others as it is written down. */
async function seatsOf({ userRooms, usersHere, log }: QuotaSources, userId: string): Promise<ReadonlySet<string>> {
  const here = usersHere.roomsOf(userId).map(({ roomId }) => roomId);
  const written = await userRooms.of(userId).catch((err) => {
    log.debug({ err, user: hashOfUser(userId) }, 'the seats of a user were not looked up');
  });
  return new Set([...here, ...(written?.keys() ?? [])]);
}

/** The owner of each room in which the user has a seat, and which is open. */
async function openRoomsOf(services: QuotaSources, userId: string): Promise<readonly string[]> {
  const { rooms } = await roomsOf(services, userId);
  const owners = new Map(rooms.map(({ room_id, owner_id }) => [room_id, owner_id]));
  for (const { roomId, metadata } of services.usersHere.roomsOf(userId)) owners.set(roomId, metadata.owner_id);
  return [...owners.values()];
}
