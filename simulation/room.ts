import type { CommandOf } from '../src/game/commands.ts';
import type { Room as GameRoom } from '../src/game/state.ts';
import { type PublicView, publicView } from '../src/game/view.ts';
import type { OpenJournal } from '../src/journal/journal.ts';
import { type Answer, admit } from '../src/matchmaking/admission.ts';
import type { User } from '../src/people/user.ts';
import { closeCodes, RecallError } from '../src/protocol/errors.ts';
import type { Ticket } from '../src/table/passes.ts';
import { readLiving } from '../src/table/reading.ts';
import { isForNow } from '../src/table/refused.ts';
import { ReservedSeats } from '../src/table/reservedSeats.ts';
import { RoomHost, type RoomHostOptions } from '../src/table/roomHost.ts';
import type { Carrier } from '../src/table/seating.ts';
import type { Secret } from '../src/table/seatKeys.ts';
import type { Connection } from './connection.ts';
import type { Asking, Frame } from './frames.ts';
import type { Server } from './server.ts';
import type { Claim } from './witness.ts';
import type { World } from './world.ts';

/**
 * What carries the connections of a room in the simulation, in place of Colyseus and RecallRoom: it lets them in as
 * src/matchmaking/arrival.ts does, tells each that it is welcome when it has sat down, and disposes of the room when all
 * are gone. The host, and all that is under it, is the real one.
 */
export class Room implements Carrier<Connection> {
  readonly #world: World;
  readonly #server: Server;
  readonly #roomId: string;
  readonly #token: number;
  #host: RoomHost<Connection> | undefined;
  readonly #reserved = new ReservedSeats({ lapses: noLapses, noShow: () => false });
  /** Those that were let in and have not left, by session id. */
  readonly #connections = new Map<string, Connection>();
  /** The session ids of those that are about to sit down. */
  readonly #arriving = new Set<string>();
  readonly #underWay = new Set<string>();
  #disposing: Promise<void> | undefined;

  /** @throws JournalUnavailable */
  static async open(world: World, server: Server, command: CommandOf<'open'>): Promise<Room> {
    const room = new Room(world, server, command.roomId, 1);
    room.#host = await RoomHost.open(command, room.#options);
    return room;
  }

  /** @throws what `RecallRoom` throws when it can't go on with a room. */
  static async resume(world: World, server: Server, claim: OpenJournal): Promise<Room> {
    const room = new Room(world, server, claim.roomId, claim.token);
    room.#host = RoomHost.resume(claim, await readLiving(claim), room.#options);
    try {
      await room.#host.recover();
      return room;
    } catch (error) {
      // Colyseus disposes of a room that can't be created, and doesn't wait for it.
      void room.#dispose();
      throw error;
    }
  }

  private constructor(world: World, server: Server, roomId: string, token: number) {
    this.#world = world;
    this.#server = server;
    this.#roomId = roomId;
    this.#token = token;
  }

  /** A step is being told, and something of it has been told. */
  get isTelling(): boolean {
    return typeof this.#host?.telling === 'number';
  }

  get closing(): Promise<unknown> | undefined {
    return this.#host?.closing;
  }

