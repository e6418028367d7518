import type { Client, Room } from '@colyseus/sdk';
import { type Code, codes, isForGood } from '../src/protocol/errors.ts';
import type { LiveState } from '../src/protocol/state.ts';
import type { Style } from './choose.ts';
import { SdkPlayer } from './player.ts';
import type { TableRoom } from './table.ts';

/** Something that a client was told. `back`: from here on it is another connection. */
export type Told =
  | { readonly kind: 'back' }
  | { readonly kind: 'message'; readonly type: string; readonly payload: unknown }
  | { readonly kind: 'state'; readonly state: unknown };

/** Something that a client asked for, under a `command_id` of its own. */
export interface Asked {
  readonly type: string;
  readonly payload: object;
  /** What it was answered; null while it has no answer. */
  answer: { readonly n: number } | { readonly refused: Code } | null;
}

/** All that one seat's client was told and answered. */
export interface Testimony {
  readonly sessionId: string;
  readonly told: readonly Told[];
  /** By command id. */
  readonly asked: ReadonlyMap<string, Asked>;
}

/** How somebody gets back to the table: the SDK does it, or they ask for it. */
export type WayBack = 'automatic' | 'by token';

export interface WitnessOptions {
  readonly seed: number;
  readonly wayBack?: WayBack;
  readonly thinkMs?: number;
  /** How they differ from `plain`. */
  readonly style?: Partial<Style>;
  /** Somebody lost their connection for so long, ms, until the table was before them again. */
  readonly onWait?: (ms: number) => void;
  /** Each room of the SDK that they sit in, one after the other, before it tells anything. */
  readonly onRoom?: (room: TableRoom) => void;
  /** Every message that comes. */
  readonly onMessage?: (room: TableRoom, type: string, payload: unknown) => void;
}

/** So often in a row has a room to be nowhere until it is gone. */
const goneAfter = 20;

/** So long is a request repeated that was refused because nothing could be stored. */
const againMs = 100;

/**
 * A player at a table by the unmodified SDK, who plays on whatever happens to the server, and can testify afterwards. A
 * request whose answer got lost is repeated under the same `command_id`, as protocol.md invites clients to do.
 */
export class Witness implements Testimony {
  readonly client: Client;
  readonly told: Told[] = [];
  readonly asked = new Map<string, Asked>();
  /** With which codes the SDK gave up, so that `client.reconnect` was needed. */
  readonly gaveUp: number[] = [];
  room!: TableRoom;
  readonly #options: WitnessOptions;
  #style: Partial<Style>;
  #player!: SdkPlayer;
  #lostAt: number | null = null;
  /** The room that they were in is nowhere any more. */
  isGone = false;
  #isLeaving = false;
  #left = false;
  readonly #watchers = new Set<() => void>();

  /** @param room as the SDK gave it, in the same turn */
  constructor(client: Client, room: Room, options: WitnessOptions) {
    this.client = client;
    this.#options = options;
    this.#style = options.style ?? {};
    this.#sitDown(room);
  }

  get sessionId(): string {
    return this.room.sessionId;
  }

  get state(): LiveState {
    return this.room.state;
  }

  /** Whether the table is before them. */
  get isSeated(): boolean {
    return this.#lostAt === null && this.room.connection.isOpen;
  }

