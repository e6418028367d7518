import type { Callbacks, Room } from '@colyseus/sdk';
import type { Answers, PersonAnswers } from '../../../src/protocol/answers.ts';
import { isForGood } from '../../../src/protocol/errors.ts';
import { type MessageType, type Payload, repeated } from '../../../src/protocol/fromClient.ts';
import type { PersonPayloads } from '../../../src/protocol/fromPerson.ts';
import type { MatchEvent, MatchEventOf, MatchEventType } from '../../../src/protocol/matchEvent.ts';
import type { GameRoom } from '../../../src/protocol/sdk.ts';
import type { LiveState, SyncedPlayer } from '../../../src/protocol/state.ts';
import { type ToClient, toClientTypes } from '../../../src/protocol/toClient.ts';
import { Listeners } from './listeners.ts';
import { firstWaitMs, inTime, longestWaitMs, pause } from './patience.ts';
import { type Pulse, takePulse } from './pulse.ts';
import { letGo, randomHex } from './room.ts';
import { mayPass, type Trouble, troubleOf } from './trouble.ts';

/** A room as the SDK has it. */
export type SdkRoom = Room<GameRoom, LiveState>;

/** The same, as the SDK's `Callbacks.get` wants it. */
export type ObservableRoom = Room<GameRoom, LiveState & Observable>;
type Observable = Extract<Parameters<typeof Callbacks.get>[0], { state: unknown }>['state'];
const observable = (room: SdkRoom) => room as unknown as ObservableRoom;

/** All that one may ask for in a room. */
export type Asked = { [T in MessageType]: Payload<T> } & PersonPayloads;
export type Answered = Answers & PersonAnswers;

export interface WayBack {
  /** @throws an error that `troubleOf` reads */
  back(reconnectionToken: string): Promise<SdkRoom>;
  comeBackMs: number;
  comesBack(seat: Seat, code: number): boolean | Promise<boolean>;
}

/** Between two tries of the same request. */
const againMs = 100;

/**
 * A seat in a room, through all the connections that it has one after the other. Listeners stay where they are when a
 * connection is lost and another one takes its place.
 */
export class Seat {
  readonly roomId: string;
  readonly sessionId: string;
  readonly #way: WayBack;
  readonly #messages = new Map<string, Listeners<[payload: never]>>();
  readonly #events = new Listeners<[event: MatchEvent, missed: boolean]>();
  readonly #states = new Listeners<[state: LiveState]>();
  readonly #rooms = new Listeners<[room: ObservableRoom]>();
  readonly #drops = new Listeners<[]>();
  readonly #reconnects = new Listeners<[gap: boolean]>();
  readonly #leaves = new Listeners<[code: number, trouble?: Trouble]>();
  #room: SdkRoom;
  #pulse: Pulse;
  /** Whoever waits for the connection; null while it is open. */
  #waiting: Waiting | null = null;
  /** The first state is there. */
  readonly #ready = waiting();
  #isOver = false;
  /** What is told as soon as there is somebody to listen, or what came before it was. */
  #held: (() => void)[] | null = [];
  /** Of the last event that was told; null where it began in the middle, and none was told yet. */
  #n: number | null = null;
  /** How often the connection has come back. */
  #returns = 0;

  private constructor(room: SdkRoom, way: WayBack) {
    this.roomId = room.roomId;
    this.sessionId = room.sessionId;
    this.#way = way;
    this.#room = room;
    this.#pulse = this.#listen(room);
  }

