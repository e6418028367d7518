import { choose, lastTurns, type Memory, newMemory, opportunity, remember } from '../bots/bot.ts';
import type { Chance } from '../game/chance.ts';
import type { Command } from '../game/commands.ts';
import type { EventOf } from '../game/events.ts';
import { isRunning, playedByBot } from '../game/room.ts';
import { seen, shownBy } from '../game/seen.ts';
import type { Match, Room, Seat } from '../game/state.ts';
import { type PublicView, publicView } from '../game/view.ts';
import { earlyEndsOf } from '../game/window.ts';
import type { Clock } from '../ops/clock.ts';
import type { NumberedEvent } from './replay.ts';

export interface BotPlayersOptions {
  readonly clock: Clock;
  readonly chance: Chance;
  /** How long a computer player thinks, from and to, ms. */
  readonly delayMs: readonly [min: number, max: number];
  /** The room as it is now. */
  readonly room: () => Room;
  /** What has been told of its match until now. */
  readonly played: () => readonly NumberedEvent[];
  readonly submit: (command: Command) => void;
}

/** What a seat had to decide when its computer player began to think, and a function that ends the thinking. */
interface Thought {
  readonly opportunity: string;
  readonly callOff: () => void;
  /** It has acted, or chosen not to. */
  isOver: boolean;
}

/** A stand-in knows what its seat was shown within so many turns of the table. */
const turnsKnown = 4;

/**
 * The computer players of a room: when each acts (rules.md 13). What it does is chosen when its time has come, from what
 * its seat may know then, and goes the way of everybody's moves.
 */
export class BotPlayers {
  readonly #options: BotPlayersOptions;
  /** Of every seat in the match, as of the event `#rememberedTo`. Made when a computer player first needs it, and stands in, maybe. */
  readonly #memories = new Map<number, Memory>();
  #rememberedTo = 0;
  #turn = 0;
  readonly #thoughts = new Map<number, Thought>();

  constructor(options: BotPlayersOptions) {
    this.#options = options;
  }

  /** Sees what has become of the room, and thinks about what there is to do now. */
  follow(view: PublicView): void {
    const room = this.#options.room();
    const plays = (seat: Seat | null) => seat !== null && isRunning(room) && playedByBot(seat);
    if (room.seats.some(plays)) this.#remember(room);
    else if (this.#thoughts.size === 0) return;
    for (const seat of room.seats) {
      if (seat) this.#think(seat.seat, plays(seat) ? opportunity(view, seat.seat) : null, view);
    }
  }

  /** Whether each has acted, or chosen not to. */
  get areSettled(): boolean {
    return [...this.#thoughts.values()].every(({ isOver }) => isOver);
  }

  /** Nobody acts any more. */
  stop(): void {
    for (const { callOff } of this.#thoughts.values()) callOff();
    this.#thoughts.clear();
  }

  /** What each seat has seen since the last time, or in the whole match. */
  #remember({ botSeed }: Room): void {
    const events = this.#options.played();
    const from = events.findLastIndex(({ n }) => n <= this.#rememberedTo) + 1;
    for (const event of events.slice(from)) {
      this.#rememberedTo = event.n;
      if (event.type === 'match_started') this.#begin(botSeed, event);
      if (event.type === 'turn_started') this.#turn = event.turn;
      const public_ = seen(event);
      if (!public_) continue;
      const shown = shownBy(event);
      for (const [seat, memory] of this.#memories) {
        this.#memories.set(seat, remember(memory, seat, public_, shown, this.#turn));
      }
      if (event.type !== 'bot_took_over') continue;
      const memory = this.#memories.get(event.seat);
      if (memory) this.#memories.set(event.seat, lastTurns(memory, this.#turn, turnsKnown));
    }
  }

  #begin(botSeed: string, { seats, matchNumber }: EventOf<'match_started'>): void {
    this.#memories.clear();
    this.#turn = 0;
    for (const seat of seats) {
      const random = this.#options.chance.stream(botSeed, `memory|${matchNumber}|${seat}`);
      this.#memories.set(seat, newMemory(random));
    }
  }

  /** Another opportunity ends the thinking about the one before; none ends all of it. */
  #think(seat: number, opportunity: string | null, view: PublicView): void {
    const thought = this.#thoughts.get(seat);
    if (thought?.opportunity === opportunity) return;
    thought?.callOff();
    this.#thoughts.delete(seat);
    if (opportunity === null) return;
    const { clock } = this.#options;
    const callOff = clock.at(clock.now() + this.#delay(seat, view), () => {
      fresh.isOver = true;
      this.#act(seat, opportunity);
    });
    const fresh: Thought = { opportunity, callOff, isOver: false };
    this.#thoughts.set(seat, fresh);
  }

  /** A person's delay, shortened so that it ends before the step does, or a window may (ms). */
  #delay(seat: number, { deadlineAt }: PublicView): number {
    const { clock, chance, delayMs, room } = this.#options;
    const now = room();
    const [min, max] = delayMs;
    const delay = min + chance.stream(now.botSeed, `delay|${now.n}|${seat}`)(Math.floor(max - min) + 1);
    const end = earlyEndsOf(now).find((at) => at > clock.now()) ?? deadlineAt;
    if (end === null) return delay;
    const left = end - clock.now();
    return Math.min(delay, left - Math.min(left / 4, 250));
  }

  #act(seat: number, opportunityThen: string): void {
    const { chance, room, submit } = this.#options;
    const now = room();
    const [seated, memory] = [now.seats[seat], this.#memories.get(seat)];
    if (!seated || !memory || !now.match || !playedByBot(seated)) return;
    const view = publicView(now);
    if (opportunity(view, seat) !== opportunityThen) return;
    const { level } = seated;
    const random = chance.stream(now.botSeed, `choice|${now.n}|${seat}`);
    const move = choose({ view, seat, ...drawnBy(now.match, seat), level, memory, settings: now.settings, random });
    if (move) submit({ type: 'move', seat, by: 'bot', move });
  }
}

function drawnBy(match: Match, seat: number): { drawn: number | null; drawnTaken: boolean } {
  const drawn = match.turn === seat ? match.drawn : null;
  return { drawn: drawn?.card ?? null, drawnTaken: drawn?.taken ?? false };
}
