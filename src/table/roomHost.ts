import type { Chance } from '../game/chance.ts';
import type { Command, CommandOf } from '../game/commands.ts';
import { isNamed } from '../game/erasing.ts';
import { seatBySession, seatByUser } from '../game/room.ts';
import type { LeaveReason, Parted, Room, Seat } from '../game/state.ts';
import { type PublicView, publicView } from '../game/view.ts';
import type { Hooks } from '../hooks.ts';
import { Fenced, type Journal, NoSuchRoom, type OpenJournal } from '../journal/journal.ts';
import type { Clock } from '../ops/clock.ts';
import type { Log } from '../ops/log.ts';
import { pauseSeconds, pauses, roomsLost } from '../ops/metrics.ts';
import { span } from '../ops/trace.ts';
import type { User } from '../people/user.ts';
import type { Answers } from '../protocol/answers.ts';
import { closeCodes, RecallError } from '../protocol/errors.ts';
import type { MessageType, Payload } from '../protocol/fromClient.ts';
import type { PersonPresence } from '../protocol/toClient.ts';
import { Announcer } from './announce.ts';
import { BotPlayers } from './botPlayers.ts';
import { carryOut } from './messages.ts';
import { MissedEvents } from './missedEvents.ts';
import type { Ticket } from './passes.ts';
import type { ReadRoom } from './reading.ts';
import type { Refused } from './refused.ts';
import { type Carrier, type Connection, Seating } from './seating.ts';
import { freshToken, type Holder, SeatKeys, type Secret } from './seatKeys.ts';
import { ShortWindows } from './shortWindows.ts';
import type { Step } from './steps.ts';
import { isRefused, type Outcome, Table, type TableOptions } from './table.ts';

export interface RoomHostOptions<C extends Connection> {
  readonly carrier: Carrier<C>;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly hooks: Hooks;
  readonly log: Log;
  /** How long a finished match is kept, ms. */
  readonly replayTtlMs: number;
  /** As `RecorderOptions.format`. */
  readonly format?: number;
  /** How long a computer player thinks, from and to, ms. */
  readonly botDelayMs: readonly [min: number, max: number];
  /** Makes a reconnection token; none that can be guessed, if nothing else is said. */
  readonly tokenOf?: () => string;
  /** Told of what has happened, when everybody who is connected has been, and before a connection is closed for it. */
  readonly onStep: (steps: readonly Step[]) => void;
  /** The room is not this process' any more, or has expired under it (`NoSuchRoom`). */
  readonly onLost: (error: unknown) => void;
}

/**
 * A room at its owner: the table on one side, the connections of its players on the other, whatever carries them. What
 * happens to a connection becomes a command, and what happened at the table the state and messages.
 */
export class RoomHost<C extends Connection> {
  readonly #options: RoomHostOptions<C>;
  readonly #seating: Seating<C>;
  readonly #missed: MissedEvents;
  readonly #announcer: Announcer;
  readonly #keys: SeatKeys;
  readonly #bots: BotPlayers;
  readonly #windows: ShortWindows;
  #table!: Table;
  #telling: number | null = null;
  #pausedAt: number | null = null;
  #closing: Promise<unknown> | undefined;

  /**
   * Opens a new room.
   * @throws JournalUnavailable nothing was opened: take another room id.
   */
  static async open<C extends Connection>(
    command: CommandOf<'open'>,
    options: RoomHostOptions<C>,
  ): Promise<RoomHost<C>> {
    const host = new RoomHost(options);
    host.#table = await Table.open(command, host.#tableOptions);
    return host;
  }

  /**
   * Goes on with a room whose process is gone, as its journal has it. Its time stands still until `recover`.
   * @param read by `readLiving`
   */
  static resume<C extends Connection>(claim: OpenJournal, read: ReadRoom, options: RoomHostOptions<C>): RoomHost<C> {
    const host = new RoomHost(options);
    host.#table = Table.resume(claim, read, host.#tableOptions);
    return host;
  }