  /** Resolves when it is so, looked at whenever something is told. */
  sees(fits: (witness: Witness) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!fits(this)) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
      look();
    });
  }

  /** @returns when the present match is over. */
  finished(): Promise<void> {
    return this.sees(({ state }) => state.phase === 'finished');
  }

  /** The messages of that type so far. */
  messages(type: string): unknown[] {
    return this.told.flatMap((one) => (one.kind === 'message' && one.type === type ? [one.payload] : []));
  }

  /**
   * Asks, and asks again under the same id until there is an answer.
   * @throws the SDK's error where it is refused.
   */
  async ask(type: string, payload: object = {}): Promise<{ n: number }> {
    const command_id = `${this.sessionId}:${this.asked.size}`.slice(-36);
    const asked: Asked = { type, payload, answer: null };
    this.asked.set(command_id, asked);
    for (;;) {
      const { room } = this;
      try {
        const answer = await request(room, type, { ...payload, command_id });
        asked.answer = { n: answer.n };
        return answer;
      } catch (error) {
        const code = (error as { reason?: { code: Code } }).reason?.code;
        if (code !== undefined && code !== 'UNAVAILABLE') {
          asked.answer = { refused: code };
          throw error;
        }
        if (this.#left) throw error;
        if (code === undefined) await this.sees(() => this.isSeated || this.#left);
        else await pause(againMs);
      }
    }
  }

  /** What they were told and answered by now is settled: they testify to what comes. */
  forget(): void {
    this.told.splice(0, this.told.length, { kind: 'back' });
    for (const one of this.asked.values()) one.answer = null;
  }

  /** From now on they play like that. */
  plays(style: Partial<Style>): void {
    this.#style = style;
    this.#player.plays(style);
  }

  /** Gives the seat up. @returns when that is done, whatever gets in between. */
  async leave(): Promise<void> {
    this.#isLeaving = true;
    this.#player.pause();
    while (!this.#left) {
      await this.sees(() => this.isSeated || this.#left);
      const { room } = this;
      // Where the connection is lost before the answer comes, nobody knows, and it is said again.
      const answered = new Promise<void>((resolve) => {
        room.onLeave(() => resolve());
        room.onDrop(() => resolve());
      });
      if (this.#left) return;
      void room.leave();
      await answered;
    }
  }

  #sitDown(room: Room): void {
    this.room = room as TableRoom;
    Object.assign(room.reconnection, { enabled: this.#options.wayBack !== 'by token', minUptime: 0 });
    this.told.push({ kind: 'back' });
    this.#options.onRoom?.(this.room);
    room.onStateChange((state: { toJSON(): unknown }) => {
      this.told.push({ kind: 'state', state: state.toJSON() });
      this.#isBack();
    });
    room.onDrop(() => this.#isLost());
    // Whatever comes from now on is told by another process, and what it was told last may be told again.
    room.onReconnect(() => this.told.push({ kind: 'back' }));
    room.onLeave((code) => {
      if (isForGood(code)) {
        this.#isOver();
        return;
      }
      this.#isLost();
      if (room.reconnection.enabled) this.gaveUp.push(code);
      void this.#return();
    });
    const send = room.request.bind(room);
    originals.set(room, send as Request);
    room.request = ((type: string, payload: object) => this.ask(type, payload)) as never;
    const { seed, thinkMs = 0 } = this.#options;
    this.#player = new SdkPlayer(this.room, {
      seed,
      thinkMs,
      style: this.#style,
      onMessage: (type, payload) => {
        this.told.push({ kind: 'message', type, payload });
        this.#options.onMessage?.(this.room, type, payload);
        this.#tell();
      },
    });
  }

  /** By the last token, for as long as it takes. */
  async #return(): Promise<void> {
    const { reconnectionToken, roomId } = this.room;
    for (let nowhere = 0; ; ) {
      const room = await this.client.reconnect(reconnectionToken).catch((error: { code: number }) => error);
      if ('roomId' in room) return this.#sitDown(room);
      const isStale = room.code === codes.UNAUTHENTICATED || room.code === codes.ROOM_NOT_FOUND;
      if (isStale && this.#isLeaving) return this.#isOver();
      // It was good for a connection that nobody has seen. The user sits there all the same.
      const again = isStale ? await this.client.joinById(roomId).catch((error: { code: number }) => error) : null;
      if (again && 'roomId' in again) return this.#sitDown(again);
      nowhere = again?.code === codes.ROOM_NOT_FOUND ? nowhere + 1 : 0;
      if (nowhere === goneAfter) {
        this.isGone = true;
        return this.#isOver();
      }
      await pause(againMs);
    }
  }

  #isOver(): void {
    this.#left = true;
    this.#tell();
  }

  #isLost(): void {
    this.#lostAt ??= performance.now();
  }

  #isBack(): void {
    if (this.#lostAt !== null) this.#options.onWait?.(performance.now() - this.#lostAt);
    this.#lostAt = null;
    this.#tell();
  }

  #tell(): void {
    for (const look of [...this.#watchers]) look();
  }
}

type Request = (type: string, payload: object) => Promise<{ n: number }>;
const originals = new WeakMap<object, Request>();
const request = (room: object, type: string, payload: object) => (originals.get(room) as Request)(type, payload);

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
