import { type Client, CloseCode, Room, ServerError } from '@colyseus/core';
import { sendLast, takeMessages } from '../colyseus/frames.ts';
import { FreshIds } from '../colyseus/freshIds.ts';
import { close } from '../colyseus/seats.ts';
import type { Command } from '../game/commands.ts';
import { seatBySession, seatByUser } from '../game/room.ts';
import { publicView } from '../game/view.ts';
import { NoSuchRoom, type OpenJournal } from '../journal/journal.ts';
import { type AdmitRequest, type Answer, admit, authenticate, comeBack } from '../matchmaking/admission.ts';
import { type Threshold, ticketOf } from '../matchmaking/arrival.ts';
import { type Askable, NotThere } from '../matchmaking/askRoom.ts';
import { asCreationError } from '../matchmaking/errors.ts';
import type { Opening } from '../matchmaking/opening.ts';
import { full } from '../ops/memory.ts';
import type { User } from '../people/user.ts';
import type { Seats } from '../people/userRooms.ts';
import type { RoomOfUsers } from '../people/usersHere.ts';
import { closeCodes, codes, RecallError } from '../protocol/errors.ts';
import { fromClient, type MessageType, maxMessageBytes, messageTypes } from '../protocol/fromClient.ts';
import { fromPerson, type PersonMessage } from '../protocol/fromPerson.ts';
import type { PersonPresence, RoomFacts } from '../protocol/toClient.ts';
import type { Services } from '../services.ts';
import { Announcer, type Entry } from '../table/announce.ts';
import { BotPlayers } from '../table/botPlayers.ts';
import { carryOut } from '../table/messages.ts';
import type { Ticket } from '../table/passes.ts';
import { roomCreated, roomFacts } from '../table/projection.ts';
import { ReservedSeats } from '../table/reservedSeats.ts';
import { SeatKeeper } from '../table/seatKeeper.ts';
import { freshToken, type Holder, SeatKeys, type Secret } from '../table/seatKeys.ts';
import { ShortWindows } from '../table/shortWindows.ts';
import type { Step } from '../table/steps.ts';
import { isRefused, Table, type TableOptions } from '../table/table.ts';
import { createIntake } from './intake.ts';
import { awaitReady } from './joining.ts';
import { createLimits } from './limits.ts';
import { answerPerson, isPersonMessage } from './peopleMessages.ts';
import { RecallState } from './schema/state.ts';
import { sync, syncSettings } from './schema/sync.ts';
import { Seating } from './seating.ts';

/**
 * A room as Colyseus sees it: connections on one side, the table on the other. What happens to a connection becomes a
 * command; what happened at the table becomes the synced state and messages. The path of a move: frames.ts, intake.ts,
 * messages.ts, table.ts, and back by `#onStep`, announce.ts and projection.ts.
 *
 * Hidden cards are in `#` fields alone, and no method returns them: the monitor shows whatever else there is.
 */