  private constructor(options: RoomHostOptions<C>) {
    this.#options = options;
    const { carrier, clock, chance, hooks, log, botDelayMs } = options;
    const room = () => this.room;
    const submitOr = (failure: string) => (command: Command) =>
      void this.submit(command).catch((err) => log.error({ err }, failure));
    this.#seating = new Seating(carrier);
    this.#missed = new MissedEvents(() => this.#table);
    this.#announcer = new Announcer(this.#seating, this.#missed, hooks);
    this.#keys = new SeatKeys(clock, room);
    const submit = submitOr('a computer player failed');
    const played = () => this.#table.played.events;
    this.#bots = new BotPlayers({ clock, chance, delayMs: botDelayMs, room, played, submit });
    const settled = () => this.#bots.areSettled;
    this.#windows = new ShortWindows({ clock, room, settled, submit: submitOr('ending a window failed') });
  }

  /** The room as it is now, hidden cards included. */
  get room(): Room {
    return this.#table.room;
  }

  /** The number of the event that is being told to the connections; null in between. */
  get telling(): number | null {
    return this.#telling;
  }

  /** Whether it stands still, since the journal can't be reached. */
  get isPaused(): boolean {
    return this.#pausedAt !== null;
  }

  /** Set as soon as the room closes, for good or to go on elsewhere; settles when it is here no more. */
  get closing(): Promise<unknown> | undefined {
    return this.#closing;
  }

  /** After `resume`: time goes on, and whatever ran has as long as it had. @throws RecallError UNAVAILABLE */
  async recover(): Promise<void> {
    const outcome = await this.submit({ type: 'recover' });
    if (isRefused(outcome)) throw new RecallError(outcome.refused, outcome.message);
  }

  /** As `Table.submit`. */
  submit(command: Command): Promise<Outcome> {
    return this.#table.submit(command);
  }

  /** A seat was reserved: whoever shows the pass may sit down there. */
  issue(pass: string, ticket: Ticket): void {
    this.#keys.issue(pass, ticket);
  }

  /** Who may sit down in that seat by this secret. Changes nothing. */
  holder(sessionId: string, secret: Secret): Holder {
    return this.#keys.holder(sessionId, secret);
  }

  /** They do: their pass is used up. */
  seat(ticket: Ticket, secret: Secret): void {
    this.#keys.seat(ticket, secret);
  }

  /** The seat that a reconnection token is for, or was, where that is known. */
  seatOf(token: string): Seat | Parted | undefined {
    return this.#keys.seatOf(token);
  }

  /** Everybody who has a seat. */
  users(): readonly User[] {
    return this.#keys.users();
  }