  /** @param pass what their connection is going to show */
  async admit(user: User, by: 'create' | 'joinById', pass: string): Promise<Answer> {
    const request = {
      by,
      user,
      address: undefined,
      name: user.id,
      dealNonce: '',
      dealPart: false,
      events: false,
      pass,
    };
    return admit(this.#at, this.#reserved, request, { ...withoutLimits, chance: this.#server.chance });
  }

  /** The first look at a connection. @returns whether it may have its handshake. */
  async examine(sessionId: string, secret: Secret): Promise<boolean> {
    const holder = this.#at.holder(sessionId, secret);
    if (holder === closeCodes.replaced) this.#world.counts.add('refused by a token that a newer one had replaced');
    if (typeof holder !== 'object') return false;
    const older = this.#connections.get(sessionId);
    if (older && !this.#arriving.has(sessionId)) {
      this.#world.counts.add('a connection was replaced by a newer one');
      await this.#close(older, closeCodes.replaced);
    }
    return true;
  }

  /** The second look, after the handshake, and the seat. */
  arrive(connection: Connection, sessionId: string, secret: Secret): void {
    const ticket = this.#at.holder(sessionId, secret);
    // Of two that have come so far at once, one gets the seat.
    const isTaken = this.#arriving.has(sessionId) || this.#connections.has(sessionId);
    if (typeof ticket !== 'object') connection.close(ticket ?? closeCodes.seatGone);
    else if (isTaken) connection.close(closeCodes.mayReconnect);
    else {
      this.#at.seat(ticket, secret);
      this.#join(connection, ticket).catch((error) => this.#world.witness.fault(error));
    }
  }

  async receive(connection: Connection, asking: Asking): Promise<void> {
    const { type, payload, commandId } = asking;
    if (commandId !== undefined) {
      if (this.#underWay.has(commandId)) this.#world.counts.add('a repeat came while the first was under way');
      this.#underWay.add(commandId);
    }
    try {
      const answer = await this.#at.carryOut(connection, type, payload);
      this.#say(connection, { is: 'answer', to: asking, answer });
    } catch (error) {
      if (!(error instanceof RecallError)) return this.#world.witness.fault(error);
      this.#say(connection, { is: 'refusal', to: asking, code: error.code, message: error.message });
    } finally {
      if (commandId !== undefined) this.#underWay.delete(commandId);
    }
  }

  /** A connection was lost. */
  async dropped(connection: Connection): Promise<void> {
    if (this.#parts(connection)) await this.#at.dropped(connection);
  }

  async left(connection: Connection): Promise<void> {
    if (this.#parts(connection)) await this.#at.left(connection);
  }

  /** The process ends, the room doesn't. */
  async handOver(): Promise<void> {
    await this.#at.handOver();
  }

  pause(): void {
    this.#host?.pause();
  }

  confirm(): void {
    this.#host?.confirm();
  }

  show(room: GameRoom, view: PublicView): void {
    const state: Frame = { is: 'state', n: room.n, view };
    for (const connection of this.#connections.values()) this.#say(connection, state);
  }

  broadcast: Carrier<Connection>['broadcast'] = (type, payload, except) => {
    if (type === 'paused' || type === 'resumed') {
      const { clock } = this.#server.process;
      this.#world.witness.paused(this.#claim, type === 'paused', { now: clock.now(), elapsed: clock.elapsed() });
    }
    for (const connection of this.#connections.values()) {
      if (!except.includes(connection)) this.send(connection, type, payload);
    }
  };

  send: Carrier<Connection>['send'] = (connection, type, payload) => {
    const n = this.#at.telling;
    if (n !== null) return this.#say(connection, { is: 'message', n, type, payload });
    if (type === 'paused' || type === 'resumed' || type === 'room_closed')
      this.#say(connection, { is: 'notice', type });
  };

  close(connection: Connection, code: number): void {
    this.#close(connection, code).catch((error) => this.#world.witness.fault(error));
  }

  async closeAll(code: number): Promise<void> {
    const connections = [...this.#connections.values()];
    this.#connections.clear();
    for (const connection of connections) connection.close(code);
    await this.#dispose();
    this.#server.disposed(this.#roomId, this);
  }

  get #at(): RoomHost<Connection> {
    if (!this.#host) throw new RecallError('ROOM_NOT_FOUND', 'This room is not open.');
    return this.#host;
  }

  get #options(): RoomHostOptions<Connection> {
    const { process, chance, journal, hooks, log } = this.#server;
    return {
      ...{ carrier: this, journal, clock: process.clock, chance, hooks, log },
      replayTtlMs: 7 * 86_400_000,
      format: this.#server.format,
      botDelayMs: this.#world.settings.botDelayMs,
      tokenOf: () => this.#server.freshToken(),
      onStep: (steps) => this.#reserved.follow(this.#roomId, steps),
      onLost: (error) => this.#world.witness.lost(this.#claim, error),
    };
  }

  async #join(connection: Connection, ticket: Ticket): Promise<void> {
    const { sessionId, wayIn } = ticket;
    connection.sessionId = sessionId;
    this.#connections.set(sessionId, connection);
    this.#arriving.add(sessionId);
    const refusal = await this.#at.sitDown(connection, ticket).finally(() => this.#arriving.delete(sessionId));
    if (refusal) {
      const code = wayIn === 'back' && isForNow(refusal) ? closeCodes.mayReconnect : closeCodes.seatGone;
      return this.#close(connection, code);
    }
    if (this.#connections.get(sessionId) !== connection) return;
    const { room } = this.#at;
    const { reconnectionToken: token } = connection;
    this.#say(connection, { is: 'welcome', sessionId, token, n: room.n, view: publicView(room) });
  }

  /** As Colyseus does it: the room has parted with it before it is closed. */
  async #close(connection: Connection, code: number): Promise<void> {
    await this.dropped(connection);
    connection.close(code);
  }

  /** @returns whether it was still there. */
  #parts(connection: Connection): boolean {
    const isThere = this.#connections.get(connection.sessionId) === connection;
    return isThere && this.#connections.delete(connection.sessionId);
  }

  #say(connection: Connection, frame: Frame): void {
    connection.send(frame, this.#claim);
  }

  get #claim(): Claim {
    return { roomId: this.#roomId, token: this.#token };
  }

  #dispose(): Promise<void> {
    // Where the journal can't be told now, whoever opens it next is told.
    this.#disposing ??= this.#at.dispose().catch(() => {});
    return this.#disposing;
  }
}

const noLapses = { wait: async () => null, add: async () => {} };
/** What nobody runs into here: none of it is a matter of the order in which things happen. */
const withoutLimits = {
  memory: { isFull: false },
  lapses: noLapses,
  attempts: {
    begin: () => {
      throw new Error('no room has a password here');
    },
  },
  comings: { use: async () => null, add: async () => {}, peek: async () => null, giveBack: async () => {} },
};
