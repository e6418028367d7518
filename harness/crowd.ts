import { setTimeout as pause } from 'node:timers/promises';
import type { Client, Room } from '@colyseus/sdk';
import { type Random, randomFrom } from './random.ts';
import { clientAt, tokenOf } from './site.ts';

export interface CrowdOptions {
  /** Where they come in, each by one of these. */
  readonly urls: readonly string[];
  readonly users: number;
  readonly seconds: number;
}

/** What the users of a crowd did, and what they were refused with. */
export type Counts = Readonly<Record<string, number>>;

/** Each stays for up to as long between two things that they do. */
const stayMs = 1500;

/**
 * So many users connect, drop and come back for so long, and are gone then: half of them say good-bye, the others' networks
 * fail. They open rooms, join at random, join one another, visit the lobby, come back by token or from another device.
 */
export async function comeAndGo({ urls, users, seconds }: CrowdOptions): Promise<Counts> {
  const counts: Record<string, number> = {};
  const count = (what: string) => {
    counts[what] = (counts[what] ?? 0) + 1;
  };
  const crowd: Crowd = { until: Date.now() + seconds * 1000, openRooms: [], count };
  await Promise.all(
    Array.from({ length: users }, async (_, n) => {
      const client = clientAt(urls[n % urls.length] as string, await tokenOf(userIn(n)));
      await new OneOfMany(client, n, crowd).stay();
    }),
  );
  return counts;
}

export const userIn = (n: number): string => `user_${n}`;

interface Crowd {
  readonly until: number;
  /** Where others may join. */
  readonly openRooms: string[];
  readonly count: (what: string) => void;
}

const whileAway = ['create', 'joinAtRandom', 'join', 'visit'] as const;
const whileThere = ['drop', 'drop', 'leave'] as const;
const afterADrop = ['reconnect', 'reconnect', 'takeOver', 'create', 'visit'] as const;
type Deed = (typeof whileAway | typeof whileThere | typeof afterADrop)[number];

class OneOfMany {
  readonly #client: Client;
  readonly #crowd: Crowd;
  readonly #random: Random;
  #room: Room | undefined;

  constructor(client: Client, n: number, crowd: Crowd) {
    this.#client = client;
    this.#crowd = crowd;
    this.#random = randomFrom(n);
  }

  async stay(): Promise<void> {
    const { until, count } = this.#crowd;
    while (Date.now() < until) {
      await pause(this.#random.number() * Math.min(stayMs, until - Date.now()));
      const what = this.#next();
      await this[what]().then(
        () => count(what),
        (error: { code?: unknown; message: string }) =>
          count(`${what}: ${/^[A-Z_]+\b/.exec(error.message)?.[0] ?? error.message}`),
      );
    }
    if (!this.#room) return;
    await (this.#random.chance(0.5) ? this.leave() : this.drop());
  }

  #next(): Deed {
    const { isOpen } = this.#room?.connection ?? { isOpen: undefined };
    const choices = isOpen === undefined ? whileAway : isOpen ? whileThere : afterADrop;
    return this.#random.oneOf(choices) as Deed;
  }

  async create(): Promise<void> {
    const isPrivate = this.#random.chance(0.3);
    this.#enter(await this.#client.create('recall', isPrivate ? { permission: 'private', password: 'sesame' } : {}));
    if (!isPrivate && this.#room) this.#crowd.openRooms.push(this.#room.roomId);
  }

  async joinAtRandom(): Promise<void> {
    this.#enter(await this.#client.joinOrCreate('recall', { random: true }));
  }

  async join(): Promise<void> {
    const roomId = this.#random.oneOf(this.#crowd.openRooms.slice(-20));
    this.#enter(await (roomId ? this.#client.joinById(roomId) : this.#client.create('recall')));
  }

  async visit(): Promise<void> {
    this.#enter(await this.#client.joinOrCreate('lobby'));
  }

  /** Into the lobby nobody returns by a token. */
  async reconnect(): Promise<void> {
    const room = this.#room as Room;
    this.#room = undefined;
    this.#enter(
      await (isLobby(room) ? this.#client.joinOrCreate('lobby') : this.#client.reconnect(room.reconnectionToken)),
    );
  }

  async takeOver(): Promise<void> {
    const room = this.#room as Room;
    this.#room = undefined;
    this.#enter(await (isLobby(room) ? this.#client.joinOrCreate('lobby') : this.#client.joinById(room.roomId)));
  }

  async leave(): Promise<void> {
    const room = this.#room as Room;
    this.#room = undefined;
    // What is closed in the same moment says so, too.
    if (room.connection.isOpen) await room.leave();
  }

  async drop(): Promise<void> {
    const room = this.#room as Room;
    if (!room.connection.isOpen) return;
    const closed = new Promise((resolve) => room.onLeave(resolve));
    room.connection.close();
    await closed;
  }

  #enter(room: Room): void {
    room.reconnection.enabled = false;
    room.onMessage('*', () => {});
    this.#room = room;
  }
}

const isLobby = ({ roomId }: Room): boolean => roomId.startsWith('lobby_');