  /**
   * A connection sits down, for which a secret was checked (`holder`, `seat`).
   * @returns null, or why it has no seat; then it is to be closed.
   */
  async sitDown(connection: C, ticket: Ticket): Promise<Refused | null> {
    const { sessionId, wayIn, events } = ticket;
    connection.reconnectionToken = this.#tokenFor(ticket);
    const isBehind = events ?? seatBySession(this.room, sessionId)?.events ?? false;
    this.#seating.take(connection, wayIn === 'already' ? 'joined' : wayIn, isBehind);
    const connect = { type: 'connect', sessionId, token: connection.reconnectionToken } as const;
    const outcome = await this.submit(events === undefined ? connect : { ...connect, events });
    if (!isRefused(outcome)) return null;
    // Whoever sat there before may have been taken to be replaced by this one.
    if (this.#seating.part(connection))
      this.#drop(sessionId).catch((err) => this.#failed(err, 'dropping a seat failed'));
    return outcome;
  }

  /** A connection was lost, or we have closed it. The seat waits for its return until the table gives it up. */
  async dropped(connection: C): Promise<void> {
    if (this.#seating.part(connection)) await this.#drop(connection.sessionId);
  }

  /**
   * Who sits there gets up for good, unless they are back before that can be stored.
   * @returns whether they sat there, and it is durable that they do no more.
   */
  async left(connection: C): Promise<boolean> {
    const { sessionId } = connection;
    if (!this.#seating.part(connection)) return false;
    return this.#table.retry({ type: 'leave', sessionId, reason: 'left' }, () => !this.#seating.isConnected(sessionId));
  }

  /** A user has signed out, or is banned: their seat is given up, their connection closed. */
  async signOut(userId: string, why: 'signed out' | 'banned' = 'signed out'): Promise<void> {
    const seat = seatByUser(this.room, userId);
    // Who is banned is out at once, also while nothing can be stored.
    const connection = seat && why === 'banned' ? this.#seating.giveUp(seat.sessionId) : undefined;
    if (connection) this.#options.carrier.close(connection, closeCodes.banned);
    if (seat) await this.#table.retry({ type: 'leave', sessionId: seat.sessionId, reason: 'signed_out' });
  }

  /**
   * A user is erased: they are signed out, and the room knows them no more.
   * @returns whether it did; when that is durable, or the room is not here any more
   */
  async erase(userId: string): Promise<boolean> {
    if (!isNamed(this.room, userId)) return false;
    await this.#table.retry({ type: 'erase', userId });
    return true;
  }

  /** @throws RecallError NOT_ALLOWED where the connection has no seat (any more) */
  checkSeat(connection: C): void {
    if (!this.#seating.has(connection)) throw new RecallError('NOT_ALLOWED', 'You have no seat in this room any more.');
  }

  /**
   * Carries a message of a player out.
   * @param payload valid for `type`
   * @returns the answer, once what was asked for is durable and its effects are out.
   * @throws RecallError where it is refused.
   */
  async carryOut<T extends MessageType>(connection: C, type: T, payload: object): Promise<Answers[T]>;
  async carryOut(connection: C, type: MessageType, payload: object): Promise<Answers[MessageType]> {
    this.checkSeat(connection);
    const { sessionId } = connection;
    if (type === 'pass_window') return this.#windows.pass(sessionId);
    if (type === 'get_events') return this.#eventsSince(sessionId, (payload as Payload<'get_events'>).since);
    if (type === 'ping') this.#confirm(sessionId, (payload as Payload<'ping'>).n);
    return carryOut(this.#table, sessionId, type, payload, this.#options.clock.now());
  }

  #confirm(sessionId: string, n: number | undefined): void {
    if (n !== undefined) this.#missed.confirm(sessionId, n, 'n');
  }

  #eventsSince(sessionId: string, since: number): Answers['get_events'] {
    const seat = seatBySession(this.room, sessionId);
    if (!seat) throw new RecallError('NOT_ALLOWED', 'You have no seat in this room any more.');
    this.#missed.confirm(sessionId, since, 'since');
    return this.#missed.since(seat, since);
  }

  /** Tells the others that somebody who sits here is online, away or gone. */
  tellOfPresence(change: PersonPresence): void {
    const seat = seatByUser(this.room, change.user_id);
    if (seat) this.#seating.others(seat.sessionId, 'presence', change);
  }

  /** The journal can't be reached. */
  pause(): void {
    this.#table.pause();
  }

  /** This process may have been stalled for longer than its lease. */
  confirm(): void {
    void this.#table.confirm();
  }

  /** The room ends here, or is over: every connection is closed with that code. */
  closeAll(code: number): Promise<unknown> {
    this.#closing ??= this.#partWithAll(code);
    return this.#closing;
  }

  /** The room goes on elsewhere: whoever opens its journal is the room. @returns when it is here no more. */
  handOver(code: number = closeCodes.mayReconnect): Promise<unknown> {
    this.#closing ??= this.#handOver(code);
    return this.#closing;
  }

  /** Nothing of the room stays in this process; where it is over, nothing of it stays at all but its replays. */
  async dispose(): Promise<void> {
    this.#bots.stop();
    this.#windows.stop();
    await (this.room.closed ? this.#table.forget() : this.#table.release());
  }

  get #tableOptions(): TableOptions {
    const { journal, clock, chance, log, replayTtlMs, format } = this.#options;
    return {
      ...{ journal, clock, chance, log, replayTtlMs, ...(format && { format }) },
      onStep: (steps) => this.#onStep(steps),
      onPause: (paused) => this.#onPause(paused),
      onLost: (error) => this.#onLost(error),
    };
  }

  /** Who comes back keeps the token, since the connection may break before they hear of another. A newer device gets its own. */
  #tokenFor({ wayIn, sessionId }: Ticket): string {
    const known = wayIn === 'back' && seatBySession(this.room, sessionId)?.token;
    return known || (this.#options.tokenOf ?? freshToken)();
  }

  /** What is durable goes out: the state first, then what happened, then what became of connections. */
  #onStep(steps: readonly Step[]): void {
    const { room } = this;
    const { carrier, onStep } = this.#options;
    const view = span('projection', () => publicView(room));
    span('send', () => {
      carrier.show(room, view);
      this.#tell(steps);
    });
    onStep(steps);
    for (const step of steps) this.#partWith(step);
    if (room.closed) this.#end(closeCodes.roomClosed);
    else this.#think(view);
    this.#windows.follow();
  }

  /** In a pause, which may not end at the first try, whatever a computer player does would be refused. */
  #think(view: PublicView): void {
    if (!this.#closing && this.#pausedAt === null) this.#bots.follow(view);
  }

  #tell(steps: readonly Step[]): void {
    try {
      for (const step of steps) {
        this.#telling = step.after.n;
        this.#announcer.announce(step);
      }
    } finally {
      this.#telling = null;
    }
  }

  async #drop(sessionId: string): Promise<void> {
    await this.#table.retry({ type: 'drop', sessionId }, () => !this.#seating.isConnected(sessionId));
  }

