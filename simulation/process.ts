import { type Clock, createClock } from '../src/ops/clock.ts';
import { wallClock } from './wallClock.ts';
import type { World } from './world.ts';

type Kind = 'data' | 'timer';

/**
 * The life of one process: it runs, stalls, or is dead. Whatever comes in (an answer, a frame, a timer) and whatever goes
 * out (a request, a frame) passes here, and each of these is a place where it may crash or stall. Between two of them a
 * process does nothing that anybody could notice, so that to crash at each of them is to crash at every await.
 */
export class Process {
  readonly name: string;
  readonly clock: Clock;
  readonly #world: World;
  #state: 'up' | 'stalled' | 'dead' = 'up';
  /** Counted down with each thing that comes in or goes out. */
  #fate: { after: number; strike: () => void } | null = null;
  #outbox: (() => void)[] = [];
  #inbox: { run: () => void; kind: Kind }[] = [];
  #clockOffset: number;
  #onCrash: () => void = () => {};
  #onWake: (stalledMs: number) => void = () => {};

  constructor(world: World, name: string) {
    this.#world = world;
    this.name = name;
    this.#clockOffset = world.random.between(-2_000, 2_000);
    const { schedule } = world;
    const sources = {
      wall: () => schedule.now + this.#clockOffset,
      monotonic: () => schedule.now,
      timer: (callback: () => void, ms: number) => this.#timer(callback, ms),
    };
    this.clock = world.hasWallClocks ? wallClock(sources) : createClock(sources);
  }

  get isDead(): boolean {
    return this.#state === 'dead';
  }

  get isUp(): boolean {
    return this.#state === 'up';
  }

  onCrash(run: () => void): void {
    this.#onCrash = run;
  }

  onWake(run: (stalledMs: number) => void): void {
    this.#onWake = run;
  }

  /** Something reaches this process. */
  in(run: () => void, kind: Kind = 'data'): void {
    if (this.#state === 'up') this.#meetFate();
    if (this.#state === 'up') run();
    else if (this.#state === 'stalled') this.#inbox.push({ run, kind });
  }

  /** Something leaves this process. */
  out(leave: () => void): void {
    if (this.#state === 'up') this.#meetFate();
    if (this.#state === 'up') leave();
    else if (this.#state === 'stalled') this.#outbox.push(leave);
  }

  /** The process dies, or stalls, `after` so many more things have come in or gone out. */
  doom(after: number, strike: () => void): void {
    this.#fate = { after, strike };
  }

  crash(): void {
    if (this.#state === 'dead') return;
    this.#world.trace(`${this.name} dies`);
    this.#onCrash();
    this.#state = 'dead';
    this.#outbox = [];
    this.#inbox = [];
  }

  stall(ms: number): void {
    if (this.#state !== 'up') return;
    this.#world.trace(`${this.name} stalls for ${ms} ms`);
    this.#state = 'stalled';
    this.#world.schedule.after(ms, () => this.#wake(ms));
  }

  jumpClock(byMs: number): void {
    this.#clockOffset += byMs;
  }

  /** Runs `task` every `ms`. */
  every(ms: number, task: () => void): void {
    this.clock.at(this.clock.now() + ms, () => {
      task();
      this.every(ms, task);
    });
  }

  #meetFate(): void {
    if (!this.#fate || this.#fate.after-- > 0) return;
    const { strike } = this.#fate;
    this.#fate = null;
    strike();
  }

  /** What should have left goes first. Node may look at its timers first, or at its sockets. */
  #wake(stalledMs: number): void {
    if (this.#state !== 'stalled') return;
    this.#world.trace(`${this.name} wakes`);
    this.#state = 'up';
    const [outbox, inbox] = [this.#outbox, this.#inbox];
    this.#outbox = [];
    this.#inbox = [];
    this.#onWake(stalledMs);
    for (const leave of outbox) leave();
    if (this.#world.random.chance(0.5)) inbox.sort((a, b) => Number(b.kind === 'timer') - Number(a.kind === 'timer'));
    for (const { run, kind } of inbox) this.#world.schedule.after(0, () => this.in(run, kind));
  }

  #timer(callback: () => void, ms: number): () => void {
    let isOff = false;
    this.#world.schedule.after(Math.max(1, ms), () => {
      if (isOff) return;
      this.in(() => {
        if (!isOff) callback();
      }, 'timer');
    });
    return () => {
      isOff = true;
    };
  }
}
