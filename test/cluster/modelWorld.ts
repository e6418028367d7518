import type { Client, Room } from '@colyseus/sdk';
import { vi } from 'vitest';
import type { Cluster } from '../../harness/cluster.ts';
import type { Process } from '../../harness/process.ts';
import { get, operator, tokenOf } from '../../harness/site.ts';
import type { RoomPage } from '../../src/protocol/queries.ts';
import { Model, type ModelRoom, type Times } from './model.ts';
import { type Connection, connect } from './modelConnection.ts';
import { atRandom, byId, refused } from './modelEntry.ts';
import { type Looked, lookAtAll, lookUntil } from './modelLook.ts';
import type { Choice, ModelStep } from './modelSteps.ts';

const password = 'sesame';
/** Where a connection leads to that is to no room. */
const lobby = 'lobby';

/** Real users of real processes, and the model beside them. Each step does something to both. */
export class World {
  readonly model: Model;
  /** The steps so far, to tell of. */
  readonly done: string[] = [];
  readonly #cluster: Cluster;
  readonly #tokens: ReadonlyMap<string, string>;
  readonly #open = new Set<Connection>();
  readonly #reconnectionTokens = new Map<string, string>();
  readonly #surprises: string[] = [];

  private constructor(cluster: Cluster, times: Times, tokens: ReadonlyMap<string, string>) {
    this.#cluster = cluster;
    this.#tokens = tokens;
    this.model = new Model(times, [...tokens.keys()]);
  }

  static async begin(cluster: Cluster, times: Times, userIds: readonly string[]): Promise<World> {
    const tokens = await Promise.all(userIds.map(async (userId) => [userId, await tokenOf(userId)] as const));
    return new World(cluster, times, new Map(tokens));
  }

  /** Does the step to what the choice names; where there is none, what makes one. */
  async take(step: ModelStep, choice: Choice): Promise<void> {
    const possible = this.#possible(step);
    this.done.push(`${possible} ${Object.values(choice).join('-')}`);
    await this.#steps[possible](choice);
  }

