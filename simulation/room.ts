import type { Command } from '../src/game/commands.ts';
import { isPerson, seatBySession, seatByUser } from '../src/game/room.ts';
import { publicView } from '../src/game/view.ts';
import { NoSuchRoom, type OpenJournal } from '../src/journal/journal.ts';
import { closeCodes, RecallError } from '../src/protocol/errors.ts';
import { Announcer, type Audience, type Entry } from '../src/table/announce.ts';
import { BotPlayers } from '../src/table/botPlayers.ts';
import { carryOut } from '../src/table/messages.ts';
import type { Step } from '../src/table/steps.ts';
import { isRefused, Table, type TableOptions } from '../src/table/table.ts';
import type { Connection } from './connection.ts';
import type { Asking, Frame } from './frames.ts';
import type { Server } from './server.ts';
import type { Claim } from './witness.ts';
import type { World } from './world.ts';

/**
 * A room at its owner: RecallRoom without Colyseus. The table, its computer players, what is announced and how a message is
 * carried out are the real ones; what is here instead is who is connected.
 */
export class Room {
  readonly #world: World;
  readonly #server: Server;
  readonly #roomId: string;
  #table: Table | undefined;
  #token = 1;
  readonly #announcer: Announcer;
  readonly #bots: BotPlayers;
  readonly #seated = new Map<string, Connection>();
  readonly #entries = new WeakMap<Connection, Entry>();
  readonly #underWay = new Set<string>();
  #disposing: Promise<void> | undefined;
  /** The step that is being told, and how many frames of it have left. */
  #telling = 0;

  /** @throws JournalUnavailable */
  static async open(world: World, server: Server, command: Extract<Command, { type: 'open' }>): Promise<Room> {
    const room = new Room(world, server, command.roomId);
    room.#table = await Table.open(command, room.#tableOptions());
    return room;
  }

  /** @throws what `RecallRoom` throws when it can't go on with a room. */
  static async resume(world: World, server: Server, claim: OpenJournal): Promise<Room> {
    const room = new Room(world, server, claim.roomId);
    try {
      await room.#resume(claim);
      return room;
    } catch (error) {
      // Colyseus disposes of a room that can't be created, and doesn't wait for it.
      room.#dispose().catch(() => {});
      throw error;
    }
  }