  /** A seat that was given up has no connection any more, and nobody returns to it. */
  #partWith({ before, event }: Step): void {
    const sessionId = event.type === 'seat_left' ? before.seats[event.seat]?.sessionId : undefined;
    if (event.type !== 'seat_left' || sessionId === undefined) return;
    this.#keys.forget(sessionId);
    this.#missed.forget(sessionId);
    const connection = this.#seating.giveUp(sessionId);
    // Whoever has come back just when it was given up for another reason may join anew.
    if (connection) this.#options.carrier.close(connection, givenUpCodes[event.reason] ?? closeCodes.seatGone);
  }

  /** Computer players decide anew when the room goes on. */
  #onPause(paused: boolean): void {
    const why = { reason: 'the server can not store moves' };
    const now = this.#options.clock.elapsed();
    if (this.#pausedAt !== null) pauseSeconds.observe((now - this.#pausedAt) / 1000);
    this.#pausedAt = paused ? now : null;
    if (paused) {
      pauses.inc();
      this.#bots.stop();
      this.#windows.stop();
      this.#seating.all('paused', why);
      return;
    }
    this.#think(publicView(this.room));
    this.#seating.all('resumed', why);
  }

  /** The room goes on elsewhere, or has expired: who ended it tells the hooks. */
  #onLost(error: unknown): void {
    const { roomId } = this.room;
    const isOver = error instanceof NoSuchRoom;
    roomsLost.inc({ why: isOver ? 'expired' : error instanceof Fenced ? 'taken' : 'failed' });
    this.#options.log.warn({ err: error, roomId }, 'a room was lost');
    this.#options.onLost(error);
    if (isOver) this.#seating.all('room_closed', { room_id: roomId, reason: 'expired' });
    this.#end(isOver ? closeCodes.roomClosed : closeCodes.mayReconnect);
  }

  #end(code: number): void {
    this.closeAll(code).catch((err) => this.#failed(err, 'closing a room failed'));
  }

  #failed(err: unknown, what: string): void {
    this.#options.log.error({ err, roomId: this.room.roomId }, what);
  }

  async #handOver(code: number): Promise<void> {
    const { log } = this.#options;
    await this.#table.release().catch((err) => log.warn({ err, roomId: this.room.roomId }, 'releasing a room failed'));
    await this.#partWithAll(code);
  }

  async #partWithAll(code: number): Promise<void> {
    this.#seating.clear();
    this.#bots.stop();
    await this.#options.carrier.closeAll(code);
  }
}

/** What who sits in a seat hears when it is given up. */
const givenUpCodes: { readonly [Reason in LeaveReason]?: number } = {
  kicked: closeCodes.kicked,
  signed_out: closeCodes.signedOut,
};
