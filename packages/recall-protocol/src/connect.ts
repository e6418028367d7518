import type { Client } from '@colyseus/sdk';
import type { CreateOptions, JoinOptions, RandomOptions } from '../../../src/protocol/options.ts';
import { roomTypes } from '../../../src/protocol/roomTypes.ts';
import type { GameRoom } from '../../../src/protocol/sdk.ts';
import type { UsersRooms } from '../../../src/protocol/toClient.ts';
import { inTime } from './patience.ts';
import { letGo } from './room.ts';
import { type SdkRoom, Seat } from './seat.ts';
import { mayPass, troubleOf } from './trouble.ts';

export interface ConnectOptions {
  /**
   * Signs in: called where the client has no token, and where the server refuses the one that it has. Without it the
   * call is refused with `UNAUTHENTICATED` then.
   */
  signIn?: () => Promise<unknown>;
  /** So long a seat tries to come back by itself, ms: 90,000, if nothing else is said. */
  comeBackMs?: number;
  /** Whether a seat whose connection is over, by that code, shall try to come back; it does, if nothing else is said. */
  comesBack?: (seat: Seat, code: number) => boolean | Promise<boolean>;
}

/**
 * The ways into a room, and back into it.
 * @param client of the SDK, signed in, or with `options.signIn`
 */
export const connect = (client: Client, options: ConnectOptions = {}): Recall => new Recall(client, options);

/** Each way in resolves when the state is there, and rejects with an error that `troubleOf` reads. */
export class Recall {
  readonly #client: Client;
  readonly #options: ConnectOptions;

  constructor(client: Client, options: ConnectOptions) {
    this.#client = client;
    this.#options = options;
  }

  /** Into a room of one's own. */
  create(options: CreateOptions = {}): Promise<Seat> {
    return this.#enter(options, () => this.#client.create<GameRoom>(roomTypes.game, options));
  }

  /** Into somebody's room; who has a seat there gets that one. */
  joinById(roomId: string, options: JoinOptions = {}): Promise<Seat> {
    return this.#enter(options, () => this.#client.joinById<GameRoom>(roomId, options));
  }

  /** Into a match with whoever wants to play now. */
  joinOrCreate(options: Omit<RandomOptions, 'random'> = {}): Promise<Seat> {
    return this.#enter(options, () =>
      this.#client.joinOrCreate<GameRoom>(roomTypes.game, { random: true, ...options }),
    );
  }

  /**
   * Back to a seat, by its last `reconnectionToken`; where that is good no more, as the user who has the seat.
   * @param options for the case that the seat is joined as by `joinById`
   */
  reconnect(reconnectionToken: string, options: Omit<JoinOptions, 'password'> = {}): Promise<Seat> {
    return this.#sitDown(options, () => this.#back(reconnectionToken, options));
  }

  /** The rooms in which one has a seat. */
  async rooms(): Promise<UsersRooms> {
    const { data } = await this.asUser(() => inTime(this.#client.http.get('/users/me/rooms'), () => {}));
    return data as UsersRooms;
  }

  #enter(options: JoinOptions, call: () => Promise<SdkRoom>): Promise<Seat> {
    return this.#sitDown(options, () => this.asUser(() => inTime(call(), letGo)));
  }

  async #sitDown({ name, deal_nonce, deal_part }: JoinOptions, call: () => Promise<SdkRoom>): Promise<Seat> {
    const own = { name, deal_nonce, deal_part };
    const { comeBackMs = 90_000, comesBack = () => true } = this.#options;
    const back = (reconnectionToken: string) => this.#back(reconnectionToken, own);
    return Seat.at(await call(), { back, comeBackMs, comesBack });
  }

  async #back(reconnectionToken: string, own: JoinOptions): Promise<SdkRoom> {
    try {
      return await inTime(this.#client.reconnect<GameRoom>(reconnectionToken), letGo);
    } catch (refusal) {
      if (mayPass(troubleOf(refusal))) throw refusal;
      // Another device of the user's, or another tab, has made a newer token.
      const [roomId = ''] = reconnectionToken.split(':');
      const { rooms } = await this.rooms();
      if (!rooms.some((room) => room.room_id === roomId)) throw refusal;
      return this.asUser(() => inTime(this.#client.joinById<GameRoom>(roomId, own), letGo));
    }
  }

  /** Makes a call of one's own, signed in. */
  async asUser<T>(call: () => Promise<T>): Promise<T> {
    const { signIn } = this.#options;
    if (signIn && !this.#client.auth.token) await signIn();
    try {
      return await call();
    } catch (error) {
      if (!signIn || troubleOf(error) !== 'UNAUTHENTICATED') throw error;
      await signIn();
      return call();
    }
  }
}