export class RecallRoom
  extends Room<{ state: RecallState; metadata: RoomFacts }>
  implements Threshold, Askable, RoomOfUsers
{
  static override onAuth = authenticate;

  override state = new RecallState();
  /** Our rules say when a room is over. */
  override autoDispose = false;
  /** Patches go out with each step. Colyseus would tick its clock all the time if this were null. */
  override patchRate = 2_147_483_647;

  /** The rooms of this process. */
  static readonly here = new Set<RecallRoom>();

  #services!: Services;
  #table: Table | undefined;
  #bots!: BotPlayers;
  #windows!: ShortWindows;
  #announcer!: Announcer;
  #keeper: SeatKeeper | undefined;
  #reserved!: ReservedSeats;
  #keys!: SeatKeys;
  #ids!: FreshIds;
  readonly #seating = new Seating(this);
  #closing: Promise<unknown> | undefined;

  /**
   * Opens a room, or goes on with one whose process is gone.
   * @param options made by the server; matchmaking.ts lets nothing of a client's through
   */
  override async onCreate(
    options: { services: Services } & ({ opening: Opening } | { claim: OpenJournal }),
  ): Promise<void> {
    this.#services = options.services;
    this.#reserved = new ReservedSeats(options.services.lapses);
    if ('claim' in options) await this.#resume(options.claim);
    else await this.#open(options.opening);
    const facts = roomFacts(this.#at.room);
    const isPrivate = facts.permission === 'private';
    await this.setMatchmaking({ metadata: facts, private: isPrivate, unlisted: isPrivate });
    RecallRoom.here.add(this);
    this.#keeper?.begin(this.#at.room);
  }

  async #open(opening: Opening): Promise<void> {
    if (this.#services.memory.isFull) throw asCreationError(full());
    this.roomId = opening.roomId;
    this.#ids = new FreshIds(this.state, 0, 1);
    const opened = Table.open({ type: 'open', ...opening }, this.#tableOptions());
    this.#seatTable(
      await opened.catch((error) => {
        throw asCreationError(error);
      }),
    );
    const { room } = this.#at;
    sync(this.state, publicView(room));
    this.#services.hooks.emit('room_created', roomCreated(room));
  }

  async #resume(claim: OpenJournal): Promise<void> {
    this.roomId = claim.roomId;
    const { table, match } = await Table.resume(claim, this.#tableOptions());
    this.#ids = new FreshIds(this.state, table.room.n, claim.token);
    this.#seatTable(table);
    this.#bots.catchUp(match);
    const outcome = await table.submit({ type: 'recover' });
    if (isRefused(outcome)) throw new RecallError(outcome.refused, outcome.message);
  }

  #tableOptions(): TableOptions {
    const { config, clock, chance, log, journal } = this.#services;
    return {
      journal,
      clock,
      chance,
      log,
      replayTtlMs: config.replayTtlMs,
      onStep: (steps) => this.#onStep(steps),
      onPause: (paused) => this.#onPause(paused),
      onLost: (error) => this.#onLost(error),
    };
  }

  #seatTable(table: Table): void {
    const { config, clock, chance, log, hooks } = this.#services;
    this.#table = table;
    this.#keys = new SeatKeys(clock, () => table.room);
    const room = () => table.room;
    const submitOr = (failure: string) => (command: Command) =>
      void table.submit(command).catch((err) => log.error({ err }, failure));
    this.#bots = new BotPlayers({
      clock,
      chance,
      delayMs: [config.botDelayMinMs, config.botDelayMaxMs],
      room,
      submit: submitOr('a computer player failed'),
    });
    const settled = () => this.#bots.areSettled;
    this.#windows = new ShortWindows({ clock, room, settled, submit: submitOr('ending a window failed') });
    this.#announcer = new Announcer(this.#seating, hooks);
    const { roomId } = this;
    const { userRooms, usersHere, tellOfUserRooms: onChange } = this.#services;
    const onMove = (before: Seats, after: Seats) => usersHere.move(this, before, after);
    const { ttlMs } = table.room.settings;
    this.#keeper = new SeatKeeper({ roomId, userRooms, clock, log, ttlMs, onMove, onChange });
    this.#takeMessages();
    syncSettings(this.state, table.room.settings);
  }

  /** Set as soon as the room closes, for good or to go on elsewhere; settles when it is here no more. */
  get closing(): Promise<unknown> | undefined {
    return this.#closing;
  }

  async admit(request: AdmitRequest): Promise<Answer> {
    if (this.#closing) throw new NotThere(this.roomId);
    return admit(this.#at, this.#keys, this.#reserved, request, this.#services);
  }

  async signOut(userId: string): Promise<void> {
    const seat = seatByUser(this.#at.room, userId);
    if (seat) await this.#at.insist({ type: 'leave', sessionId: seat.sessionId, reason: 'signed_out' });
  }

  tellOfPresence(change: PersonPresence): void {
    const seat = seatByUser(this.#at.room, change.user_id);
    if (seat) this.#seating.others(seat.sessionId, 'presence', change);
  }

  comeBack(token: string): Answer {
    if (this.#closing) throw new NotThere(this.roomId);
    return comeBack(this.#keys, token);
  }

  holder(sessionId: string, secret: Secret): Holder {
    return this.#keys.holder(sessionId, secret);
  }

  seat(ticket: Ticket, secret: Secret): void {
    this.#keys.seat(ticket, secret);
  }

  /** Everybody who has a seat. */
  users(): readonly User[] {
    return this.#keys.users();
  }

  /** @throws ServerError where the seat is gone: Colyseus closes the connection then. */
  override async onJoin(client: Client<{ auth: Ticket }>): Promise<void> {
    const ticket = ticketOf(client);
    if (!ticket) throw new ServerError(codes.UNAUTHENTICATED, 'UNAUTHENTICATED: this seat was promised to another');
    awaitReady(client, this.#services.clock);
    const { sessionId } = ticket;
    client.reconnectionToken = this.#tokenFor(ticket);
    this.#seating.take(client, entryOf(ticket));
    const outcome = await this.#at.submit({ type: 'connect', sessionId, token: client.reconnectionToken });
    if (!isRefused(outcome)) return this.#services.connections.add(ticket.user.id, client);
    this.#seating.part(client);
    // Only for now: the seat waits on, and the SDK goes on trying, which Colyseus' own code would end.
    const mayPass = outcome.refused === 'UNAVAILABLE' || outcome.refused === 'TOO_MANY_REQUESTS';
    if (ticket.entry === 'back' && mayPass) client.leave(closeCodes.mayReconnect);
    throw new ServerError(codes[outcome.refused], `${outcome.refused}: ${outcome.message}`);
  }

  /** A connection was lost, or we have closed it. The seat waits for its return until the table gives it up. */
  override async onDrop(client: Client): Promise<void> {
    const { sessionId } = client;
    if (!this.#seating.part(client)) return;
    await this.#at.insist({ type: 'drop', sessionId }, () => !this.#seating.isConnected(sessionId));
  }

  override async onLeave(client: Client, code?: number): Promise<void> {
    const { sessionId } = client;
    // Colyseus calls this too when a connection was lost.
    if (code !== CloseCode.CONSENTED) return this.onDrop(client);
    if (!this.#seating.part(client)) return;
    const done = await this.#at.insist({ type: 'leave', sessionId, reason: 'left' });
    if (done) sendLast(client, 'leave_room_success', { room_id: this.roomId, session_id: sessionId });
  }

  /** Without a code, the room is over for good: the monitor's button. */
  override async disconnect(code?: number): Promise<void> {
    if (code === undefined) await this.#at.submit({ type: 'close', reason: 'closed' });
    else await this.#closeAll(code);
  }

  /** The process ends, the room doesn't: whoever opens its journal goes on with it. */
  override onBeforeShutdown(): void {
    this.#closing ??= this.#handOver();
  }

  override async onDispose(): Promise<void> {
    RecallRoom.here.delete(this);
    this.#bots?.stop();
    this.#windows?.stop();
    this.#keeper?.stop();
    const table = this.#table;
    await (table?.room.closed ? table.forget() : table?.release());
  }

  #takeMessages(): void {
    const { config, clock, log } = this.#services;
    const limits = createLimits(config.messagesPerS, config.badMessages, clock);
    const intake = createIntake(
      async (client: Client<{ auth: Ticket }>, type: MessageType | PersonMessage, payload) => {
        if (!this.#seating.has(client)) throw new RecallError('NOT_ALLOWED', 'You have no seat in this room any more.');
        const { user } = client.auth as Ticket;
        if (!secret.includes(type)) this.#services.presence.active(user.id);
        if (isPersonMessage(type)) return answerPerson(this.#services, user, type, payload);
        if (type === 'pass_window') return this.#windows.pass(client.sessionId);
        return carryOut(this.#at, client.sessionId, type, payload, clock.now());
      },
      limits,
      log,
      { ...fromClient, ...fromPerson },
    );
    takeMessages(this, maxMessageBytes, intake);
    // For the playground alone, which offers the messages that are registered with Colyseus.
    for (const type of messageTypes) this.onMessage(type, fromClient[type], () => {});
  }

  get #at(): Table {
    if (!this.#table) throw new RecallError('ROOM_NOT_FOUND', 'This room is not open.');
    return this.#table;
  }

  /** Who comes back keeps the token, since the connection may break before they hear of another. A newer device gets its own. */
  #tokenFor({ entry, sessionId }: Ticket): string {
    const known = entry === 'back' && seatBySession(this.#at.room, sessionId)?.token;
    return known || freshToken();
  }

  /** What is durable goes out: the state first, then what happened, then what became of connections. */
  #onStep(steps: readonly Step[]): void {
    const { room } = this.#at;
    const view = publicView(room);
    sync(this.state, view);
    this.broadcastPatch();
    for (const step of steps) this.#announcer.announce(step);
    this.#list(roomFacts(room));
    this.#keeper?.follow(room);
    this.#reserved.follow(this.roomId, steps);
    for (const step of steps) this.#partWith(step);
    if (room.closed) void this.#closeAll(closeCodes.roomClosed);
    else if (RecallRoom.here.has(this) && this.#ids.areUsedUp(room.n)) this.#beginAnew();
    else this.#bots.follow(steps, view);
    this.#windows.follow();
  }

  /** Who comes back begins with a fresh state, and so does the room: nobody takes anything new in it for something old. */
  #beginAnew(): void {
    const { log, recovery } = this.#services;
    const { roomId } = this;
    log.error({ roomId }, 'a room has used up the ids of its state: its players come back to a fresh one');
    this.#closing ??= this.#handOver(closeCodes.comeAnew);
    recovery.bring(roomId).catch((err) => log.warn({ err, roomId }, 'the room comes back when somebody asks for it'));
  }

  #list(facts: RoomFacts): void {
    if (JSON.stringify(facts) === JSON.stringify(this.metadata)) return;
    this.setMatchmaking({ metadata: facts }).catch((err) => this.#services.log.warn({ err }, 'listing a room failed'));
  }

  /** A seat that was given up has no connection any more, and nobody returns to it. */
  #partWith({ before, event }: Step): void {
    const sessionId = event.type === 'seat_left' ? before.seats[event.seat]?.sessionId : undefined;
    if (event.type !== 'seat_left' || sessionId === undefined) return;
    this.#keys.forget(sessionId);
    const client = this.#seating.giveUp(sessionId);
    if (!client) return;
    const code = event.reason === 'signed_out' ? closeCodes.signedOut : closeCodes.kicked;
    void close(this, client, code);
  }

  async #handOver(code: number = closeCodes.mayReconnect): Promise<void> {
    const { log } = this.#services;
    await this.#at.release().catch((err) => log.warn({ err, roomId: this.roomId }, 'releasing a room failed'));
    await this.#partWithAll(code);
  }

  /** The journal can't be reached. */
  pause(): void {
    this.#table?.pause();
  }

  /** This process may have been stalled for longer than its lease. */
  confirm(): void {
    void this.#table?.confirm();
  }

  /** Computer players decide anew when the room goes on. */
  #onPause(paused: boolean): void {
    const why = { reason: 'the server can not store moves' };
    if (paused) {
      this.#bots?.stop();
      this.#windows?.stop();
      this.#seating.all('paused', why);
    } else this.#seating.all('resumed', why);
  }

  /** The room goes on elsewhere, or has expired: who ended it tells the hooks (expiry.ts). */
  #onLost(error: unknown): void {
    this.#services.log.warn({ err: error, roomId: this.roomId }, 'a room was lost');
    if (error instanceof NoSuchRoom) {
      this.#keeper?.clear();
      this.#seating.all('room_closed', { room_id: this.roomId, reason: 'expired' });
    }
    void this.#closeAll(error instanceof NoSuchRoom ? closeCodes.roomClosed : closeCodes.mayReconnect);
  }

  async #closeAll(code: number): Promise<void> {
    this.#closing ??= this.#partWithAll(code);
    await this.#closing;
  }

  async #partWithAll(code: number): Promise<void> {
    this.#seating.clear();
    this.#bots.stop();
    await super.disconnect(code);
  }
}

/** That these have come is nobody's business: who was away must not be online by them. */
const secret: readonly (MessageType | PersonMessage)[] = ['deal_commit', 'deal_reveal', 'pass_window'];

const entryOf = ({ entry }: Ticket): Entry => (entry === 'already' ? 'joined' : entry);