  /** Takes a room over that was just joined, and resolves when its state is there. What comes waits until somebody listens. */
  static async at(room: SdkRoom, way: WayBack): Promise<Seat> {
    const seat = new Seat(room, way);
    await seat.#ready.promise;
    // Where no match was played yet, no event is missing.
    if (seat.state.phase === 'waiting_for_players') seat.#n ??= 0;
    setTimeout(() => seat.#waiting ?? seat.#release());
    return seat;
  }

  /** As the SDK has it. Its state is this one's; listeners on it, and on that state, are gone with it: see `onRoom`. */
  get room(): ObservableRoom {
    return observable(this.#room);
  }

  /** Changed in place, and never missing. */
  get state(): LiveState {
    return this.#room.state;
  }

  get me(): SyncedPlayer | undefined {
    return this.state.players.get(this.sessionId);
  }

  /** For `reconnect`, after this program was started again. A password for this seat: keep it where nobody reads it. */
  get reconnectionToken(): string {
    return this.#room.reconnectionToken;
  }

  get isOpen(): boolean {
    return !this.#isOver && this.#waiting === null;
  }

  /**
   * Asks for something. Where the connection breaks before the answer, the same is asked again when it is back: a move has
   * a `command_id`, by which it is done once all the same.
   * @throws an error that `troubleOf` reads: a refusal, after which nothing has changed; `AWAY` where there was no way back
   */
  async request<T extends keyof Asked>(
    type: T,
    ...[payload]: Partial<Asked[T]> extends Asked[T] ? [payload?: Asked[T]] : [payload: Asked[T]]
  ): Promise<Answered[T]> {
    const how = isMove(type) ? repeated[type] : 'freely';
    const message = how === 'by_id' ? { command_id: randomHex(16), ...payload } : payload;
    for (;;) {
      if (how !== 'never') await this.#open();
      this.#pulse.hurry();
      try {
        return (await this.#room.request(type as MessageType, message as never)) as Answered[T];
      } catch (error) {
        if ((error as Error).name !== 'Error' || how === 'never' || this.#isOver) throw error;
        await pause(againMs);
      }
    }
  }

  /** @returns a function that takes the listener away, as of each of these. */
  onMessage<T extends keyof ToClient>(type: T, listener: (payload: ToClient[T]) => void): () => void {
    const listeners = this.#messages.get(type) ?? new Listeners();
    this.#messages.set(type, listeners);
    return listeners.add(listener);
  }

  /**
   * What happens in the match, each event once and in order; or one kind of it.
   * @param listener `missed`: it happened while the connection was lost, and the state is further by now
   */
  onEvent(listener: (event: MatchEvent, missed: boolean) => void): () => void;
  onEvent<T extends MatchEventType>(type: T, listener: (event: MatchEventOf<T>, missed: boolean) => void): () => void;
  onEvent(
    ...[first, second]:
      | [(event: MatchEvent, missed: boolean) => void]
      | [string, (event: never, missed: boolean) => void]
  ): () => void {
    if (typeof first !== 'string') return this.#events.add(first);
    return this.#events.add((event, missed) => event.type === first && second?.(event as never, missed));
  }

  /** After each change, and for the first time soon after the seat was taken. */
  onStateChange(listener: (state: LiveState) => void): () => void {
    return this.#states.add(listener);
  }

  /** At once, and with each room of the SDK that takes its place: to bind listeners to its state, by `Callbacks.get(room)`. */
  onRoom(listener: (room: ObservableRoom) => void): () => void {
    listener(this.room);
    return this.#rooms.add(listener);
  }

  /** The connection is lost, and will be back, or over. */
  onDrop(listener: () => void): () => void {
    return this.#drops.add(listener);
  }

  /** It is back, with the state, and after what was missed. `gap`: not all of that can be told, and the state has what came of it. */
  onReconnect(listener: (gap: boolean) => void): () => void {
    return this.#reconnects.add(listener);
  }

  /**
   * It is over, and nothing more is told.
   * @param listener `code`: with what it was closed (`closeCodes`); `trouble`: why there was no way back, if one was tried
   */
  onLeave(listener: (code: number, trouble?: Trouble) => void): () => void {
    return this.#leaves.add(listener);
  }

  /** Gives the seat up. */
  async leave(): Promise<void> {
    if (!this.isOpen) return this.letGo();
    await inTime(this.#room.leave(), () => {}).catch(() => this.letGo());
  }

  /** Closes the connection and keeps the seat, for as long as the server holds it. Nothing more is told. */
  letGo(): void {
    this.#stop();
    letGo(this.#room);
  }

  /** Somebody waits for what happens next: a connection that is dead is noticed sooner. */
  hurry(): void {
    this.#pulse.hurry();
  }

  #listen(room: SdkRoom): Pulse {
    // The SDK would not try for a connection that is younger than 5 s.
    room.reconnection.minUptime = 0;
    /** What an older room still says is of no use. */
    const now =
      <A extends unknown[]>(hear: (...said: A) => void) =>
      (...said: A) => {
        if (room === this.#room && !this.#isOver) hear(...said);
      };
    for (const type of toClientTypes)
      room.onMessage(
        type,
        now((payload) => this.#tell(() => this.#say(type, payload))),
      );
    // The SDK warns of each message that nobody listens for: there may be newer ones.
    room.onMessage('*', () => {});
    let hasState = false;
    room.onStateChange(
      now((state) => {
        this.#tell(() => this.#states.tell(state));
        if (hasState) return;
        hasState = true;
        this.#ready.resolve();
        // Another room is back with its first state; the SDK's own says so by itself.
        void this.#back();
      }),
    );
    room.onDrop(now(() => this.#dropped()));
    // The SDK tells of it just before it has the new token.
    room.onReconnect(() => queueMicrotask(now(() => void this.#back())));
    room.onLeave(now((code) => void this.#closed(code)));
    return takePulse(room);
  }

  #tell(say: () => void): void {
    if (this.#held) this.#held.push(say);
    else say();
  }

  #release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const say of held) say();
  }

  #say<T extends keyof ToClient>(type: T, payload: ToClient[T]): void {
    if (type === 'match_event') this.#happened(payload as MatchEvent, false);
    else this.#messages.get(type)?.tell(payload as never);
  }

  #happened(event: MatchEvent, missed: boolean): void {
    if (event.n <= (this.#n ?? 0)) return;
    this.#n = event.n;
    this.#events.tell(event, missed);
    this.#messages.get('match_event')?.tell(event as never);
  }

  /** @throws Error where there is no way back. */
  async #open(): Promise<void> {
    if (this.#isOver) throw new Error('the seat was left');
    await this.#waiting?.promise;
  }

  #dropped(): void {
    if (this.#waiting) return;
    this.#waiting = waiting();
    this.#held ??= [];
    this.#drops.tell();
  }

  /** The connection is open again, be it the SDK's own room or another one. */
  async #back(): Promise<void> {
    const waiting = this.#waiting;
    if (!waiting) return;
    const turn = ++this.#returns;
    const missed = await this.#missed();
    // It was lost once more: whoever is back next asks for the same again.
    if (turn !== this.#returns || missed === 'lost' || this.#isOver) return;
    for (const event of missed ?? []) this.#happened(event, true);
    this.#waiting = null;
    this.#reconnects.tell(missed === null);
    this.#release();
    waiting.resolve();
  }

  /** @returns what happened while the connection was lost; null where not all of that can be told. */
  async #missed(): Promise<readonly MatchEvent[] | 'lost' | null> {
    if (this.#n === null) return null;
    const room = this.#room;
    while (room.connection.isOpen && !this.#isOver) {
      try {
        const answer = await room.request('get_events', { since: this.#n });
        return answer.gap ? null : answer.events;
      } catch (error) {
        if ((error as Error).name !== 'Error') return null;
        await pause(againMs);
      }
    }
    return 'lost';
  }

  /** The SDK has given up, or was told to. */
  async #closed(code: number): Promise<void> {
    this.#pulse.stop();
    if (isForGood(code) || !(await this.#way.comesBack(this, code))) return this.#end(code);
    this.#dropped();
    const until = performance.now() + this.#way.comeBackMs;
    for (let wait = firstWaitMs; !this.#isOver; wait = Math.min(wait * 2, longestWaitMs)) {
      try {
        const room = await this.#way.back(this.#room.reconnectionToken);
        return this.#isOver ? letGo(room) : this.#moveTo(room);
      } catch (error) {
        const trouble = troubleOf(error);
        if (!mayPass(trouble) || performance.now() > until) return this.#end(code, trouble);
      }
      await pause(wait);
    }
  }

  #moveTo(room: SdkRoom): void {
    this.#room = room;
    this.#pulse = this.#listen(room);
    this.#rooms.tell(this.room);
  }

  #end(code: number, trouble?: Trouble): void {
    if (this.#isOver) return;
    this.#stop();
    this.#ready.reject(new Error(`${trouble ?? 'AWAY'}: closed with ${code}`));
    this.#leaves.tell(code, trouble);
  }

  #stop(): void {
    this.#isOver = true;
    this.#pulse.stop();
    this.#waiting?.reject(new Error('the seat was left'));
  }
}

const isMove = (type: string): type is MessageType => Object.hasOwn(repeated, type);

interface Waiting {
  readonly promise: Promise<void>;
  resolve(): void;
  reject(error: Error): void;
}

function waiting(): Waiting {
  let [resolve, reject]: [() => void, (error: Error) => void] = [() => {}, () => {}];
  const promise = new Promise<void>((...both) => {
    [resolve, reject] = both;
  });
  // It may be that nobody waits.
  promise.catch(() => {});
  return { promise, resolve, reject };
}
