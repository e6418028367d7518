import { type Client, CloseCode, Room, ServerError } from '../colyseus/colyseus.ts';
import { sendLast, type Taker, takeMessages } from '../colyseus/frames.ts';
import { FreshIds, turnOf } from '../colyseus/freshIds.ts';
import { offerMessages } from '../colyseus/offered.ts';
import { close } from '../colyseus/seats.ts';
import { SharedSerializer } from '../colyseus/serializer.ts';
import { publicView } from '../game/view.ts';
import { NoSuchRoom, type OpenJournal } from '../journal/journal.ts';
import { type AdmitRequest, type Answer, admit, comeBack } from '../matchmaking/admission.ts';
import { authenticate, type Threshold, ticketOf } from '../matchmaking/arrival.ts';
import { type Askable, NotThere, type Shut, throwRefusal } from '../matchmaking/askRoom.ts';
import { writeToken } from '../matchmaking/clientToken.ts';
import { asCreationError } from '../matchmaking/errors.ts';
import type { Opening } from '../matchmaking/opening.ts';
import { full } from '../ops/memory.ts';
import { annotate, spanOf } from '../ops/trace.ts';
import type { User } from '../people/user.ts';
import type { Seats } from '../people/userRooms.ts';
import type { RoomOfUsers } from '../people/usersHere.ts';
import type { RoomReport as OperatorsReport } from '../protocol/admin.ts';
import { closeCodes, codes, RecallError } from '../protocol/errors.ts';
import { type MessageType, maxMessageBytes } from '../protocol/fromClient.ts';
import type { PersonMessage } from '../protocol/fromPerson.ts';
import { fromClient } from '../protocol/schemas/fromClient.ts';
import { fromPerson } from '../protocol/schemas/fromPerson.ts';
import type { PersonPresence, RoomFacts } from '../protocol/toClient.ts';
import type { Services } from '../services.ts';
import type { Ticket } from '../table/passes.ts';
import { roomCreated, roomFacts, roomReport } from '../table/projection.ts';
import type { ReadRoom } from '../table/reading.ts';
import { gone, isForNow } from '../table/refused.ts';
import { ReservedSeats } from '../table/reservedSeats.ts';
import { RoomHost, type RoomHostOptions } from '../table/roomHost.ts';
import type { Carrier } from '../table/seating.ts';
import { SeatKeeper } from '../table/seatKeeper.ts';
import type { Holder, Secret } from '../table/seatKeys.ts';
import type { Step } from '../table/steps.ts';
import { isRefused } from '../table/table.ts';
import { createIntake } from './intake.ts';
import { awaitReady } from './joining.ts';
import { createMessageLimits } from './messageLimits.ts';
import { answerPerson, isPersonMessage } from './peopleMessages.ts';
import { RoomReport } from './report.ts';
import { RoomListing } from './roomListing.ts';
import { schemaName } from './schema/name.ts';
import { RecallState } from './schema/state.ts';
import { StateWriter } from './schema/sync.ts';

/** A room whose process is gone: its journal, and what that tells of it. */
interface Revival {
  readonly claim: OpenJournal;
  readonly read: ReadRoom;
}

type PlayersClient = Client<{ auth: Ticket }>;

