import { randomBytes } from 'node:crypto';
import { type OwnPart, Participant } from '../src/fairness/ownPart.ts';
import type { Code } from '../src/protocol/errors.ts';
import type { SyncedState } from '../src/protocol/state.ts';
import type { ToClient } from '../src/protocol/toClient.ts';
import { choose, type Move, plain, type Style, type Whim, whimOf } from './choose.ts';
import { Memory } from './memory.ts';
import { type Random, randomFrom } from './random.ts';
import type { TableRoom } from './table.ts';

/** A message of the server's, and its payload. */
type Told = { [T in keyof ToClient]: [type: T, payload: ToClient[T]] }[keyof ToClient];

export interface PlayerOptions {
  /** The same seed makes the same choices in the same situations. */
  seed: number;
  /** How it differs from `plain`. */
  style?: Partial<Style>;
  /** How long it thinks about a move at most, ms; never longer than half of the time that is left. 0: not at all. */
  thinkMs?: number;
  /** Whether it takes part in deals; it does, if nothing else is said. */
  takesPart?: boolean;
  /** Every message that comes, after the player has seen it. */
  onMessage?: (...told: Told) => void;
  /** A move was answered: how long that took (ms), and why it was refused, or null. */
  onMove?: (type: string, roundTripMs: number, refused: Refusal | null) => void;
}

/** Why a move was refused; without a code where it was not the rules that refused it. */
export interface Refusal {
  code: Code | undefined;
  message: string;
}

/**
 * Plays a seat by the rules until told to stop: sees what its client is sent, and asks for its moves as any client does.
 * Make it at once when the room is joined, so that no message is missed.
 */
export class SdkPlayer {
  readonly room: TableRoom;
  #style: Style;
  readonly #thinkMs: number;
  readonly #random: Random;
  readonly #memory: Memory;
  readonly #onMove: PlayerOptions['onMove'];
  #whim: Whim;
  #moment = '';
  /** Counts the states that came. */
  #version = 0;
  #busy = false;
  #playing = true;

  constructor(room: TableRoom, { seed, style, thinkMs = 0, takesPart = true, onMessage, onMove }: PlayerOptions) {
    this.room = room;
    this.#style = { ...plain, ...style };
    this.#thinkMs = thinkMs;
    this.#random = randomFrom(seed);
    this.#memory = new Memory(room.sessionId);
    this.#whim = whimOf(this.#style, this.#random);
    this.#onMove = onMove;
    room.onMessage('*', (...all) => {
      const told = all as Told;
      const [type, payload] = told;
      if (type === 'cards_shown') this.#memory.wasShown(payload);
      if (type === 'match_event') this.#memory.happened(payload);
      onMessage?.(...told);
    });
    const participant = takesPart ? participantIn(room) : null;
    room.onStateChange((table) => {
      participant?.see({ ...dealIn(table), players: table.players.values() });
      this.#version++;
      this.#consider();
    });
    room.onLeave(() => this.pause());
  }

  /** From now on it plays like that. */
  plays(style: Partial<Style>): void {
    this.#style = { ...plain, ...style };
  }

  /** Makes no more moves. */
  pause(): void {
    this.#playing = false;
  }

  /** Plays on. */
  resume(): void {
    this.#playing = true;
    this.#consider();
  }

  #consider(): void {
    if (!this.#playing || this.#busy || !this.#choose()) return;
    this.#busy = true;
    void this.#move();
  }

  /** Makes a move, and the next one where the table has changed meanwhile: else the same move would be tried again. */
  async #move(): Promise<void> {
    await this.#think();
    const version = this.#version;
    const move = this.#playing && this.#choose();
    const hasLearnt = move && (await this.#ask(move));
    this.#busy = false;
    if (hasLearnt || this.#version > version) this.#consider();
  }

  async #think(): Promise<void> {
    if (this.#thinkMs === 0) return;
    const left = Math.max(0, this.room.state.deadlineAt - Date.now());
    const ms = Math.min(this.#thinkMs * (0.2 + 0.8 * this.#random.number()), left / 2);
    await new Promise((resolve) => setTimeout(resolve, ms));
  }

  /** @returns whether the player knows more now than the table shows. */
  async #ask({ type, payload }: Move): Promise<boolean> {
    const begun = performance.now();
    const refused = await this.room.request(type, payload).then(
      () => null,
      (error) => error.reason ?? { code: undefined, message: `${type}: ${error.message}` },
    );
    // What was under way when the connection closed is not known; `room.onLeave` tells why it closed.
    if (this.room.connection.isOpen) this.#onMove?.(type, performance.now() - begun, refused);
    // Who was away didn't see that the card was taken from the discard pile.
    const isLocked = refused?.code === 'CARD_LOCKED' && !this.#memory.taken;
    if (isLocked) this.#memory.taken = true;
    return isLocked;
  }

  #choose(): Move | null {
    const { state: table } = this.room;
    const me = table.players.get(this.room.sessionId);
    if (!me) return null;
    const moment = `${table.matchNumber} ${table.phase} ${table.turn} ${table.deadlineAt} ${me.status}`;
    if (moment !== this.#moment) this.#whim = whimOf(this.#style, this.#random);
    this.#moment = moment;
    const [memory, style, whim, random] = [this.#memory, this.#style, this.#whim, this.#random];
    return choose({ table, me, memory, style, whim, random });
  }
}

/** Parts in deals are kept with the connection: who comes back with another one takes no part in a deal under way. */
function participantIn(room: TableRoom): Participant {
  const parts = new Map<string, OwnPart>();
  return new Participant({
    sessionId: room.sessionId,
    keeper: {
      of: (roomId, matchNumber) => parts.get(`${roomId} ${matchNumber}`) ?? null,
      since: (roomId, matchNumber) =>
        [...parts.values()].filter((part) => part.roomId === roomId && part.matchNumber >= matchNumber),
      keep: (part) => void parts.set(`${part.roomId} ${part.matchNumber}`, part),
    },
    freshNonce: () => randomBytes(32).toString('hex'),
    send: ({ type, payload }) => room.request(type, payload),
  });
}

const dealIn = ({ roomId, phase, matchNumber, dealCommitment }: SyncedState) => ({
  roomId,
  phase,
  matchNumber,
  dealCommitment,
});