  private constructor(world: World, server: Server, roomId: string) {
    this.#world = world;
    this.#server = server;
    this.#roomId = roomId;
    const { process, chance } = server;
    this.#announcer = new Announcer(this.#audience, server.hooks);
    this.#bots = new BotPlayers({
      clock: process.clock,
      chance,
      delayMs: world.settings.botDelayMs,
      room: () => this.#at.room,
      submit: (command) => void this.#at.submit(command).catch((error) => world.witness.fault(error)),
    });
  }

  /** A step is being told, and something of it has been told. */
  get isTelling(): boolean {
    return this.#telling > 0;
  }

  /** @returns the seat of a user, and how a connection comes to it; or null where they are refused. */
  async admit(userId: string): Promise<{ sessionId: string; entry: Entry } | null> {
    const who = { userId, name: userId, dealNonce: '', sessionId: this.#server.chance.freshId() };
    const outcome = await this.#at.submit({ type: 'enter', who, roles: [], password: 'none', random: false });
    const seat = isRefused(outcome) ? null : seatByUser(outcome.room, userId);
    return seat && { sessionId: seat.sessionId, entry: 'joined' };
  }

  /** With a pass: whoever sat there before has to go. */
  async sitDown(connection: Connection, sessionId: string, entry: Entry): Promise<void> {
    const older = this.#seated.get(sessionId);
    if (older) {
      this.#world.counts.add('a connection was replaced by a newer one');
      this.#seated.delete(sessionId);
      older.close(closeCodes.replaced);
      await this.#at.insist({ type: 'drop', sessionId }, () => !this.#seated.has(sessionId));
    }
    // Of two that have come so far at once, one gets the seat.
    if (this.#seated.has(sessionId)) return connection.close(closeCodes.mayReconnect);
    await this.#connect(connection, sessionId, entry);
  }

  /** Whether somebody may come back by that token. An older connection that is still open has to go. */
  awaits(sessionId: string, token: string): boolean {
    const older = this.#seated.get(sessionId);
    if (older?.token === token && older.isWelcome) {
      this.#world.counts.add('a connection was replaced by a newer one');
      older.close(closeCodes.replaced);
      this.dropped(older).catch((error) => this.#world.witness.fault(error));
    }
    const seat = seatBySession(this.#at.room, sessionId);
    if (!isPerson(seat)) return false;
    if (seat.token !== token) this.#world.counts.add('refused by a token that a newer one had replaced');
    return seat.token === token && !this.#seated.has(sessionId);
  }

  async comeBack(connection: Connection, sessionId: string): Promise<void> {
    await this.#connect(connection, sessionId, 'back');
  }

  async receive(connection: Connection, asking: Asking): Promise<void> {
    const { type, payload, commandId } = asking;
    const { sessionId } = connection;
    if (commandId !== undefined) {
      if (this.#underWay.has(commandId)) this.#world.counts.add('a repeat came while the first was under way');
      this.#underWay.add(commandId);
    }
    try {
      if (!this.#isSeated(connection)) throw new RecallError('NOT_ALLOWED', 'You have no seat in this room any more.');
      const answer = await carryOut(this.#at, sessionId, type, payload, this.#server.process.clock.now());
      this.#say(connection, { is: 'answer', to: asking, answer });
    } catch (error) {
      if (!(error instanceof RecallError)) return this.#world.witness.fault(error);
      this.#say(connection, { is: 'refusal', to: asking, code: error.code, message: error.message });
    } finally {
      if (commandId !== undefined) this.#underWay.delete(commandId);
    }
  }

  /** A connection was lost. The seat waits for its return until the table gives it up. */
  async dropped(connection: Connection): Promise<void> {
    if (!this.#isSeated(connection)) return;
    const { sessionId } = connection;
    this.#seated.delete(sessionId);
    await this.#at.insist({ type: 'drop', sessionId }, () => !this.#seated.has(sessionId));
  }

  async left(connection: Connection): Promise<void> {
    if (!this.#isSeated(connection)) return;
    this.#seated.delete(connection.sessionId);
    await this.#at.insist({ type: 'leave', sessionId: connection.sessionId, reason: 'left' });
  }

  /** The process ends, the room doesn't. */
  async handOver(): Promise<void> {
    await this.#table?.release().catch(() => {});
    await this.#closeAll(closeCodes.mayReconnect);
  }

  pause(): void {
    this.#table?.pause();
  }

  confirm(): void {
    void this.#table?.confirm();
  }

  get #at(): Table {
    if (!this.#table) throw new RecallError('ROOM_NOT_FOUND', 'This room is not open.');
    return this.#table;
  }

  async #resume(claim: OpenJournal): Promise<void> {
    this.#token = claim.token;
    const { table, match } = await Table.resume(claim, this.#tableOptions());
    this.#table = table;
    this.#bots.catchUp(match);
    const outcome = await table.submit({ type: 'recover' });
    if (isRefused(outcome)) throw new RecallError(outcome.refused, outcome.message);
  }

  #tableOptions(): TableOptions {
    const { process, chance, journal, log } = this.#server;
    return {
      journal,
      clock: process.clock,
      chance,
      log,
      replayTtlMs: 7 * 86_400_000,
      onStep: (steps) => this.#onStep(steps),
      onPause: (paused) => this.#onPause(paused),
      onLost: (error) => this.#onLost(error),
    };
  }

  async #connect(connection: Connection, sessionId: string, entry: Entry): Promise<void> {
    connection.sessionId = sessionId;
    const known = entry === 'back' && seatBySession(this.#at.room, sessionId)?.token;
    connection.token = known || this.#server.freshToken();
    this.#entries.set(connection, entry);
    this.#seated.set(sessionId, connection);
    const outcome = await this.#at.submit({ type: 'connect', sessionId, token: connection.token });
    if (isRefused(outcome)) {
      if (this.#isSeated(connection)) this.#seated.delete(sessionId);
      return connection.close(closeCodes.mayReconnect);
    }
    if (!this.#isSeated(connection)) return;
    const { room } = this.#at;
    this.#say(connection, { is: 'welcome', sessionId, token: connection.token, n: room.n, view: publicView(room) });
  }

  #isSeated(connection: Connection): boolean {
    return this.#seated.get(connection.sessionId) === connection;
  }

  /** What is durable goes out. */
  #onStep(steps: readonly Step[]): void {
    const { room } = this.#at;
    const view = publicView(room);
    const state: Frame = { is: 'state', n: room.n, view };
    for (const connection of this.#seated.values()) this.#say(connection, state);
    for (const step of steps) {
      this.#telling = step.after.n;
      this.#announcer.announce(step);
    }
    this.#telling = 0;
    for (const step of steps) this.#partWith(step);
    if (room.closed) void this.#closeAll(closeCodes.roomClosed);
    else this.#bots.follow(steps, view);
  }

  readonly #audience: Audience = {
    all: (type, payload) => {
      for (const connection of this.#seated.values()) this.#tell(connection, type, payload);
    },
    others: (sessionId, type, payload) => {
      for (const [id, connection] of this.#seated) if (id !== sessionId) this.#tell(connection, type, payload);
    },
    one: (sessionId, type, payload) => {
      const connection = this.#seated.get(sessionId);
      if (connection) this.#tell(connection, type, payload);
    },
    entryOf: (sessionId) => {
      const connection = this.#seated.get(sessionId);
      return (connection && this.#entries.get(connection)) ?? 'back';
    },
  };

  #tell(connection: Connection, type: string, payload: object): void {
    this.#say(connection, { is: 'message', n: this.#telling, type, payload });
  }

  #say(connection: Connection, frame: Frame): void {
    connection.send(frame, this.#claim);
  }

  get #claim(): Claim {
    return { roomId: this.#roomId, token: this.#token };
  }

  #partWith({ before, event }: Step): void {
    const sessionId = event.type === 'seat_left' ? before.seats[event.seat]?.sessionId : undefined;
    if (sessionId === undefined) return;
    const connection = this.#seated.get(sessionId);
    this.#seated.delete(sessionId);
    connection?.close(closeCodes.kicked);
  }

  #onPause(paused: boolean): void {
    if (paused) this.#bots.stop();
    const { clock } = this.#server.process;
    this.#world.witness.paused(this.#claim, paused, { now: clock.now(), elapsed: clock.elapsed() });
    for (const connection of this.#seated.values()) {
      this.#say(connection, { is: 'notice', type: paused ? 'paused' : 'resumed' });
    }
  }

  #onLost(error: unknown): void {
    const isOver = error instanceof NoSuchRoom;
    this.#world.witness.lost(this.#claim, error);
    if (isOver) for (const one of this.#seated.values()) this.#say(one, { is: 'notice', type: 'room_closed' });
    void this.#closeAll(isOver ? closeCodes.roomClosed : closeCodes.mayReconnect);
  }

  async #closeAll(code: number): Promise<void> {
    const connections = [...this.#seated.values()];
    this.#seated.clear();
    this.#bots.stop();
    for (const connection of connections) connection.close(code);
    await this.#dispose().catch(() => {});
    this.#server.disposed(this.#roomId, this);
  }

  #dispose(): Promise<void> {
    this.#bots.stop();
    const table = this.#table;
    this.#disposing ??= (table?.room.closed ? table.forget() : table?.release()) ?? Promise.resolve();
    return this.#disposing;
  }
}