/**
 * A room as Colyseus sees it: it carries the connections of a room host, and keeps the listing and the lists of users in
 * step with it. The path of a move: frames.ts, intake.ts, roomHost.ts, messages.ts, table.ts, and back by roomHost.ts,
 * `show`, announce.ts and projection.ts.
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

  readonly #writer = new StateWriter(this.state);
  #services!: Services;
  #host: RoomHost<PlayersClient> | undefined;
  #keeper: SeatKeeper | undefined;
  #reserved!: ReservedSeats;
  #ids!: FreshIds;
  #report!: RoomReport;
  #listing: RoomListing | undefined;

  /**
   * Opens a room, or goes on with one whose process is gone.
   * @param options made by the server; matchmaking.ts lets nothing of a client's through
   */
  override async onCreate(options: { services: Services } & ({ opening: Opening } | Revival)): Promise<void> {
    this.#services = options.services;
    this.#reserved = new ReservedSeats(options.services);
    if ('claim' in options) await this.#resume(options);
    else await this.#open(options.opening);
    const facts = roomFacts(this.#at.room);
    const isPrivate = facts.permission === 'private';
    await this.setMatchmaking({ metadata: facts, private: isPrivate, unlisted: isPrivate });
    RecallRoom.here.add(this);
    this.#keeper?.begin(this.#at.room);
  }

  async #open(opening: Opening): Promise<void> {
    // As Colyseus says it of a process that ends: whoever has chosen this one tries another.
    if (!this.#services.takesRooms()) throw new Error('room not created: shutting down');
    if (this.#services.memory.isFull) throw asCreationError(full());
    this.roomId = opening.roomId;
    this.#ids = new FreshIds(this.state, 0, 1);
    const opened = RoomHost.open({ type: 'open', ...opening }, this.#hostOptions());
    this.#begin(
      await opened.catch((error) => {
        throw asCreationError(error);
      }),
    );
    const { room } = this.#at;
    this.#writer.show(publicView(room));
    const { gameType, maxPlayers, permission } = room.settings;
    this.#services.log.info({ roomId: this.roomId, gameType, maxPlayers, permission }, 'a room is open');
    this.#services.hooks.emit('room_created', roomCreated(room));
  }

  async #resume({ claim, read }: Revival): Promise<void> {
    this.roomId = claim.roomId;
    const host = RoomHost.resume(claim, read, this.#hostOptions());
    this.#ids = new FreshIds(this.state, host.room.n, claim.token);
    this.#begin(host);
    await host.recover();
  }

  #hostOptions(): RoomHostOptions<PlayersClient> {
    const { config, clock, chance, hooks, log, journal } = this.#services;
    return {
      ...{ carrier: this.#carrier, journal, clock, chance, hooks, log },
      replayTtlMs: config.replayTtlMs,
      botDelayMs: [config.botDelayMinMs, config.botDelayMaxMs],
      onStep: (steps) => this.#follow(steps),
      onLost: (error) => {
        if (error instanceof NoSuchRoom) this.#keeper?.clear();
      },
    };
  }

  #begin(host: RoomHost<PlayersClient>): void {
    this.#host = host;
    const { roomId } = this;
    this.#report = new RoomReport(roomId, this.#services);
    const { settings } = host.room;
    const { userRooms, usersHere, tellOfUserRooms: onChange, clock, log } = this.#services;
    const onMove = (before: Seats, after: Seats) => usersHere.move(this, before, after);
    this.#keeper = new SeatKeeper({ roomId, userRooms, clock, log, ttlMs: settings.ttlMs, onMove, onChange });
    const listed = () => this.metadata as RoomFacts | undefined;
    this.#listing = new RoomListing({ clock, listed, list: (facts) => this.#list(facts) });
    takeMessages(this, maxMessageBytes, RecallRoom.#intakeOf(this.#services));
    this.#writer.settings(settings);
  }

  /** Colyseus sets a stock one for each state. */
  override setSerializer(): void {
    super.setSerializer(new SharedSerializer());
  }

  get closing(): Promise<unknown> | undefined {
    return this.#host?.closing;
  }

  /** Whether it stands still, since the journal can't be reached. */
  get isPaused(): boolean {
    return this.#host?.isPaused ?? false;
  }

  admit(request: AdmitRequest, from?: string): Promise<Answer> {
    return spanOf(from, 'admit', async () => admit(this.#there, this.#reserved, request, this.#services));
  }

  comeBack(token: string, from?: string): Answer {
    return spanOf(from, 'comeBack', () => comeBack(this.#there.seatOf(token)));
  }

  inspect(): OperatorsReport {
    return roomReport(this.#there.room, this.isPaused);
  }

  async shut(): Promise<Shut> {
    const outcome = await this.#there.submit({ type: 'close', reason: 'closed' });
    // It may have closed while that waited.
    if (!isRefused(outcome) || this.#at.room.closed) return {};
    if (outcome === gone) throw new NotThere(this.roomId);
    return { refused: { code: outcome.refused, message: goesOn } };
  }

  async signOut(userId: string, why: 'signed out' | 'banned'): Promise<void> {
    await this.#at.signOut(userId, why);
  }

  /** A user is erased. @returns whether the room knew them; when it is durable that it doesn't any more */
  async erase(userId: string): Promise<boolean> {
    return this.#host?.erase(userId) ?? false;
  }

  tellOfPresence(change: PersonPresence): void {
    this.#at.tellOfPresence(change);
  }

  holder(sessionId: string, secret: Secret): Holder {
    const holder = this.#at.holder(sessionId, secret);
    if (typeof holder !== 'object' || !('token' in secret)) return holder;
    // With the decoder that it keeps it could not read the state.
    return secret.schema === undefined || secret.schema === this.#decoder ? holder : closeCodes.comeAnew;
  }

  seat(ticket: Ticket, secret: Secret): void {
    this.#at.seat(ticket, secret);
  }

  users(): readonly User[] {
    return this.#at.users();
  }

  /** What the decoders of this room's state are good for. */
  get #decoder(): string {
    return `${schemaName}-${turnOf(this.#at.room.n)}`;
  }

  /** @throws ServerError where the seat is gone: Colyseus closes the connection then. */
  override async onJoin(client: PlayersClient): Promise<void> {
    const ticket = ticketOf(client);
    if (!ticket) throw new ServerError(codes.UNAUTHENTICATED, 'UNAUTHENTICATED: this seat is reserved for another');
    awaitReady(client, this.#services);
    const refusal = await this.#at.sitDown(client, ticket);
    if (!refusal) {
      client.reconnectionToken = writeToken({ token: client.reconnectionToken, schema: this.#decoder });
      return this.#services.connections.add(ticket.user.id, client);
    }
    const { refused, message } = refusal;
    // Only for now: the seat waits on, and the SDK goes on trying, which Colyseus' own code would end.
    if (ticket.wayIn === 'back' && isForNow(refusal)) client.leave(closeCodes.mayReconnect);
    throw new ServerError(codes[refused], `${refused}: ${message}`);
  }

  override async onDrop(client: PlayersClient): Promise<void> {
    await this.#at.dropped(client);
  }

  override async onLeave(client: PlayersClient, code?: number): Promise<void> {
    // Colyseus calls this too when a connection was lost.
    if (code !== CloseCode.CONSENTED) return this.onDrop(client);
    const { sessionId } = client;
    const hasLeft = await this.#at.left(client);
    if (hasLeft) sendLast(client, 'leave_room_success', { room_id: this.roomId, session_id: sessionId });
  }

  /** Without a code, the room is over for good: the monitor's button. */
  override async disconnect(code?: number): Promise<void> {
    if (code !== undefined) {
      await this.#at.closeAll(code);
      return;
    }
    const outcome = await this.shut();
    // The monitor says only that the room is not available.
    if (outcome.refused) this.#services.log.warn({ roomId: this.roomId, ...outcome.refused }, 'a room was not closed');
    throwRefusal(outcome);
  }

  /** The process takes no rooms any more, and lives on. @returns when the room is here no more */
  async handOver(): Promise<void> {
    await this.#host?.handOver();
  }

  /** The process ends, the room doesn't: whoever opens its journal goes on with it. */
  override onBeforeShutdown(): void {
    void this.#host?.handOver();
  }

  override async onDispose(): Promise<void> {
    RecallRoom.here.delete(this);
    this.#listing?.stop();
    this.#keeper?.stop();
    await this.#host?.dispose();
  }

  /** The journal can't be reached. */
  pause(): void {
    this.#host?.pause();
  }

  /** This process may have been stalled for longer than its lease. */
  confirm(): void {
    this.#host?.confirm();
  }

  async #carryOut(client: PlayersClient, type: MessageType | PersonMessage, payload: object): Promise<object> {
    annotate({ 'recall.room_id': this.roomId, 'recall.session_id': client.sessionId });
    this.#at.checkSeat(client);
    const { user } = client.auth as Ticket;
    if (!secret.includes(type)) this.#services.presence.active(user.id);
    if (isPersonMessage(type)) return answerPerson(this.#services, user, type, payload);
    return this.#at.carryOut(client, type, payload);
  }

  /** Takes the messages in of all rooms that have these services. */
  static #intakeOf(services: Services): Taker<RecallRoom> {
    const known = intakes.get(services);
    if (known) return known;
    const { config, clock, log } = services;
    const intake = createIntake(
      (room: RecallRoom, client: PlayersClient, type: MessageType | PersonMessage, payload) =>
        room.#carryOut(client, type, payload),
      createMessageLimits(config.messagesPerS, config.badMessages, clock),
      log,
      { ...fromClient, ...fromPerson },
    );
    intakes.set(services, intake);
    return intake;
  }

  get #at(): RoomHost<PlayersClient> {
    if (!this.#host) throw new RecallError('ROOM_NOT_FOUND', 'This room is not open.');
    return this.#host;
  }

  /** For who asks by askRoom.ts. @throws NotThere when it is closing */
  get #there(): RoomHost<PlayersClient> {
    if (this.closing) throw new NotThere(this.roomId);
    return this.#at;
  }

  readonly #carrier: Carrier<PlayersClient> = {
    show: (_, view) => {
      this.#writer.show(view);
      this.broadcastPatch();
    },
    broadcast: (type, payload, except) =>
      this.broadcast(type, payload, except.length > 0 ? { except: [...except] } : undefined),
    send: (client, type, payload) => client.send(type, payload),
    close: (client, code) => void close(this, client, code),
    // One that is still being created has no connections, and Colyseus ends it by itself.
    closeAll: async (code) => (RecallRoom.here.has(this) ? super.disconnect(code) : undefined),
  };

  #follow(steps: readonly Step[]): void {
    const { room } = this.#at;
    this.#listing?.follow(steps);
    this.#keeper?.follow(steps);
    this.#reserved.follow(this.roomId, steps);
    this.#report.follow(steps);
    // Before connections are closed for what has happened: these are closed all the same.
    if (!room.closed && RecallRoom.here.has(this) && this.#ids.areUsedUp(room.n)) this.#beginAnew();
  }

  /** Who comes back begins with a fresh state, and so does the room: nobody takes anything new in it for something old. */
  #beginAnew(): void {
    const { log, recovery } = this.#services;
    const { roomId } = this;
    log.warn({ roomId }, 'a room has used up the ids of its state: its players come back to a fresh one');
    void this.#at.handOver(closeCodes.comeAnew);
    recovery.bring(roomId).catch((err) => log.warn({ err, roomId }, 'the room comes back when somebody asks for it'));
  }

  async #list(facts: RoomFacts): Promise<void> {
    await this.setMatchmaking({ metadata: facts }).catch((err) =>
      this.#services.log.warn({ err }, 'listing a room failed'),
    );
  }
}

offerMessages(RecallRoom, fromClient);

/** One for all rooms of a process. */
const intakes = new WeakMap<Services, Taker<RecallRoom>>();

/** That these have come is nobody's business: who was away must not be online by them. */
const secret: readonly (MessageType | PersonMessage)[] = ['deal_commit', 'deal_reveal', 'pass_window'];

/** What an operator is told who can't close a room. */
const goesOn = 'that this room is over can not be stored, and it goes on: close it again when /health/ready is well';
