import type { Frame } from './frames.ts';
import type { Server } from './server.ts';
import type { World } from './world.ts';

/** The player's end of a connection. */
export interface Listener {
  received(frames: readonly Frame[]): void;
  closed(code: number): void;
}

/**
 * A connection of a player to the process that has their room. It keeps what it carries in order, while two of them know
 * nothing of each other. When it is cut, what is on its way is lost, and each end learns of it in its own time.
 */
export class Connection {
  readonly server: Server;
  readonly #world: World;
  readonly #listener: Listener;
  /** The process through which it comes, where that is another one. */
  readonly #entrance: Server;
  /** What the room's end keeps of it. */
  sessionId = '';
  reconnectionToken = '';
  isWelcome = false;
  /** How many match events the state of the welcome rests on, and the last one that was told (they count from 1). */
  matchEventsAtWelcome = 0;
  toldMatchEvent: number | null = null;
  readonly #held: (() => void)[] = [];
  #isCut = false;
  #toPlayerAt = 0;
  #toServerAt = 0;
  #packet: { frames: Frame[]; sentAt: number } | null = null;

  constructor(world: World, listener: Listener, entrance: Server, server: Server) {
    this.#world = world;
    this.#listener = listener;
    this.#entrance = entrance;
    this.server = server;
    world.connections.add(this);
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  goesThrough(server: Server): boolean {
    return this.server === server || this.#entrance === server;
  }

  /** Sent by the room. Before the connection has its seat, it waits. */
  send(frame: Frame, claim: { roomId: string; token: number }): void {
    const leave = () => {
      if (this.#isCut) return;
      this.#world.witness.told(this, frame, claim);
      this.#toPlayer(frame);
    };
    if (this.isWelcome || frame.is === 'welcome') this.server.process.out(leave);
    else this.#held.push(leave);
    if (frame.is !== 'welcome') return;
    this.isWelcome = true;
    for (const waiting of this.#held.splice(0)) this.server.process.out(waiting);
  }

  /** The handshake is done, in its time. */
  shakeHands(done: () => void): void {
    this.toServer(done);
  }

  /** Sent by the player. */
  toServer(receive: () => void): void {
    const { schedule } = this.#world;
    this.#toServerAt = Math.max(this.#toServerAt, schedule.now + this.#latency());
    schedule.after(this.#toServerAt - schedule.now, () => {
      if (!this.#isCut) this.server.process.in(receive);
    });
  }

  /** The room closes it: what was sent arrives before. */
  close(code: number): void {
    this.server.process.out(() => {
      const { schedule } = this.#world;
      const arrivesAt = Math.max(this.#toPlayerAt, schedule.now + this.#latency());
      schedule.after(arrivesAt - schedule.now, () => {
        if (!this.#isCut) this.#end(code);
      });
    });
  }

  /** It breaks, or one of its ends is gone. */
  cut(): void {
    if (this.#isCut) return;
    const { schedule, random } = this.#world;
    this.#end(null);
    schedule.after(random.between(0, 2_000), () => this.#listener.closed(1006));
    schedule.after(random.between(0, 3_000), () => this.server.process.in(() => this.server.dropped(this)));
  }

  #end(code: number | null): void {
    this.#isCut = true;
    this.#world.connections.delete(this);
    if (code !== null) this.#listener.closed(code);
  }

  /** What is sent in one go arrives in one go. */
  #toPlayer(frame: Frame): void {
    const { schedule } = this.#world;
    if (this.#packet?.sentAt === schedule.now) {
      this.#packet.frames.push(frame);
      return;
    }
    const packet = { frames: [frame], sentAt: schedule.now };
    this.#packet = packet;
    this.#toPlayerAt = Math.max(this.#toPlayerAt, schedule.now + this.#latency());
    schedule.after(this.#toPlayerAt - schedule.now, () => {
      if (this.#packet === packet) this.#packet = null;
      if (!this.#isCut) this.#listener.received(packet.frames);
    });
  }

  #latency(): number {
    const { random } = this.#world;
    return random.chance(0.02) ? random.between(50, 1_500) : random.between(1, 40);
  }
}