  readonly #steps: Readonly<Record<ModelStep, (choice: Choice) => Promise<void>>> = {
    createPublic: (choice) => this.#create(choice, {}),
    createPrivate: (choice) => this.#create(choice, { permission: 'private', password }),
    joinAtRandom: (choice) => this.#joinAtRandom(choice),
    join: (choice) => this.#join(choice),
    reconnect: (choice) => this.#reconnect(choice),
    visitLobby: (choice) => this.#visitLobby(choice),
    leave: (choice) => this.#leave(choice),
    drop: (choice) => this.#drop(choice),
    say: (choice) => this.#say(choice),
    kill: (choice) => this.#end(choice, 'SIGKILL'),
    terminate: (choice) => this.#end(choice, 'SIGTERM'),
    startAgain: () => this.startAgain(),
    letTimePass: () => this.settle(),
  };

  #possible(step: ModelStep): ModelStep {
    const allRun = this.#running.length === this.#cluster.processes.length;
    if ((step === 'kill' || step === 'terminate') && !allRun) return 'startAgain';
    if (step === 'startAgain' && allRun) return this.#possible('join');
    if (step === 'join' && this.model.rooms.size === 0) return 'createPublic';
    if (step === 'reconnect' && this.#lost.length === 0) return this.#possible('drop');
    if ((step === 'leave' || step === 'drop' || step === 'say') && this.#open.size === 0) return 'joinAtRandom';
    return step;
  }

  /** Looks until every process says what the model has to hear. */
  async agree(): Promise<void> {
    await this.#looks(({ wrong }) => wrong);
  }

  /**
   * Waits until everything has ended that time ends.
   * @param all everybody stays where they are, until every room has expired
   */
  async settle({ all = false } = {}): Promise<void> {
    const at = await this.#looks(({ unsettled, from }) => {
      const stay = [...this.model.rooms.values()].filter((room) => all && !this.model.isDoomed(room, from));
      return [...unsettled, ...stay.map(({ roomId }) => `${roomId} has not expired`)];
    });
    this.model.settle(at);
  }

  #looks(waitingFor: (looked: Looked) => readonly string[]): Promise<number> {
    const look = async () => {
      const looked = await lookAtAll(this.#running, this.#tokens, this.model);
      if (this.#surprises.length > 0) throw new Error(this.#surprises.join('\n'));
      return looked;
    };
    return lookUntil(look, waitingFor);
  }

  async leaveAll(): Promise<void> {
    while (this.#open.size > 0) await this.#leave({ who: 0, which: 0, via: 0 });
  }

  /** Not in the list of all rooms either, private ones included, once they are over. */
  async noRoomIsLeft(): Promise<void> {
    const look = async () => {
      for (const one of this.#running) {
        const { body } = await get<RoomPage>(`${one.url}/rooms`, await operator);
        if (body.total !== 0) throw new Error(`left over: ${JSON.stringify(body)}`);
      }
    };
    await vi.waitFor(look, { timeout: 20_000, interval: 40 });
  }

  async startAgain(): Promise<void> {
    for (const process of this.#cluster.processes) if (!process.isRunning) await process.start();
  }

  get #running(): readonly Process[] {
    return this.#cluster.processes.filter(({ isRunning }) => isRunning);
  }

  /** The seats whose connection was lost. */
  get #lost(): readonly { room: ModelRoom; userId: string }[] {
    return [...this.model.rooms.values()].flatMap((room) =>
      [...room.seats].flatMap(([userId, { lostAt }]) => (lostAt === null ? [] : [{ room, userId }])),
    );
  }

  async #create({ who, via }: Choice, guards: object): Promise<void> {
    const userId = nth([...this.#tokens.keys()], who) as string;
    const maxSize = 2 + (who % 3);
    const at = Date.now();
    const connection = await this.#connect(userId, via, (client) =>
      client.create('recall', { max_players: maxSize, ...guards }),
    );
    const { roomId } = connection.room;
    this.model.opened({ roomId, isPublic: !('password' in guards), isRandom: false, maxSize }, at);
    this.#sat(connection, at);
  }

  async #joinAtRandom({ who, via }: Choice): Promise<void> {
    const userId = nth([...this.#tokens.keys()], who) as string;
    const at = Date.now();
    const connection = await this.#connect(userId, via, (client) => client.joinOrCreate('recall', { random: true }));
    const { roomId } = connection.room;
    this.#surprises.push(...atRandom(this.model, userId, roomId, { from: at, to: Date.now() }));
    if (!this.model.rooms.has(roomId))
      this.model.opened({ roomId, isPublic: true, isRandom: true, maxSize: seatsAtRandom }, at);
    this.#sat(connection, at);
  }

  /** A seat of one’s own, too, from another device. */
  async #join({ who, which, via }: Choice): Promise<void> {
    const userId = nth([...this.#tokens.keys()], who) as string;
    const room = nth([...this.model.rooms.values()], which);
    if (!room) return;
    const { roomId } = room;
    const at = Date.now();
    const before = this.model.seatOf(userId, roomId);
    const older = before?.lostAt === null ? this.#connectionOf(userId, roomId) : undefined;
    // It will be closed, and that is no surprise.
    if (older) this.#open.delete(older);
    try {
      const options = room.isPublic ? {} : { password };
      const connection = await this.#connect(userId, via, (client) => client.joinById(roomId, options));
      this.#surprises.push(...byId(this.model, userId, room, connection.room.sessionId));
      this.#sat(connection, at);
      if (older && (await older.closed) !== 4101 && this.model.mustBeOpen(room, Date.now()))
        this.#surprises.push('an older connection was not told that it is replaced');
    } catch (error) {
      if (older?.room.connection.isOpen) this.#open.add(older);
      this.#surprises.push(...refused(this.model, userId, room, error as Error));
      // Then there was no reason to be surprised.
      if (/^ROOM_NOT_FOUND/.test((error as Error).message)) this.model.over(roomId);
    }
  }

  async #reconnect({ which, via }: Choice): Promise<void> {
    const chosen = nth(this.#lost, which);
    if (!chosen) return;
    const { room, userId } = chosen;
    const at = Date.now();
    const token = this.#reconnectionTokens.get(`${userId} ${room.roomId}`) as string;
    try {
      const connection = await this.#connect(userId, via, (client) => client.reconnect(token));
      if (connection.room.sessionId !== room.seats.get(userId)?.sessionId)
        this.#surprises.push(`${userId} came back to ${room.roomId} as somebody else`);
      this.#sat(connection, at);
    } catch (error) {
      if (this.model.mustSit(userId, room, Date.now())) this.#surprises.push(`${userId} did not come back: ${error}`);
      this.model.gaveUp(userId, room.roomId, at);
    }
  }

  async #visitLobby({ who, via }: Choice): Promise<void> {
    const userId = nth([...this.#tokens.keys()], who) as string;
    const at = Date.now();
    const connection = await this.#connect(userId, via, (client) => client.joinOrCreate('lobby'), lobby);
    this.#open.add(connection);
    this.model.connected(userId, at);
  }

  async #leave({ which }: Choice): Promise<void> {
    const connection = nth([...this.#open], which);
    if (!connection) return;
    const at = Date.now();
    this.#open.delete(connection);
    const { room, closed, userId, place, network } = connection;
    await room.leave();
    await closed;
    network.close();
    // It may have expired in the same moment.
    if (place === lobby) this.model.disconnected(userId, at);
    else if (this.model.rooms.has(place)) this.model.left(userId, place, at);
  }

  /** Nobody says good-bye: the network is gone. */
  async #drop({ which }: Choice): Promise<void> {
    const connection = nth([...this.#open], which);
    if (!connection) return;
    const at = Date.now();
    this.#lose(connection, at);
    connection.network.close();
    await connection.closed;
  }

  async #say({ which }: Choice): Promise<void> {
    const connection = nth([...this.#open], which);
    if (!connection) return;
    const at = Date.now();
    try {
      await connection.room.request('ping', {});
      this.model.heard(connection.userId, at);
    } catch (error) {
      // It may have expired in the same moment.
      if (connection.room.connection.isOpen) this.#surprises.push(`${connection.userId} had no answer: ${error}`);
    }
  }

  /** Of a process and of whoever was connected to it, or through it. */
  async #end({ which }: Choice, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const process = nth(this.#cluster.processes, which) as Process;
    const at = Date.now();
    const homes = new Map<string, Process>();
    for (const roomId of this.model.rooms.keys()) {
      const home = await this.#cluster.homeOf(roomId).catch(() => undefined);
      if (home) homes.set(roomId, home);
    }
    const cutOff = [...this.#open].filter(({ via, place }) => via === process || homes.get(place) === process);
    for (const connection of cutOff) this.#lose(connection, at);
    await process.end(signal);
    for (const [roomId, home] of homes)
      if (home === process && this.model.rooms.has(roomId)) this.model.adrift(roomId, at);
    await Promise.all(cutOff.map(({ closed }) => closed));
  }

  #lose(connection: Connection, at: number): void {
    this.#open.delete(connection);
    const { userId, place } = connection;
    if (place === lobby) this.model.disconnected(userId, at);
    else if (this.model.rooms.has(place)) this.model.dropped(userId, place, at);
  }

  #sat(connection: Connection, at: number): void {
    const { userId, place, room } = connection;
    this.#open.add(connection);
    this.#reconnectionTokens.set(`${userId} ${place}`, room.reconnectionToken);
    this.model.sat(userId, place, room.sessionId, at);
  }

  #connectionOf(userId: string, place: string): Connection | undefined {
    return [...this.#open].find((one) => one.userId === userId && one.place === place);
  }

  async #connect(
    userId: string,
    via: number,
    enter: (client: Client) => Promise<Room>,
    place?: string,
  ): Promise<Connection> {
    const token = this.#tokens.get(userId) as string;
    const connection = await connect({ userId, token, via: nth(this.#running, via) as Process, enter, place });
    void connection.closed.then((code) => this.#closed(connection, code));
    return connection;
  }

  /** Unless we have closed it. */
  #closed(connection: Connection, code: number): void {
    connection.network.close();
    if (!this.#open.delete(connection)) return;
    const { userId, place } = connection;
    const room = this.model.rooms.get(place);
    const mayHaveExpired = !room || Date.now() >= room.touchedAt + this.model.times.ttl;
    if (code !== 4105 || !mayHaveExpired)
      this.#surprises.push(`the connection of ${userId} to ${place} was closed with ${code}`);
    // Else another connection to it has told already.
    else if (room) this.model.over(place);
  }
}

/** No room that was opened by random join is ever full, and starts. */
export const seatsAtRandom = 8;

const nth = <T>(all: readonly T[], n: number): T | undefined => all[n % all.length];
